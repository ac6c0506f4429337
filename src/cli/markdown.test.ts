import pico from 'picocolors';
import { expect, it } from 'vitest';
import { MarkdownLines } from './markdown.js';

const names = ['bold', 'italic', 'underline', 'cyan', 'dim', 'yellow'] as const;
const paint = {
  ...pico.createColors(false),
  ...Object.fromEntries(
    names.map((name) => [name, (text: string | number | null | undefined) => `<${name}:${text}>`]),
  ),
};

function render(...lines: string[]): string[] {
  const markdown = new MarkdownLines(paint);
  return lines.map((line) => markdown.render(line));
}

it.each([
  ['## A heading ##', '<bold:<underline:A heading>>'],
  ['**strong** and *leaning*, _too_', '<bold:strong> and <italic:leaning>, <italic:too>'],
  ['`**as it is**`', '<cyan:**as it is**>'],
  ['- item', '<yellow:•> item'],
  ['  2. second', '  <yellow:2.> second'],
  ['> quoted', '<dim:│ quoted>'],
  ['[words](https://example.com/a)', 'words (<underline:https://example.com/a>)'],
  ['a_name_of_a_variable and 2 * 3 * 4', 'a_name_of_a_variable and 2 * 3 * 4'],
  ['#no heading', '#no heading'],
])('renders %s', (line, shown) => {
  expect(render(line)).toEqual([shown]);
});

it('shows blocks of code as they are', () => {
  expect(render('````md', '# no heading', '```', '````', '# heading')).toEqual([
    '<dim:````md>',
    '<cyan:# no heading>',
    '<cyan:```>',
    '<dim:````>',
    '<bold:<underline:heading>>',
  ]);
});
