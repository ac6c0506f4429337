import { expect, it } from 'vitest';
import { paletteColour } from './palette-colour';

it.each([
  [15, undefined],
  [16, 'rgb(0, 0, 0)'],
  [196, 'rgb(255, 0, 0)'],
  [208, 'rgb(255, 135, 0)'],
  [231, 'rgb(255, 255, 255)'],
  [232, 'rgb(8, 8, 8)'],
  [255, 'rgb(238, 238, 238)'],
  [256, undefined],
])('colour %d of a terminal is %s', (number, colour) => {
  expect(paletteColour(number)).toBe(colour);
});
