import { memo } from 'react';
import { classes } from '../../../parts/classes';
import { MarkerRow } from './marker-row';
import { MessageRow } from './message/message-row';
import { goesOn, type Item, type RunFacts } from './model/items';
import type { Row } from './model/rows';
import { NoticeRow } from './notice-row';
import { ParkedRow } from './run/parked-row';
import { RunEndRow } from './run/run-end-row';
import { RunStartRow } from './run/run-start-row';
import { ToolCard } from './tool/tool-card';

interface TranscriptRowProps {
  row: Row;
  /** Its present state: when it is the same, there is nothing new to show. */
  item: Item;
  run: RunFacts | undefined;
  /** Counted from 1. */
  place: number;
  /** The address leads to it. */
  isTarget: boolean;
  /** Of its subagent. */
  childCount: number;
}

/** Deeper ones are shown as deep as this. */
const depthMax = 4;
const indents = ['', 'pl-4', 'pl-8', 'pl-12', 'pl-16'];

export const TranscriptRow = memo(function TranscriptRow(props: TranscriptRowProps) {
  const { row, place, isTarget } = props;
  return (
    <article
      aria-posinset={place}
      aria-setsize={-1}
      aria-label={nameOf(props.item)}
      className={classes(row.depth === 0 && 'py-1.5', indents[Math.min(row.depth, depthMax)])}
    >
      <div
        className={classes(
          row.depth > 0 && 'border-l-2 border-line py-1.5 pl-3',
          isTarget && 'rounded-md outline-2 outline-offset-4 outline-accent',
        )}
      >
        <Content {...props} />
      </div>
    </article>
  );
});

function Content({ item, run, childCount }: TranscriptRowProps) {
  const live = run === undefined || goesOn(run);
  switch (item.kind) {
    case 'run_start':
      return <RunStartRow item={item} run={run} />;
    case 'run_end':
      return <RunEndRow item={item} run={run} />;
    case 'message':
      return <MessageRow message={item} live={live} />;
    case 'tool':
      return <ToolCard tool={item} live={live} childCount={childCount} />;
    case 'notice':
      return <NoticeRow notice={item} />;
    case 'marker':
      return <MarkerRow marker={item} />;
    case 'parked':
      return <ParkedRow item={item} run={run} />;
    case 'gap':
      return (
        <p className="text-center text-sm text-muted">Events that came here were removed by the server.</p>
      );
  }
}

function nameOf(item: Item): string {
  switch (item.kind) {
    case 'run_start':
      return 'Prompt';
    case 'run_end':
      return 'End of the run';
    case 'message':
      return item.role === 'user' ? 'Prompt' : 'Answer';
    case 'tool':
      return `Tool ${item.toolName ?? ''}`;
    case 'parked':
      return 'Parked';
    default:
      return 'Notice';
  }
}
