import { expect, it } from 'vitest';
import { didYouMean, nearest } from './suggest.js';

const words = ['rex', 'rover', 'Sums', 'Other sums'];

it('finds the word with the fewest changes, whatever its case', () => {
  expect(nearest('rexx', words)).toBe('rex');
  expect(nearest('sms', words)).toBe('Sums');
  expect(nearest('rvoer', words)).toBe('rover');
  expect(nearest('other sum', words)).toBe('Other sums');
});

it('finds nothing where nothing is near', () => {
  expect(nearest('notes', words)).toBeUndefined();
  expect(nearest('', words)).toBeUndefined();
  expect(nearest('rex', [])).toBeUndefined();
});

it('is a question, or nothing', () => {
  expect(didYouMean('rx', words)).toBe(' Did you mean "rex"?');
  expect(didYouMean('notes', words)).toBe('');
});
