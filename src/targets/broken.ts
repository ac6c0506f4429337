/** The one shape of refusals here: where (file, line and column where there are any), what, and what to do. */
import { AppError } from '../contract/index.js';

export function broken(place: string, problem: string): AppError {
  return new AppError('target_invalid', `${place}: ${problem}`);
}

export interface Position {
  line: number;
  column: number;
}

export function placeAt(path: string, { line, column }: Position): string {
  return `${path}:${line}:${column}`;
}

/** Both count from 1; `offset` counts UTF-16 units, as strings do. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: offset - lastBreak };
}

export function withoutEffect(place: string, what: string): string {
  return `${place}: ${what} has no effect in this version`;
}
