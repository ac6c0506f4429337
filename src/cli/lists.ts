/** How lists are shown: one line of JSON for each thing, or rows. */
import { cleanLine } from './clean-text.js';
import type { Cli } from './cli.js';
import { shortenIds } from './short-ids.js';
import { agoWords, timeWords } from './time-words.js';

export interface Column<Row> {
  title: string;
  of(row: Row): string | number | undefined;
  /** A person gets the beginning of an id, and how long ago a time was; a program gets them whole. */
  is?: 'id' | 'time';
}

export const listMaxDefault = 50;

export function showList<Row>(
  { terminal }: Cli,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): void {
  if (terminal.json) {
    for (const row of rows) terminal.printJson(row);
    return;
  }
  if (rows.length === 0) {
    terminal.remark('There is nothing to list.');
    return;
  }
  const cells = columns.map((column) => cellsOf(column, rows, terminal.isWatched));
  terminal.printRows(
    columns.map(({ title }) => title),
    rows.map((_, row) => cells.map((column) => column[row] ?? '')),
  );
}

/** Behind a list of which so many rows were asked for. */
export function sayLimit({ terminal }: Cli, rows: readonly unknown[], limit: number): void {
  if (rows.length > 0 && rows.length >= limit)
    terminal.remark(`No more than ${limit} are listed; --limit takes more.`);
}

function cellsOf<Row>({ of, is }: Column<Row>, rows: readonly Row[], isWatched: boolean): string[] {
  const values = rows.map((row) => of(row) ?? '');
  if (is === 'time') {
    const nowMs = Date.now();
    return values.map((value) => (isWatched ? agoWords(Number(value), nowMs) : timeWords(Number(value))));
  }
  const texts = values.map((value) => cleanLine(String(value)));
  return is === 'id' && isWatched ? shortenIds(texts) : texts;
}

/** One thing: a line of JSON, or its fields. */
export function showOne({ terminal }: Cli, thing: object): void {
  if (terminal.json) {
    terminal.printJson(thing);
    return;
  }
  const fields = Object.entries(thing).filter(([, value]) => value !== undefined);
  const width = Math.max(...fields.map(([name]) => name.length));
  for (const [name, value] of fields) {
    const words = name.endsWith('At') && typeof value === 'number' ? timeWords(value) : wordsOf(value);
    terminal.print(`${terminal.paint.dim(name.padEnd(width))}  ${words}`);
  }
}

function wordsOf(value: unknown): string {
  return cleanLine(typeof value === 'string' ? value : JSON.stringify(value));
}
