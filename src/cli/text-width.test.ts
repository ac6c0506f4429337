import { describe, expect, it } from 'vitest';
import { fitWidth, padWidth, widthOf } from './text-width.js';

describe('the width of a text in a terminal', () => {
  it.each([
    ['', 0],
    ['plain', 5],
    ['Grüße', 5],
    ['e\u0301te', 3],
    ['漢字', 4],
    ['한글', 4],
    ['ok 😀', 5],
    ['👨‍👩‍👧', 2],
    ['❤️', 2],
    ['…', 1],
  ])('%j takes %i columns', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });

  it('cuts between characters, and never past the columns that there are', () => {
    expect(fitWidth('plain', 5)).toBe('plain');
    expect(fitWidth('plainly', 5)).toBe('plai…');
    expect(fitWidth('漢字漢字', 8)).toBe('漢字漢字');
    expect(fitWidth('漢字漢字', 6)).toBe('漢字…');
    expect(fitWidth('👨‍👩‍👧👨‍👩‍👧', 3)).toBe('👨‍👩‍👧…');
    expect(fitWidth('plain', 0)).toBe('');
  });

  it('fills up with blanks', () => {
    expect(padWidth('漢', 4)).toBe('漢  ');
    expect(padWidth('longer', 4)).toBe('longer');
  });
});
