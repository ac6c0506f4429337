/**
 * The `node:sqlite` surface, from whoever offers it: Node itself from 24 on, `@photostructure/sqlite` before
 * (absent in Node 20, behind a warning in 22). The file format is plain SQLite either way.
 * Traps: binding `undefined` throws, rows have a null prototype, and the number of an error is in `errcode`.
 */
export type SqlValue = string | number | bigint | null | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

export interface SqliteStatement {
  run(...values: SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
}

export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

/** SQL by its text: prepared once, kept for the life of the connection. */
export interface SqlRunner {
  get(sql: string, ...values: SqlValue[]): SqlRow | undefined;
  all(sql: string, ...values: SqlValue[]): SqlRow[];
  /** Rows changed. */
  run(sql: string, ...values: SqlValue[]): number;
  /** Row id of the new row. */
  insert(sql: string, ...values: SqlValue[]): number;
}

export interface SqliteDriver {
  name: 'node:sqlite' | '@photostructure/sqlite';
  open(path: string): SqliteDatabase;
}

interface SqliteModule {
  DatabaseSync: new (path: string) => SqliteDatabase;
}

const builtInSinceNodeMajor = 24;

export async function loadSqliteDriver(): Promise<SqliteDriver> {
  const nodeMajor = Number(process.versions.node.split('.')[0]);
  const name = nodeMajor >= builtInSinceNodeMajor ? 'node:sqlite' : '@photostructure/sqlite';
  // A computed specifier, because the types of Node 20 do not know `node:sqlite`.
  const { DatabaseSync } = (await import(name as string)) as SqliteModule;
  return { name, open: (path) => new DatabaseSync(path) };
}

/** Primary result code of SQLite (https://sqlite.org/rescode.html), or undefined when it is another error. */
export function sqliteErrorNumber(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

export const sqliteBusy = 5;
export const sqliteReadOnly = 8;
export const sqliteIoError = 10;
export const sqliteFull = 13;
