import { expect, it } from 'vitest';
import { cleanLine, cleanText, safeJson } from './clean-text.js';

it.each([
  ['colours', '\x1b[1;31mred\x1b[0m', 'red'],
  ['movements and erasing', 'a\x1b[2J\x1b[1;1Hb\x1b[Kc', 'abc'],
  ['titles, ended by a bell', 'a\x1b]0;title\x07b', 'ab'],
  ['the clipboard, ended by a string terminator', 'a\x1b]52;c;c3RvbGVu\x1b\\b', 'ab'],
  ['links', '\x1b]8;;https://example.com\x1b\\words\x1b]8;;\x1b\\', 'words'],
  ['device strings', 'a\x1bP+q544e\x1b\\b', 'ab'],
  ['8-bit forms', 'a\x9b31mb\x9d0;t\x9cc', 'abc'],
  ['character sets and resets', 'a\x1b(0b\x1bcc', 'abc'],
  ['a sequence without an end', 'a\x1b[31', 'a31'],
  ['bells, backspaces and returns', 'secret\rpublic\b\x07', 'secretpublic'],
  ['turned directions', 'a\u202eb\u2066c', 'abc'],
])('strips %s', (_, text, clean) => {
  expect(cleanText(text)).toBe(clean);
});

it('keeps lines, tabs and letters of all languages', () => {
  const text = 'één\t二\n🙂 שלום\r\nend';
  expect(cleanText(text)).toBe(text.replace('\r\n', '\n'));
});

it('leaves nothing that could begin a sequence, whatever is nested in what', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
  expect(cleanText('\x1b\x1b[[31m\x1b]\x1b[0m\x07\x9b\x1b[2J')).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
});

it('makes one line and cuts it', () => {
  expect(cleanLine(' a\n\tb  c ')).toBe('a b c');
  expect(cleanLine('abcdef', 4)).toBe('abc…');
});

it('writes JSON that is the same and has no control characters', () => {
  const value = { text: '\x1b\x7f\x9b31m\u202e' };
  expect(safeJson(value)).toBe('{"text":"\\u001b\\u007f\\u009b31m\\u202e"}');
  expect(JSON.parse(safeJson(value))).toEqual(value);
});
