import { expect, it } from 'vitest';
import { ageWords } from './times';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

it.each([
  [-hourMs, 'just now'],
  [0, 'just now'],
  [minuteMs - 1, 'just now'],
  [minuteMs, '1 min ago'],
  [hourMs - 1, '59 min ago'],
  [hourMs, '1 h ago'],
  [24 * hourMs - 1, '23 h ago'],
  [24 * hourMs, '1 d ago'],
  [400 * 24 * hourMs, '400 d ago'],
])('what is %d ms old is so in whole units that are over', (ms, words) => {
  expect(ageWords(1_000_000_000_000 - ms, 1_000_000_000_000)).toBe(words);
});
