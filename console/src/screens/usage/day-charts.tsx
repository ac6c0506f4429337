import type { UsageSums } from 'quarterdeck/client';
import { useCallback, useId, useMemo, useState } from 'react';
import { BarChart, type Bars } from './bar-chart';
import { type Stretch, shortDay, stretchWords } from './days';
import { amountOf, looks, type MeasureLook } from './measures';
import { type Measure, measures } from './search';

interface DayChartsProps {
  stretches: readonly Stretch[];
  total: UsageSums;
}

/** A chart for each measure; whoever points at a bar sees that day in all of them. */
export function DayCharts({ stretches, total }: DayChartsProps) {
  const [pointed, setPointed] = useState<number>();
  const onPoint = useCallback((index: number | undefined) => setPointed(index), []);
  return (
    <div className="grid gap-4 md:grid-cols-2">
      {measures.map((measure) => (
        <DayChart
          key={measure}
          measure={measure}
          stretches={stretches}
          total={total}
          pointed={pointed === undefined ? undefined : stretches[pointed]}
          onPoint={onPoint}
        />
      ))}
    </div>
  );
}

interface DayChartProps extends DayChartsProps {
  measure: Measure;
  pointed: Stretch | undefined;
  onPoint: (index: number | undefined) => void;
}

function DayChart({ measure, stretches, total, pointed, onPoint }: DayChartProps) {
  const titleId = useId();
  const look = looks[measure];
  const bars = useMemo<Bars>(
    () => ({
      labels: stretches.map(({ from }) => shortDay(from)),
      parts: look.parts.map(({ colour, of }) => ({ colour, values: stretches.map(({ sums }) => of(sums)) })),
      words: look.short,
      steps: look.steps,
    }),
    [stretches, look],
  );
  const shown = pointed?.sums ?? total;
  return (
    <section
      aria-labelledby={titleId}
      className="flex min-w-0 flex-col gap-2 rounded-lg border border-line bg-panel p-4"
    >
      <header className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id={titleId} className="text-sm font-medium text-muted">
          {look.title}
        </h2>
        <Legend parts={look.parts} />
      </header>
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="text-2xl font-semibold tracking-tight tabular-nums">
          {look.short(amountOf(measure, shown))}
        </span>
        <span className="text-xs text-muted">{pointed === undefined ? 'in all' : stretchWords(pointed)}</span>
      </p>
      <p className="min-h-4 text-xs text-muted">{look.about(shown)}</p>
      {amountOf(measure, total) === 0 ? (
        <p className="grid flex-1 place-items-center py-8 text-sm text-muted">None in these days</p>
      ) : (
        <BarChart bars={bars} label={labelOf(measure, stretches, total)} onPoint={onPoint} />
      )}
    </section>
  );
}

function Legend({ parts }: Pick<MeasureLook, 'parts'>) {
  if (parts.length === 1) return null;
  return (
    <ul className="flex flex-wrap gap-x-4 text-xs text-muted">
      {parts.map(({ label, colour }) => (
        <li key={label} className="flex items-center gap-1.5">
          <span
            aria-hidden
            className="size-2.5 rounded-sm bg-(--part)"
            style={{ '--part': `var(${colour})` } as React.CSSProperties}
          />
          {label}
        </li>
      ))}
    </ul>
  );
}

/** What the chart says, in a sentence. */
function labelOf(measure: Measure, stretches: readonly Stretch[], total: UsageSums): string {
  const { title, words } = looks[measure];
  const most = stretches.reduce<Stretch | undefined>(
    (top, one) =>
      top === undefined || amountOf(measure, one.sums) > amountOf(measure, top.sums) ? one : top,
    undefined,
  );
  const peak =
    most === undefined || amountOf(measure, most.sums) === 0
      ? ''
      : `, most of it on ${stretchWords(most)}: ${words(amountOf(measure, most.sums))}`;
  return `${title} over time: ${words(amountOf(measure, total))} in all${peak}. The table of days has each figure.`;
}
