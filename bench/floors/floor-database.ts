/** Bare SQLite, as durable as the product promises to be: WAL, and a sync with every commit. */
import { loadSqliteDriver, type SqliteDatabase } from '../../src/store/sqlite/driver.js';

/** A statement of the driver for Node 20 does not keep its database: once that is collected, using it crashes. */
const open: SqliteDatabase[] = [];

export async function openFloorDatabase(file: string): Promise<SqliteDatabase> {
  const database = (await loadSqliteDriver()).open(file);
  open.push(database);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  return database;
}
