/**
 * One server at a time. The lock is an exclusive transaction on a small database beside the data: the operating
 * system releases it when the process dies, however it dies, so there is no stale lock to reason about.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { AppError } from '../../contract/index.js';
import { type SqliteDatabase, type SqliteDriver, sqliteBusy, sqliteErrorNumber } from './driver.js';

/** `holder` (such as a pid and an address) is shown to whoever comes second. Throws `store_locked`. */
export function lockStore(driver: SqliteDriver, path: string, holder: string): { release: () => void } {
  const holderPath = `${path}.holder`;
  let database: SqliteDatabase | undefined;
  try {
    database = driver.open(path);
    database.exec('PRAGMA busy_timeout = 0');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (sqliteErrorNumber(error) !== sqliteBusy) throw error;
    throw new AppError(
      'store_locked',
      `Another server has this data directory open (${readHolder(holderPath)}). Stop it first, or choose another directory with QUARTERDECK_HOME.`,
      { cause: error },
    );
  }
  writeFileSync(holderPath, `${holder}\n`);
  return { release: () => database.close() };
}

function readHolder(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim().slice(0, 200);
  } catch {
    return 'it has not said who it is';
  }
}
