/** What attempts of one run used before they were interrupted: it is part of what the run used in the end. */
import { limits, type ToolHistoryEntry, type Usage } from '../../contract/index.js';
import type { Spent } from '../../core/index.js';
import type { RunHead } from './heads.js';

interface Attempts extends Spent {
  toolHistory: readonly ToolHistoryEntry[];
}

const nothing: Attempts = { usage: {}, activeMs: 0, toolHistory: [] };

export function spentOf(run: Pick<RunHead, 'spent'>): Attempts {
  return run.spent === null ? nothing : (JSON.parse(run.spent) as Attempts);
}

/** As JSON, for the row of the run. */
export function addSpent(run: Pick<RunHead, 'spent'>, last: Attempts): string {
  const before = spentOf(run);
  return JSON.stringify({
    usage: addUsages(before.usage, last.usage),
    activeMs: before.activeMs + Math.round(last.activeMs),
    toolHistory: [...before.toolHistory, ...last.toolHistory].slice(0, limits.toolHistoryMax),
  } satisfies Attempts);
}

export function addUsages(one: Usage, other: Usage): Usage {
  const sum: Usage = { ...one };
  for (const [key, value] of Object.entries(other) as [keyof Usage, number][])
    sum[key] = (sum[key] ?? 0) + value;
  return sum;
}
