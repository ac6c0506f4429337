/**
 * Where a key stands in a TOML file. The parser tells positions of syntax errors only, and a value of a wrong type
 * deserves its line as well. A scan by lines, which is exact for the ways people write tables.
 */
import type { Position } from './broken.js';

export interface KeyPlace extends Position {
  keys: string[];
}

const part = /[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'/;
const dotted = `(?:${part.source})(?:\\s*\\.\\s*(?:${part.source}))*`;
const header = new RegExp(`^(\\s*)\\[(\\[?)\\s*(${dotted})\\s*\\]\\]?\\s*(?:#|$)`);
const assignment = new RegExp(`^(\\s*)(${dotted})\\s*=`);
const keyPart = new RegExp(part, 'g');

/** The key itself, else the nearest table around it, else the start of the file. */
export function locateKey(places: readonly KeyPlace[], keys: readonly PropertyKey[]): Position {
  const wanted = keys.map(String);
  for (let depth = wanted.length; depth > 0; depth -= 1) {
    const prefix = wanted.slice(0, depth);
    const place =
      places.find((known) => sameKeys(known.keys, prefix)) ??
      places.find((known) => sameKeys(known.keys.slice(0, depth), prefix));
    if (place !== undefined) return place;
  }
  return { line: 1, column: 1 };
}

/** Where `value`, in quotes, stands at or behind `from`; `from` itself when it is written in another way. */
export function locateValue(text: string, from: Position, value: string): Position {
  const lines = text.split('\n');
  for (let line = from.line; line <= lines.length; line += 1) {
    const written = lines[line - 1] ?? '';
    const start = line === from.line ? from.column - 1 : 0;
    for (const quote of ['"', "'"]) {
      const column = written.indexOf(`${quote}${value}${quote}`, start);
      if (column >= 0) return { line, column: column + 1 };
    }
  }
  return from;
}

export function keyPlaces(text: string): KeyPlace[] {
  const places: KeyPlace[] = [];
  /** Lists of tables by their keys, with the index of the present one. */
  const lists = new Map<string, number>();
  let table: string[] = [];
  let openQuotes: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (openQuotes !== undefined) {
      if (line.includes(openQuotes)) openQuotes = undefined;
      continue;
    }
    const headed = header.exec(line);
    const assigned = headed === null ? assignment.exec(line) : null;
    if (headed !== null) table = tableKeys(partsOf(headed[3]), headed[2] === '[', lists);
    const [, indent = ''] = headed ?? assigned ?? [];
    const column = indent.length + 1;
    if (headed !== null) places.push({ keys: table, line: index + 1, column });
    if (assigned !== null)
      places.push({ keys: [...table, ...partsOf(assigned[2])], line: index + 1, column });
    openQuotes = ['"""', "'''"].find((quotes) => line.split(quotes).length % 2 === 0);
  }
  return places;
}

/** With the index of the present entry behind each list of tables on the way. */
function tableKeys(parts: string[], opensEntry: boolean, lists: Map<string, number>): string[] {
  const keys: string[] = [];
  for (const [depth, part] of parts.entries()) {
    keys.push(part);
    const name = keys.join('\0');
    if (opensEntry && depth === parts.length - 1) lists.set(name, (lists.get(name) ?? -1) + 1);
    const entry = lists.get(name);
    if (entry !== undefined) keys.push(String(entry));
  }
  return keys;
}

function partsOf(dotted = ''): string[] {
  return (dotted.match(keyPart) ?? []).map((part) => (/^["']/.test(part) ? part.slice(1, -1) : part));
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}
