/**
 * Text of agents is text of strangers: on a terminal a control sequence can rewrite what stands there, set the title or the
 * clipboard, or answer in the name of the person. Nothing of that kind gets through; line ends and tabs stay.
 */
import { fitWidth } from './text-width.js';

/** Escape sequences of ECMA-48 in their 7-bit and 8-bit forms: CSI, then OSC and other strings, then the short ones. */
const sequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find.
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]/g;

/** What is left of control characters, and the marks that turn the direction of reading around. */
const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find.
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function cleanText(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(sequences, '').replace(controls, '');
}

/** On one line, no wider than `columnsMax`. */
export function cleanLine(text: string, columnsMax = Number.POSITIVE_INFINITY): string {
  return fitWidth(cleanText(text).replace(/\s+/g, ' ').trim(), columnsMax);
}

/** JSON leaves DEL and the 8-bit control characters as they are; escaped, it is the same JSON. */
export function safeJson(value: unknown): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escaped);
}
