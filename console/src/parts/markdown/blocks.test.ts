import { describe, expect, it } from 'vitest';
import { MarkdownBlocks } from './blocks';

const text = [
  '# Title',
  'A paragraph',
  'of two lines.',
  '',
  '1. one',
  '',
  '2. two',
  '',
  '```ts',
  'const a = 1;',
  '',
  'const b = 2;',
  '```',
  '',
  '| a | b |',
  '|---|---|',
  '| 1 | 2 |',
  '',
  'The end.',
].join('\n');

function tell(blocks: ReturnType<MarkdownBlocks['read']>) {
  return blocks.map(({ at, token }) => [at, token.type, token.raw.trimEnd()]);
}

describe('Markdown in blocks', () => {
  it('comes to the same however the text grew', () => {
    const atOnce = tell(new MarkdownBlocks().read(text, true));
    expect(atOnce.map(([, type]) => type)).toEqual([
      'heading',
      'paragraph',
      'list',
      'code',
      'table',
      'paragraph',
    ]);
    for (const step of [1, 3, 7, 50]) {
      const growing = new MarkdownBlocks();
      for (let end = step; end < text.length; end += step) growing.read(text.slice(0, end), false);
      expect(tell(growing.read(text, true))).toEqual(atOnce);
    }
  });

  it('keeps the blocks that cannot change', () => {
    const growing = new MarkdownBlocks();
    const before = growing.read('one\n\ntwo\n\nthree\n\nfour', false);
    const after = growing.read('one\n\ntwo\n\nthree\n\nfour and more', false);
    expect(after[0]).toBe(before[0]);
    expect(after.map(({ settled }) => settled)).toEqual([true, true, false, false]);
  });

  it('begins anew with another text', () => {
    const blocks = new MarkdownBlocks();
    blocks.read('one\n\ntwo\n\nthree', true);
    expect(tell(blocks.read('other', true))).toEqual([[0, 'paragraph', 'other']]);
  });
});
