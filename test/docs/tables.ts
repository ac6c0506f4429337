/** Tables of the pages in `docs/`, so that tests can compare them with the code that they describe. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

export function readPage(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Rows of the table whose header has these cells, without header; cells without backticks. */
export function readTable(page: string, header: readonly string[]): string[][] {
  const lines = readPage(page).split('\n');
  const start = lines.findIndex((line) => sameCells(cellsOf(line), header));
  if (start === -1) throw new Error(`${page} has no table with the columns ${header.join(', ')}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end === -1 ? undefined : end).map(cellsOf);
}

function sameCells(cells: readonly string[], header: readonly string[]): boolean {
  return cells.length === header.length && cells.every((cell, index) => cell === header[index]);
}

function cellsOf(line: string): string[] {
  if (!line.startsWith('|')) return [];
  return line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim().replaceAll('`', ''));
}
