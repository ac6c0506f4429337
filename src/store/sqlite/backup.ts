/** Copies of the database in one file: taken while a server runs or not, and put back while none does. */
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../contract/index.js';
import { loadSqliteDriver, type SqliteDatabase, type SqliteDriver } from './driver.js';
import { lockStore } from './file-lock.js';
import { databaseFileName, lockFileName } from './file-names.js';
import { readMigrations } from './migrate.js';

/** A commit of the server may hold the file for a moment. */
const busyTimeoutMs = 30_000;

/**
 * Writes all that is committed at this moment to `file`, which must not exist yet. A server that has the directory open
 * goes on: it is read as one of its readers would. Throws `validation_failed`.
 */
export async function backupStore(directory: string, file: string): Promise<{ bytes: number }> {
  const source = join(directory, databaseFileName);
  if (!existsSync(source)) throw refusal(`There is no data in ${directory}: ${databaseFileName} is missing.`);
  if (existsSync(file)) throw refusal(`${file} exists: name a file that does not.`);
  const partial = `${resolve(file)}.partial`;
  // It holds every prompt and answer: for its owner alone.
  const handle = await open(partial, 'w', 0o600).catch((error: Error) => {
    throw refusal(`${file} cannot be written: ${error.message}`);
  });
  try {
    const database = openDatabase(await loadSqliteDriver(), source);
    try {
      database.prepare('VACUUM INTO ?').run(partial);
    } finally {
      database.close();
    }
    await handle.sync();
    renameSync(partial, file);
    await syncFolder(dirname(resolve(file)));
    return { bytes: statSync(file).size };
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Makes `file` the data of the directory. What was there is kept beside it with `force`, and refused without. A crash
 * leaves the old data or the new. Throws `validation_failed`, `store_locked`, `store_too_new`.
 */
export async function restoreStore(
  directory: string,
  file: string,
  { force, holder, at }: { force: boolean; holder: string; at: number },
): Promise<{ oldFile: string | undefined }> {
  const driver = await loadSqliteDriver();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = lockStore(driver, join(directory, lockFileName), holder);
  const target = join(directory, databaseFileName);
  const incoming = `${target}.restoring`;
  try {
    if (existsSync(target) && !force)
      throw refusal(
        `${directory} has data: add --force to put the backup in its place; the old file is kept.`,
      );
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw refusal(`There is no file ${file}.`);
    // A copy is checked, because a check may write beside what it reads.
    copyFileSync(file, incoming, constants.COPYFILE_FICLONE);
    checkBackup(driver, incoming, file);
    const handle = await open(incoming, 'r+');
    await handle.chmod(0o600);
    await handle.sync();
    await handle.close();
    const oldFile = existsSync(target) ? keepOld(driver, target, at) : undefined;
    renameSync(incoming, target);
    await syncFolder(directory);
    return { oldFile };
  } finally {
    for (const left of ['', '-wal', '-shm']) rmSync(`${incoming}${left}`, { force: true });
    lock.release();
  }
}

function openDatabase(driver: SqliteDriver, path: string): SqliteDatabase {
  const database = driver.open(path);
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  return database;
}

function checkBackup(driver: SqliteDriver, path: string, name: string): void {
  const known = readMigrations().at(-1)?.version ?? 0;
  const database = openDatabase(driver, path);
  try {
    const { integrity_check } = database.prepare('PRAGMA integrity_check(1)').get() as Record<
      string,
      unknown
    >;
    const { user_version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
    database.prepare("SELECT value FROM store_info WHERE name = 'store_id'").get();
    if (integrity_check !== 'ok') throw new Error(String(integrity_check));
    if (user_version > known)
      throw new AppError('store_too_new', `${name} is of a newer Quarterdeck: restore it with that one.`);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refusal(`${name} is no backup of Quarterdeck: ${error instanceof Error ? error.message : error}`);
  } finally {
    database.close();
  }
}

/** Beside the new one, whole: what its write-ahead log holds is carried over, or the log is kept with it. */
function keepOld(driver: SqliteDriver, target: string, at: number): string {
  const oldFile = `${target}.before-${at}`;
  carryOver(driver, target);
  for (const end of ['-wal', '-shm'])
    if (existsSync(`${target}${end}`)) renameSync(`${target}${end}`, `${oldFile}${end}`);
  // The name is taken over by the new file in one step.
  linkSync(target, oldFile);
  return oldFile;
}

function carryOver(driver: SqliteDriver, target: string): void {
  let database: SqliteDatabase | undefined;
  try {
    database = openDatabase(driver, target);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // It is not readable any more, which may be why a backup is put in its place.
  } finally {
    database?.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

function refusal(message: string): AppError {
  return new AppError('validation_failed', message);
}
