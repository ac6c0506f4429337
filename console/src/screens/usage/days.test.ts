import type { UsageGroup } from 'quarterdeck/client';
import { describe, expect, it } from 'vitest';
import { rangeOf, stretchesOf, stretchWords } from './days';
import { readUsageSearch } from './search';

const now = Date.parse('2026-11-25T23:30:00Z');

function used(key: string, runs: number): UsageGroup {
  const none = { completed: 0, failed: 0, cancelled: 0, turns: 0, toolCalls: 0, activeMs: 0 };
  return { key, runs, inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, costUsd: runs, ...none };
}

describe('the range of an address', () => {
  it('ends today, in UTC, and is of thirty days unless something else is asked for', () => {
    expect(rangeOf({}, now)).toEqual({ from: '2026-10-27', to: '2026-11-25' });
    expect(rangeOf({ days: 7 }, now)).toEqual({ from: '2026-11-19', to: '2026-11-25' });
  });

  it('is that of two days where the address names both', () => {
    const search = readUsageSearch({ days: 7, from: '2026-01-01', to: '2026-01-31' });
    expect(rangeOf(search, now)).toEqual({ from: '2026-01-01', to: '2026-01-31' });
  });

  it.each([
    [{ from: '2026-02-01', to: '2026-01-31' }],
    [{ from: '2026-02-31', to: '2026-03-01' }],
    [{ from: '2020-01-01', to: '2026-01-01' }],
    [{ from: '2026-02-01' }],
    [{ days: 12, measure: 'joy', project: '' }],
  ])('leaves out what nobody can mean: %o', (search) => {
    expect(readUsageSearch(search)).toEqual({});
  });
});

describe('the stretches of a range', () => {
  it('are its days, also those without a run', () => {
    const stretches = stretchesOf([used('2026-11-24', 2)], { from: '2026-11-23', to: '2026-11-25' });
    expect(stretches.map(({ from, to, sums }) => [from, to, sums.runs])).toEqual([
      ['2026-11-23', '2026-11-23', 0],
      ['2026-11-24', '2026-11-24', 2],
      ['2026-11-25', '2026-11-25', 0],
    ]);
  });

  it('are weeks from Monday on where days would be too many', () => {
    // 2026-01-01 is a Thursday.
    const groups = [used('2026-01-02', 1), used('2026-01-04', 2), used('2026-01-05', 4)];
    const stretches = stretchesOf(groups, { from: '2026-01-01', to: '2026-12-31' });
    expect(stretches.slice(0, 2).map(({ from, to, sums }) => [from, to, sums.runs, sums.costUsd])).toEqual([
      ['2026-01-01', '2026-01-04', 3, 3],
      ['2026-01-05', '2026-01-11', 4, 4],
    ]);
    expect(stretches).toHaveLength(53);
    expect(stretches.at(-1)).toMatchObject({ from: '2026-12-28', to: '2026-12-31' });
  });

  it('are said in words', () => {
    expect(stretchWords({ from: '2026-11-24', to: '2026-11-24' })).toBe('Tue, 24 Nov 2026');
    expect(stretchWords({ from: '2026-11-23', to: '2026-11-29' })).toBe('23 Nov to 29 Nov');
  });
});
