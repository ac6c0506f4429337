/** How lists are shown: one line of JSON for each thing, or rows. */
import { cleanLine } from './clean-text.js';
import type { Cli } from './cli.js';

export interface Column<Row> {
  title: string;
  of(row: Row): string | number | undefined;
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
  terminal.printRows(
    columns.map(({ title }) => title),
    rows.map((row) => columns.map((column) => cleanLine(String(column.of(row) ?? '')))),
  );
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

/** In the time of the server, so that it can be compared with its log. */
export function timeWords(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, 19);
}
