/** What is wrong with targets: where it stands, in whose words, and what gives way to what. */
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { CopyButton } from '../../../parts/copy-button';

/** `FILE:LINE:COLUMN: words`, as the server says what is wrong with a file. */
const placedWords = /^(\/.+?):(\d+)(?::(\d+))?: (.+)$/s;

/** Why something cannot be used, and where to mend it. */
export function Problem({ title, words }: { title: string; words: string }) {
  const [, file = '', line, column, rest] = placedWords.exec(words) ?? [];
  return (
    <div
      role="alert"
      className="flex gap-3 rounded-md border border-bad bg-bad-soft px-4 py-3 text-sm text-bad"
    >
      <CircleAlert size={18} aria-hidden className="mt-0.5 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <p className="font-semibold">{title}</p>
        <p className="break-words">{rest ?? words}</p>
        {line !== undefined && (
          <p className="flex flex-wrap items-center gap-x-2 text-ink">
            <span>
              {file.split('/').at(-1)}, line {line}
              {column !== undefined && `, column ${column}`}
            </span>
            <CopyButton
              text={`${file}:${line}${column === undefined ? '' : `:${column}`}`}
              label="Copy the place"
            />
          </p>
        )}
      </div>
    </div>
  );
}

export function Warnings({ warnings }: { warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <ul
      aria-label="Warnings"
      className="flex flex-col gap-1.5 rounded-md bg-attention-soft px-4 py-3 text-sm text-attention"
    >
      {warnings.map((warning) => (
        <li key={warning} className="flex gap-2">
          <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
          <span className="min-w-0 break-words">{warning}</span>
        </li>
      ))}
    </ul>
  );
}
