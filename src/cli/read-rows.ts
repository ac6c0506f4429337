/** Lists of the server, row by row over as many pages as are asked for. */
import type { Client, PagedRoute, RouteQuery } from '../client/index.js';

const pageRowsDefault = 500;

export interface RowsQuestion {
  ids?: readonly string[];
  query?: Readonly<Record<string, unknown>>;
  /** The last row that is wanted. */
  max?: number;
  /** Of one page, where the server gives fewer than usual. */
  pageRowsMax?: number;
}

export async function* readRows<Name extends PagedRoute, Row>(
  client: Client,
  name: Name,
  { ids = [], query = {}, max = Number.POSITIVE_INFINITY, pageRowsMax = pageRowsDefault }: RowsQuestion,
  rowsOf: (page: Awaited<ReturnType<typeof client.ask<Name>>>['body']) => readonly Row[],
): AsyncGenerator<Row> {
  let left = max;
  if (left === 0) return;
  // The compiler cannot see that every paged route has a `limit`.
  const pageQuery = { ...query, limit: Math.min(max, pageRowsMax) } as unknown as RouteQuery<Name>;
  for await (const page of client.pages(name, { ids, query: pageQuery })) {
    const rows = rowsOf(page).slice(0, left);
    yield* rows;
    left -= rows.length;
    if (left === 0) return;
  }
}

export async function collectRows<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}
