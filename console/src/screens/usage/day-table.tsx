import type { UsageSums } from 'quarterdeck/client';
import { costWords, countWords, durationWords } from '../../parts/amounts';
import { type Stretch, stretchWords } from './days';

const columns: readonly [title: string, of: (sums: UsageSums) => string][] = [
  ['Runs', ({ runs }) => countWords(runs)],
  ['Completed', ({ completed }) => countWords(completed)],
  ['Failed', ({ failed }) => countWords(failed)],
  ['Cancelled', ({ cancelled }) => countWords(cancelled)],
  ['Tokens in', ({ inputTokens }) => countWords(inputTokens)],
  ['Of them cached', ({ cachedInputTokens }) => countWords(cachedInputTokens)],
  ['Tokens out', ({ outputTokens }) => countWords(outputTokens)],
  ['Cost', ({ costUsd }) => costWords(costUsd)],
  ['Time at work', ({ activeMs }) => durationWords(activeMs)],
];

/** The figures of the charts, the latest first. */
export function DayTable({ stretches, total }: { stretches: readonly Stretch[]; total: UsageSums }) {
  return (
    <details className="rounded-lg border border-line bg-panel">
      <summary className="px-4 py-3 text-sm font-medium">The same figures as a table</summary>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        tabIndex={0}
        aria-label="Figures by day"
        className="max-h-96 overflow-auto border-t border-line"
      >
        <table className="w-full text-right text-sm tabular-nums">
          <caption className="sr-only">What runs used, the latest days first</caption>
          <thead className="sticky top-0 bg-panel text-xs text-muted">
            <tr>
              <th scope="col" className="px-4 py-2 text-left font-medium">
                Day
              </th>
              {columns.map(([title]) => (
                <th key={title} scope="col" className="px-4 py-2 font-medium whitespace-nowrap">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {[...stretches].reverse().map((stretch) => (
              <Figures key={stretch.from} name={stretchWords(stretch)} sums={stretch.sums} />
            ))}
          </tbody>
          <tfoot className="sticky bottom-0 border-t border-line-strong bg-panel font-semibold">
            <Figures name="In all" sums={total} />
          </tfoot>
        </table>
      </section>
    </details>
  );
}

function Figures({ name, sums }: { name: string; sums: UsageSums }) {
  return (
    <tr>
      <th scope="row" className="px-4 py-1.5 text-left [font-weight:inherit] whitespace-nowrap">
        {name}
      </th>
      {columns.map(([title, of]) => (
        <td key={title} className="px-4 py-1.5 whitespace-nowrap">
          {of(sums)}
        </td>
      ))}
    </tr>
  );
}
