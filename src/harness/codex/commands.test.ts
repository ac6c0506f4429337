import { describe, expect, it } from 'vitest';
import { expandCommand, fillIn } from './commands.js';

describe('fillIn', () => {
  it.each([
    ['Look at $1.', 'a.ts b.ts', 'Look at a.ts.'],
    ['Compare $1 with $2.', '"a b" c', 'Compare a b with c.'],
    ['All: $ARGUMENTS', 'x "y z"', 'All: x "y z"'],
    ['It costs $$1.', '', 'It costs $1.'],
    ['Review.\n', 'now', 'Review.\n\nnow'],
    ['Review.', '', 'Review.'],
  ])('%j with %j is %j', (text, given, filled) => {
    expect(fillIn(text, given)).toBe(filled);
  });
});

describe('expandCommand', () => {
  it('leaves a prompt alone that names no command, or one whose file is gone', async () => {
    const commands = [{ name: 'gone', path: '/nonexistent/gone.md' }];
    for (const prompt of ['/other x', '/gone x', 'say /gone', '/']) {
      expect(await expandCommand(prompt, commands)).toBe(prompt);
    }
  });
});
