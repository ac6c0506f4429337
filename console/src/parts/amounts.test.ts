import { expect, it } from 'vitest';
import { costWords, counted, durationWords } from './amounts';

it.each([
  [0, '0 s'],
  [350, '350 ms'],
  [4000, '4 s'],
  [4200, '4.2 s'],
  [59_700, '1 min'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
  [270_000_000, '3 d 3 h'],
])('says %d ms as %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words);
});

it('does not say that what cost little cost nothing', () => {
  expect([0, 0.004, 1.25, 1200].map(costWords)).toEqual(['$0.00', '< $0.01', '$1.25', '$1,200.00']);
});

it('counts in the singular and in the plural', () => {
  expect([counted(0, 'run'), counted(1, 'run'), counted(1200, 'run')]).toEqual([
    '0 runs',
    '1 run',
    '1,200 runs',
  ]);
});
