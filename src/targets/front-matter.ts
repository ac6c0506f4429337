/**
 * What a Markdown file says of itself between two lines of `---` at its start. Only `name` and `description` are read;
 * the rest belongs to the agent, and is looked at no further than to see that the block is whole.
 */
import { broken, placeAt } from './broken.js';

export interface FrontMatter {
  name?: string;
  description?: string;
}

const fence = /^---\s*$/;
const end = /^(?:---|\.\.\.)\s*$/;
const entry = /^("[^"]*"\s*|'[^']*'\s*|[^\s:#'"[\]{},&*!|>%@`-][^:]*|-[^\s:][^:]*):(?:\s+(.*))?$/;
/** A list below its key, the end of a value in brackets, a comment: none of them begins an entry. */
const passedOver = /^(?:- |-$|[\]}]|#|$)/;

/** Throws `target_invalid` with file, line and column. */
export function readFrontMatter(text: string, path: string): FrontMatter {
  const lines = text.split(/\r?\n/);
  if (!fence.test(lines[0] ?? '')) return {};
  const last = lines.findIndex((line, index) => index > 0 && end.test(line));
  if (last < 0) {
    throw broken(
      placeAt(path, { line: 1, column: 1 }),
      'the block that begins here has no end: add a line of --- below it',
    );
  }
  const values = new Map<string, string>();
  for (let index = 1; index < last; index += 1) {
    const line = lines[index] ?? '';
    const fail = (column: number, problem: string) =>
      broken(placeAt(path, { line: index + 1, column }), problem);
    if (/^ *\t/.test(line))
      throw fail(line.indexOf('\t') + 1, 'indent with spaces: a tab is not allowed here');
    if (/^\s/.test(line) || passedOver.test(line.trimEnd())) continue;
    const [, key = '', first = ''] = entry.exec(line.trimEnd()) ?? [];
    if (key === '') throw fail(1, 'write "key: value"; there is no colon behind a key here');
    const more = indentedBehind(lines, index, last);
    if (isOpenQuote(first) && more.length === 0) {
      throw fail(line.indexOf(first) + 1, 'the quote that begins here has no end');
    }
    values.set(key.trim().replace(/^(["'])(.*)\1$/, '$2'), textOf(first, more));
  }
  const name = values.get('name');
  const description = values.get('description');
  return {
    ...(name === undefined || name === '' ? {} : { name }),
    ...(description === undefined || description === '' ? {} : { description }),
  };
}

function indentedBehind(lines: readonly string[], index: number, last: number): string[] {
  const more: string[] = [];
  for (let next = index + 1; next < last && /^(?: |$)/.test(lines[next] ?? ''); next += 1) {
    more.push((lines[next] ?? '').trim());
  }
  while (more.at(-1) === '') more.pop();
  return more;
}

function textOf(first: string, more: readonly string[]): string {
  if (/^[|>][+-]?\d?$/.test(first)) return more.join(first.startsWith('|') ? '\n' : ' ').trim();
  const whole = [first, ...more].join(' ').trim();
  const quoted = /^(["'])(.*)\1\s*(?:#.*)?$/.exec(whole);
  return quoted === null ? whole.replace(/\s#.*$/, '').trim() : (quoted[2] ?? '');
}

function isOpenQuote(value: string): boolean {
  if (value.startsWith('"')) return !/^"(?:[^"\\]|\\.)*"/.test(value);
  return value.startsWith("'") && !/^'(?:[^']|'')*'/.test(value);
}
