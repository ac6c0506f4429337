import { Fragment, useMemo, useState } from 'react';
import { countWords } from '../amounts';
import { Button } from '../button';
import { classes } from '../classes';
import { type DiffLine, diffLinesOf, hunksOf } from './diff-lines';
import type { FileEdit, Hunk } from './file-edits';

/** So many lines are shown before somebody asks for all. */
const shownLines = 120;

const looks = {
  same: { row: '', sign: ' ', word: '', name: '' },
  removed: { row: 'bg-bad-soft', sign: '-', word: 'bg-bad/20', name: 'removed' },
  added: { row: 'bg-good-soft', sign: '+', word: 'bg-good/20', name: 'added' },
};

export default function DiffTable({ edit }: { edit: FileEdit }) {
  const hunks = useMemo(() => hunksOf(edit), [edit]);
  const [all, setAll] = useState(false);
  const lineCount = hunks.reduce((sum, { lines }) => sum + lines.length, 0);
  return (
    <>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        tabIndex={0}
        aria-label={`Changes of ${edit.path}`}
        className="max-h-[32rem] overflow-auto"
      >
        <table className="w-full border-collapse font-mono text-xs leading-relaxed">
          <tbody>
            {bounded(hunks, all ? lineCount : shownLines).map((hunk, index) => (
              <Fragment key={`${hunk.oldStart}:${hunk.newStart}`}>
                {index > 0 && <Separator />}
                <HunkLines hunk={hunk} />
              </Fragment>
            ))}
          </tbody>
        </table>
      </section>
      {!all && lineCount > shownLines && (
        <Button
          look="quiet"
          className="w-full rounded-none border-t border-line"
          onClick={() => setAll(true)}
        >
          Show all {countWords(lineCount)} lines
        </Button>
      )}
    </>
  );
}

function bounded(hunks: readonly Hunk[], linesMax: number): Hunk[] {
  let left = linesMax;
  return hunks.flatMap((hunk) => {
    const lines = hunk.lines.slice(0, Math.max(0, left));
    left -= hunk.lines.length;
    return lines.length === 0 ? [] : [{ ...hunk, lines }];
  });
}

function HunkLines({ hunk }: { hunk: Hunk }) {
  const lines = useMemo(() => diffLinesOf(hunk), [hunk]);
  return lines.map((line) => (
    <Line key={`${line.kind} ${line.oldNumber ?? ''} ${line.newNumber ?? ''}`} line={line} />
  ));
}

const number = 'w-[1%] px-2 text-right align-top text-muted select-none';

function Line({ line: { kind, oldNumber, newNumber, parts } }: { line: DiffLine }) {
  const { row, sign, word, name } = looks[kind];
  return (
    <tr className={row}>
      <td className={number}>{oldNumber}</td>
      <td className={number}>{newNumber}</td>
      {/* What is wrapped goes on below the words, not below the sign. */}
      <td className="py-0 pr-3 pl-4 -indent-4 whitespace-pre-wrap wrap-anywhere">
        <span aria-hidden className="inline-block w-4 indent-0 select-none">
          {sign}
        </span>
        {name !== '' && <span className="sr-only">{name}: </span>}
        {parts.map(({ text, changed }, index) =>
          changed ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a line never change.
            <span key={index} className={classes('rounded-xs', word)}>
              {text}
            </span>
          ) : (
            text
          ),
        )}
      </td>
    </tr>
  );
}

function Separator() {
  return (
    <tr aria-hidden className="border-y border-line bg-sunken text-center text-muted">
      <td colSpan={3}>⋯</td>
    </tr>
  );
}
