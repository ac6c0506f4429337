import { useLayoutEffect, useRef, useState } from 'react';
import { counted } from '../../../../parts/amounts';
import { Button } from '../../../../parts/button';
import { classes } from '../../../../parts/classes';
import { CopyButton } from '../../../../parts/copy-button';
import { TerminalText, wordsOfOutput } from '../../../../parts/terminal-text';
import type { Tool } from '../model/items';

/** Of a longer output the last lines are shown: how it ended is what matters first. */
const shownLines = 200;

export function outputOf({ end, output }: Tool): string {
  if (end === undefined) return output ?? '';
  return end.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

interface ToolOutputProps {
  output: string;
  running: boolean;
  failed: boolean;
}

export function ToolOutput({ output, running, failed }: ToolOutputProps) {
  const [all, setAll] = useState(false);
  const well = useRef<HTMLPreElement>(null);
  // Like a terminal, it follows what is printed.
  useLayoutEffect(() => {
    if (running && output !== '' && well.current !== null) well.current.scrollTop = well.current.scrollHeight;
  }, [running, output]);
  const text = output.trimEnd();
  if (text === '') return running ? null : <p className="text-xs text-muted">It printed nothing.</p>;
  const lines = text.split('\n');
  const cut = all || lines.length <= shownLines ? 0 : lines.length - shownLines;
  return (
    <div className="group/output relative">
      <CopyButton
        text={() => wordsOfOutput(text)}
        label="Copy the output"
        size="small"
        className="absolute right-1 bottom-1 bg-sunken opacity-0 group-hover/output:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100"
      />
      {cut > 0 && (
        <Button look="quiet" className="mb-1" onClick={() => setAll(true)}>
          Show {counted(cut, 'earlier line')}
        </Button>
      )}
      <pre
        ref={well}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        tabIndex={0}
        className={classes(
          'max-h-80 overflow-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-relaxed whitespace-pre-wrap wrap-anywhere',
          failed && 'border-l-2 border-bad',
        )}
      >
        <TerminalText output={lines.slice(cut).join('\n')} />
      </pre>
    </div>
  );
}
