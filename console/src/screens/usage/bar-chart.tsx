/** Stacked bars on a canvas, in the colours of the theme. What they say must stand somewhere as text, too. */
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useShownTheme } from '../../app/theme';

export interface Bars {
  /** Below the bars, in their order. */
  labels: readonly string[];
  /** From the bottom of the stack to its top; `colour` is the name of one in `styles.css`. */
  parts: readonly { colour: string; values: readonly number[] }[];
  /** At the side. */
  words: (value: number) => string;
  /** Between two lines of the axis; without them the round numbers. */
  steps?: readonly number[] | undefined;
}

interface BarChartProps {
  bars: Bars;
  /** Of what it shows, for those who do not see it. */
  label: string;
  /** The bar that is pointed at. */
  onPoint: (index: number | undefined) => void;
}

const heightPx = 150;
/** So much room a label below the bars takes, with the space to the next. */
const labelPx = 64;
/** Charts with this name show the same bar when one of them is pointed at. */
const syncKey = 'usage';

export function BarChart({ bars, label, onPoint }: BarChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const theme = useShownTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours.
  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const chart = new uPlot(optionsOf(bars, element.clientWidth, onPoint), dataOf(bars), element);
    const observer = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: heightPx });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [bars, onPoint, theme]);
  return <div ref={holder} role="img" aria-label={label} className="h-[150px] w-full overflow-hidden" />;
}

/** Each series reaches from zero to the top of its part, and is drawn over by those below it. */
function dataOf({ labels, parts }: Bars): uPlot.AlignedData {
  const sums = labels.map(() => 0);
  const stacked = parts.map(({ values }) =>
    values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + value;
      return sums[index];
    }),
  );
  return [labels.map((_, index) => index), ...stacked.reverse()];
}

function optionsOf(bars: Bars, width: number, onPoint: BarChartProps['onPoint']): uPlot.Options {
  const { labels, parts, words, steps } = bars;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = { stroke: colour('--muted'), font: `11px ${style.fontFamily}`, ticks: { show: false } };
  const paths = uPlot.paths.bars?.({ size: [0.72, 28], radius: 0.15 });
  return {
    width,
    height: heightPx,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false }, sync: { key: syncKey } },
    padding: [8, 4, 0, 0],
    scales: {
      x: { time: false, range: () => [-0.5, labels.length - 0.5] },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.05 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        splits: (chart) => splitsOf(labels.length, chart.bbox.width / devicePixelRatio),
        values: (_, splits) => splits.map((index) => labels[index] ?? ''),
      },
      {
        ...axis,
        grid: { stroke: colour('--line'), width: 1 },
        size: 52,
        space: 30,
        ...(steps !== undefined && { incrs: [...steps] }),
        values: (_, splits) => splits.map((value) => (value === 0 ? '0' : words(value))),
      },
    ],
    series: [
      {},
      ...[...parts].reverse().map((part) => ({
        fill: colour(part.colour),
        stroke: colour(part.colour),
        width: 0,
        points: { show: false },
        ...(paths !== undefined && { paths }),
      })),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
  };
}

/** Which bars are labelled: as many as there is room for, and the last one always. */
function splitsOf(count: number, widthPx: number): number[] {
  const step = Math.max(1, Math.ceil((count * labelPx) / Math.max(widthPx, labelPx)));
  const splits: number[] = [];
  for (let index = count - 1 - Math.floor(step / 2); index >= 0; index -= step) splits.unshift(index);
  return splits;
}
