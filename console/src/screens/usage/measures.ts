/** What can be measured of runs, and how each is shown. */
import type { UsageSums } from 'quarterdeck/client';
import { costWords, countWords, durationWords, shortCount } from '../../parts/amounts';
import type { Measure } from './search';

export interface Part {
  label: string;
  /** Name of a colour in `styles.css`. */
  colour: string;
  of: (sums: UsageSums) => number;
}

export interface MeasureLook {
  title: string;
  /** Stacked from the bottom up; together they are the whole. */
  parts: readonly [Part, ...Part[]];
  words: (value: number) => string;
  /** Where there is little room, such as at an axis. */
  short: (value: number) => string;
  /** Between two lines of the axis, where the tens of the decimal system are no round numbers. */
  steps?: readonly number[];
  /** What else is to be known about the sum. */
  about: (sums: UsageSums) => string;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const looks: Record<Measure, MeasureLook> = {
  tokens: {
    title: 'Tokens',
    parts: [
      { label: 'In', colour: '--accent', of: ({ inputTokens }) => inputTokens },
      { label: 'Out', colour: '--attention', of: ({ outputTokens }) => outputTokens },
    ],
    words: countWords,
    short: shortCount,
    about: ({ inputTokens, cachedInputTokens, outputTokens }) =>
      `${shortCount(inputTokens)} in, of them ${shortCount(cachedInputTokens)} cached; ${shortCount(outputTokens)} out`,
  },
  cost: {
    title: 'Cost',
    parts: [{ label: 'Cost', colour: '--busy', of: ({ costUsd }) => costUsd }],
    words: costWords,
    short: (usd) => (usd < 1000 ? costWords(usd).replace('.00', '') : `$${shortCount(usd)}`),
    about: () => 'As agents tell it; some tell nothing',
  },
  runs: {
    title: 'Runs',
    parts: [
      { label: 'Completed', colour: '--good', of: ({ completed }) => completed },
      { label: 'Failed', colour: '--bad', of: ({ failed }) => failed },
      { label: 'Cancelled', colour: '--line-strong', of: ({ cancelled }) => cancelled },
    ],
    words: countWords,
    short: shortCount,
    about: ({ completed, failed, cancelled }) =>
      `${countWords(completed)} completed, ${countWords(failed)} failed, ${countWords(cancelled)} cancelled`,
  },
  time: {
    title: 'Time at work',
    parts: [{ label: 'Time', colour: '--accent', of: ({ activeMs }) => activeMs }],
    words: durationWords,
    short: shortTime,
    steps: [1, 5, 15, 30, 60, 120, 300, 600, 1200, 3000, 6000, 12_000, 30_000].map(
      (minutes) => minutes * minuteMs,
    ),
    about: ({ runs, activeMs }) =>
      runs === 0
        ? 'Waiting for people not counted'
        : `${durationWords(activeMs / runs)} for a run, on average`,
  },
};

export function amountOf(measure: Measure, sums: UsageSums): number {
  return looks[measure].parts.reduce((sum, part) => sum + part.of(sums), 0);
}

function shortTime(ms: number): string {
  if (ms < minuteMs) return durationWords(ms);
  return ms < hourMs ? `${Math.round(ms / minuteMs)} min` : `${Math.round((ms / hourMs) * 10) / 10} h`;
}
