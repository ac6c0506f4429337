/** SQLite behind the store port: one file in the data directory, one server at a time. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store, Wakeup } from '../../core/index.js';
import { answerStore } from './answers.js';
import { Connection } from './connection.js';
import { loadSqliteDriver, type SqliteDatabase } from './driver.js';
import { queueStore } from './edit-queue.js';
import { eventStore } from './events.js';
import { lockStore } from './file-lock.js';
import { databaseFileName, lockFileName } from './file-names.js';
import { forkStore } from './fork-session.js';
import { housekeeping } from './housekeeping.js';
import { giveUpImports } from './import-session.js';
import { migrate } from './migrate.js';
import { parkingStore } from './park-runs.js';
import { permissionStore } from './permissions.js';
import { projectStore } from './projects.js';
import { retentionStore } from './retention.js';
import { RunCounts } from './run-counts.js';
import { runProgress } from './run-progress.js';
import { runQueue } from './run-queue.js';
import { runReads } from './run-reads.js';
import { searchStore } from './search-index.js';
import { sessionFileStore } from './session-files.js';
import { sessionStore } from './sessions.js';
import { usageStore } from './usage.js';

export { backupStore, restoreStore } from './backup.js';

export interface SqliteStoreOptions {
  /** Absolute path of the data directory, created where missing; `:memory:` for a store that dies with its process. */
  directory: string;
  wakeup: Wakeup;
  /** Shown to a second server that finds the directory locked. */
  holder: string;
  /** The disk failed; the store takes no more writes. */
  onFatal: (error: unknown) => void;
  /** How many pages (of 4 KiB) the WAL may hold before a commit carries them over into the database. */
  walPagesMax: number;
  /** A log with more events is marked for `trimLogs` when a run of it ends; 0 or absent: none. */
  logEventsMax?: number;
}

/** Only the lock file is ever contended; this bounds waiting for a backup tool that has the file open. */
const busyTimeoutMs = 5000;

/** Throws AppError `store_locked` or `store_too_new`. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const driver = await loadSqliteDriver();
  const inMemory = options.directory === ':memory:';
  if (!inMemory) mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const lock = inMemory
    ? undefined
    : lockStore(driver, join(options.directory, lockFileName), options.holder);
  let database: SqliteDatabase | undefined;
  try {
    const path = inMemory ? ':memory:' : join(options.directory, databaseFileName);
    database = driver.open(path);
    configure(database, options.walPagesMax);
    migrate(database);
    const storeId = ensureStoreId(database);
    const latestId = findLatestId(database);
    const runCounts = loadRunCounts(database);
    const walFile = inMemory ? undefined : await openWalFile(path);
    const { wakeup, onFatal } = options;
    const connection = new Connection(database, {
      wakeup,
      runCounts,
      onFatal,
      ...(walFile === undefined ? {} : { walFile }),
    });
    await connection.write((tx) => giveUpImports(tx));
    let closing: Promise<void> | undefined;
    return {
      storeId,
      latestId,
      ...projectStore(connection),
      ...sessionStore(connection),
      ...forkStore(connection),
      ...runQueue(connection),
      ...parkingStore(connection),
      ...queueStore(connection),
      ...runProgress(connection, options.logEventsMax ?? 0),
      ...runReads(connection, runCounts),
      ...eventStore(connection),
      ...permissionStore(connection),
      ...retentionStore(connection),
      ...searchStore(connection),
      ...sessionFileStore(connection),
      ...usageStore(connection),
      ...answerStore(connection),
      ...housekeeping(connection),
      checkWritable: () => connection.checkWritable(),
      close: () => {
        closing ??= connection.close().then(() => lock?.release());
        return closing;
      },
    };
  } catch (error) {
    database?.close();
    lock?.release();
    throw error;
  }
}

function configure(database: SqliteDatabase, walPagesMax: number): void {
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = NORMAL');
  database.exec('PRAGMA foreign_keys = ON');
  database.exec(`PRAGMA wal_autocheckpoint = ${walPagesMax}`);
}

/** The id is also the first write to the file, after which its WAL exists. */
function ensureStoreId(database: SqliteDatabase): string {
  database
    .prepare("INSERT INTO store_info (name, value) VALUES ('store_id', ?) ON CONFLICT DO NOTHING")
    .run(randomUUID());
  // A write on every start creates the WAL file again after a clean shutdown removed it.
  database
    .prepare(
      "INSERT INTO store_info (name, value) VALUES ('starts', '1') ON CONFLICT DO UPDATE SET value = value + 1",
    )
    .run();
  const row = database.prepare("SELECT value FROM store_info WHERE name = 'store_id'").get() as {
    value: string;
  };
  return row.value;
}

function findLatestId(database: SqliteDatabase): string | undefined {
  const row = database
    .prepare(
      `SELECT id FROM (SELECT max(run_id) AS id FROM runs UNION ALL SELECT max(session_id) FROM sessions
        UNION ALL SELECT max(request_id) FROM permissions) WHERE id IS NOT NULL ORDER BY substr(id, 4) DESC LIMIT 1`,
    )
    .get() as { id: string } | undefined;
  return row?.id;
}

function loadRunCounts(database: SqliteDatabase): RunCounts {
  const runCounts = new RunCounts();
  const rows = database.prepare('SELECT project_id, status, runs FROM run_counts WHERE runs > 0').all() as {
    project_id: string;
    status: string;
    runs: number;
  }[];
  for (const row of rows) runCounts.load(row.project_id, row.status, row.runs);
  return runCounts;
}

/** SQLite keeps this very file for as long as the connection is open, so a handle of our own syncs what it writes. */
async function openWalFile(path: string): Promise<FileHandle> {
  return open(`${path}-wal`, 'r+');
}
