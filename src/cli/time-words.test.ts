import { describe, expect, it } from 'vitest';
import { agoWords, durationWords, timeWords } from './time-words.js';

const at = Date.UTC(2026, 10, 25, 21, 4, 3, 250);

describe('times in words', () => {
  it('says in which zone a time is', () => {
    expect(timeWords(at)).toBe('2026-11-25 21:04:03Z');
  });

  it.each([
    [-5000, '0 s ago'],
    [0, '0 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_599_999, '59 min ago'],
    [3_600_000, '1 h ago'],
    [86_400_000, '1 d ago'],
    [30 * 86_400_000, '30 d ago'],
    [31 * 86_400_000, '2026-11-25'],
  ])('of what was %i ms ago says "%s"', (ago, words) => {
    expect(agoWords(at, at + ago)).toBe(words);
  });

  it.each([
    [900, '1 s'],
    [61_000, '1 min'],
    [3_660_000, '1 h 1 min'],
  ])('of %i ms says "%s"', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });
});
