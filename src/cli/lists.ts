/** How lists are shown: one line of JSON for each thing, or rows. */
import type { Client, PagedRoute, RouteQuery } from '../client/index.js';
import { cleanLine } from './clean-text.js';
import type { Cli } from './cli.js';

export interface Column<Row> {
  title: string;
  of(row: Row): string | number | undefined;
}

export const listMaxDefault = 50;
const pageRowsMax = 500;

/** Up to `max` rows of a list, over as many pages as that takes. */
export async function readUpTo<Name extends PagedRoute, Row>(
  client: Client,
  name: Name,
  question: { ids?: readonly string[]; query?: Readonly<Record<string, unknown>> },
  max: number,
  rowsOf: (page: Awaited<ReturnType<typeof client.ask<Name>>>['body']) => readonly Row[],
): Promise<Row[]> {
  const rows: Row[] = [];
  if (max === 0) return rows;
  // The compiler cannot see that every paged route has a `limit`.
  const query = { ...question.query, limit: Math.min(max, pageRowsMax) } as unknown as RouteQuery<Name>;
  for await (const page of client.pages(name, { ...question, query })) {
    rows.push(...rowsOf(page));
    if (rows.length >= max) break;
  }
  return rows.slice(0, max);
}

export function showList<Row>(
  { terminal }: Cli,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): void {
  if (terminal.json) {
    for (const row of rows) terminal.printJson(row);
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
