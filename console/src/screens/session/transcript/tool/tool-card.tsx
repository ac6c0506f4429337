import { ChevronRight, CircleCheck, CircleX, LoaderCircle, ShieldQuestion, Slash } from 'lucide-react';
import { counted, durationWords } from '../../../../parts/amounts';
import { classes } from '../../../../parts/classes';
import { fileEditsOf } from '../../../../parts/diff/file-edits';
import { Elapsed } from '../../../../parts/elapsed';
import { summaryOf } from '../../../../parts/tool-input';
import type { Tool } from '../model/items';
import { useTranscript } from '../transcript-context';
import { Asks } from './asks';
import { ToolBody } from './tool-body';
import { outputOf } from './tool-output';

interface ToolCardProps {
  tool: Tool;
  /** Its run goes on. */
  live: boolean;
  /** Items of its subagent. */
  childCount: number;
}

/** One use of a tool: what it was given, what came out, and what was asked before. */
export function ToolCard({ tool, live, childCount }: ToolCardProps) {
  const { opened, toggle } = useTranscript();
  const isSubagent = childCount > 0;
  const state = stateOf(tool, live);
  const open = opened.get(tool.key) ?? (isSubagent ? tool.end === undefined : isOpenAtFirst(tool, state));
  const bodyId = `body-${tool.key}`;
  return (
    <section
      className={classes(
        'overflow-hidden rounded-lg border bg-panel',
        state === 'failed' ? 'border-bad' : 'border-line',
      )}
    >
      <button
        type="button"
        aria-expanded={open}
        aria-controls={bodyId}
        onClick={() => toggle(tool.key, !open)}
        className="flex w-full items-center gap-2 px-3 py-2 text-left text-sm hover:bg-sunken focus-visible:-outline-offset-2"
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={classes('shrink-0 text-muted transition-transform', open && 'rotate-90')}
        />
        <StateIcon state={state} />
        <span className="shrink-0 font-medium">{tool.toolName ?? 'Tool'}</span>
        <span className="min-w-0 flex-1 truncate font-mono text-xs text-muted">{summaryOf(tool.input)}</span>
        {isSubagent && <span className="shrink-0 text-xs text-muted">{counted(childCount, 'step')}</span>}
        <Duration tool={tool} state={state} />
      </button>
      <div id={bodyId} hidden={!open}>
        {open && <ToolBody tool={tool} live={live} />}
      </div>
      <Asks tool={tool} />
    </section>
  );
}

type State = 'running' | 'asking' | 'done' | 'failed' | 'cut';

function stateOf({ end, asks }: Tool, live: boolean): State {
  if (end !== undefined) return end.isError ? 'failed' : 'done';
  if (!live) return 'cut';
  return asks.some(({ decision }) => decision === undefined) ? 'asking' : 'running';
}

/** What runs, what failed, and what was changed is worth a look; the rest is there for who wants it. */
function isOpenAtFirst(tool: Tool, state: State): boolean {
  if (state === 'running' || state === 'failed') return true;
  if (state === 'asking') return false;
  return fileEditsOf(tool.input, tool.end?.details, outputOf(tool)).length > 0;
}

const states = {
  running: { icon: LoaderCircle, look: 'animate-spin text-busy', words: 'runs' },
  asking: { icon: ShieldQuestion, look: 'text-attention', words: 'asks' },
  done: { icon: CircleCheck, look: 'text-good', words: 'done' },
  failed: { icon: CircleX, look: 'text-bad', words: 'failed' },
  cut: { icon: Slash, look: 'text-muted', words: 'did not end' },
};

function StateIcon({ state }: { state: State }) {
  const { icon: Icon, look, words } = states[state];
  return (
    <>
      <Icon size={16} aria-hidden className={classes('shrink-0', look)} />
      <span className="sr-only">{words}: </span>
    </>
  );
}

function Duration({ tool, state }: { tool: Tool; state: State }) {
  const look = 'shrink-0 text-xs text-muted tabular-nums';
  if (tool.end !== undefined) return <span className={look}>{durationWords(tool.end.durationMs)}</span>;
  if (state !== 'running' || tool.startedAt === undefined) return null;
  return (
    <span className={look}>
      <Elapsed since={tool.startedAt} />
    </span>
  );
}
