/**
 * One connection to one file, and the group commit that all writers share.
 *
 * Writes queue up while the event loop turns; one transaction then takes all that have come, of every session.
 * A write that fails before it changed anything fails alone. If anything else goes wrong the whole group is rolled
 * back and each of its writes is tried again in a transaction of its own, so that none can spoil another.
 *
 * Durability: the log is in WAL mode with `synchronous=NORMAL`, so a commit survives the death of this process at
 * once, and power loss from the next sync of the WAL file on. That sync is ours: one `fdatasync` outside the event
 * loop follows each group with a durable write; those writes resolve after it, and reads wait for it (`read`), so that
 * nothing is shown that could be lost. This is what `synchronous=FULL` promises, without stopping the loop. The next
 * group waits for the sync too: nobody could see it earlier, and it grows meanwhile, which is what makes it cheap.
 */
import type { FileHandle } from 'node:fs/promises';
import { AppError, isAppError } from '../../contract/index.js';
import type { Wakeup } from '../../core/index.js';
import {
  type SqliteDatabase,
  type SqliteStatement,
  type SqlRow,
  type SqlRunner,
  type SqlValue,
  sqliteErrorNumber,
  sqliteFull,
  sqliteIoError,
  sqliteReadOnly,
} from './driver.js';
import { HeadCache } from './heads.js';
import type { RunCounts } from './run-counts.js';
import { Transaction } from './transaction.js';

interface PendingWrite {
  perform: (tx: Transaction) => unknown;
  durable: boolean;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

type Outcome = { value: unknown } | { error: unknown };

/** Writes in one transaction; more wait for the next one. */
const groupWritesMax = 1000;

export interface ConnectionOptions {
  wakeup: Wakeup;
  runCounts: RunCounts;
  /** The open WAL file; absent for a database in memory. */
  walFile?: FileHandle;
  /** The disk failed under us: nothing that was promised can be kept any more. */
  onFatal: (error: unknown) => void;
}

export class Connection implements SqlRunner {
  private readonly statements = new Map<string, SqliteStatement>();
  private pending: PendingWrite[] = [];
  private scheduled = false;
  private closed = false;
  private syncing: Promise<void> | undefined;
  private readonly heads = new HeadCache();
  /** The disk did not take the last write. */
  private refusing = false;

  constructor(
    private readonly database: SqliteDatabase,
    private readonly options: ConnectionOptions,
  ) {}

  get(sql: string, ...values: SqlValue[]): SqlRow | undefined {
    return this.statement(sql).get(...values) as SqlRow | undefined;
  }

  all(sql: string, ...values: SqlValue[]): SqlRow[] {
    return this.statement(sql).all(...values) as SqlRow[];
  }

  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.statement(sql).run(...values).changes);
  }

  insert(sql: string, ...values: SqlValue[]): number {
    return Number(this.statement(sql).run(...values).lastInsertRowid);
  }

  /** Runs `perform` in the next group. It may be called twice, and must not await. */
  write<T>(perform: (tx: Transaction) => T, options: { durable?: boolean } = {}): Promise<T> {
    if (this.closed) return Promise.reject(new AppError('store_unavailable', 'The store is closed.'));
    return new Promise<T>((resolve, reject) => {
      this.pending.push({
        perform,
        durable: options.durable === true,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      this.schedule();
    });
  }

  /** Runs `query` when all it can see would survive power loss as far as promised. */
  async read<T>(query: () => T): Promise<T> {
    while (this.syncing !== undefined) await this.syncing;
    if (this.closed) throw new AppError('store_unavailable', 'The store is closed.');
    return query();
  }

  /** Rejects with why while the disk takes no writes. Writes only to see whether it does again. */
  async checkWritable(): Promise<void> {
    if (this.closed) throw new AppError('store_unavailable', 'The store is closed.');
    if (!this.refusing) return;
    // A change: SQLite writes no page that stays as it is.
    await this.write((tx) =>
      tx.run(
        "INSERT INTO store_info (name, value) VALUES ('write_probes', '1') ON CONFLICT DO UPDATE SET value = value + 1",
      ),
    );
  }

  async close(): Promise<void> {
    do {
      await this.syncing?.catch(() => undefined);
      this.commitGroup();
    } while (this.pending.length > 0 || this.syncing !== undefined);
    this.closed = true;
    this.statements.clear();
    this.carryOver();
    this.database.close();
    await this.options.walFile?.close();
  }

  /** So that the database file alone holds everything: not every driver lets SQLite do this when it closes. */
  private carryOver(): void {
    try {
      this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // A disk that is full or gone: the write-ahead log beside the file has all of it.
    }
  }

  private statement(sql: string): SqliteStatement {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  private schedule(): void {
    if (this.scheduled || this.syncing !== undefined) return;
    this.scheduled = true;
    // After the poll phase: every request and every line of an agent read in this turn of the loop joins the group.
    setImmediate(() => {
      this.scheduled = false;
      if (this.closed) return;
      this.commitGroup();
      if (this.pending.length > 0) this.schedule();
    });
  }

  private commitGroup(): void {
    const group = this.pending.splice(0, groupWritesMax);
    if (group.length === 0) return;
    this.settle(group, this.outcomesOf(group));
  }

  private outcomesOf(group: readonly PendingWrite[]): Outcome[] {
    try {
      return this.commit(group);
    } catch (error) {
      if (group.length === 1) {
        const failure = storeFailure(error);
        this.refusing = isAppError(failure, 'store_unavailable');
        return [{ error: failure }];
      }
      return group.flatMap((write) => this.outcomesOf([write]));
    }
  }

  /** One transaction. Throws, with nothing changed, when it cannot be committed. */
  private commit(group: readonly PendingWrite[]): Outcome[] {
    const tx = new Transaction(this, this.options.runCounts, this.heads);
    this.run('BEGIN IMMEDIATE');
    let outcomes: Outcome[];
    try {
      outcomes = group.map((write) => performOne(tx, write));
      tx.flush();
      this.run('COMMIT');
    } catch (error) {
      // The heads were changed as objects: what is on the disk is read again.
      this.heads.clear();
      this.rollBack();
      throw error;
    }
    if (tx.changes > 0) this.refusing = false;
    this.heads.trim();
    this.options.runCounts.apply(tx.countChanges);
    if (tx.topics.size > 0) this.options.wakeup.notify(tx.topics);
    return outcomes;
  }

  private rollBack(): void {
    try {
      this.run('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself (disk full, I/O error): there is no transaction left to end.
    }
  }

  private settle(group: readonly PendingWrite[], outcomes: readonly Outcome[]): void {
    const promised = group.some((write, index) => write.durable && 'value' in (outcomes[index] ?? {}));
    const synced = promised ? this.sync() : undefined;
    group.forEach((write, index) => {
      const outcome = outcomes[index] ?? { error: new Error('a write without an outcome') };
      if ('error' in outcome) write.reject(outcome.error);
      else if (write.durable && synced !== undefined)
        synced.then(() => write.resolve(outcome.value), write.reject);
      else write.resolve(outcome.value);
    });
  }

  /** Resolves when the commit before it is on the disk. */
  private sync(): Promise<void> | undefined {
    const { walFile } = this.options;
    if (walFile === undefined) return undefined;
    this.syncing = this.syncFile(walFile);
    return this.syncing;
  }

  private async syncFile(walFile: FileHandle): Promise<void> {
    try {
      await walFile.datasync();
    } catch (error) {
      this.closed = true;
      const failure = new AppError('store_unavailable', 'The disk did not confirm a write.', {
        cause: error,
      });
      for (const write of this.pending.splice(0)) write.reject(failure);
      this.options.onFatal(error);
      throw failure;
    } finally {
      this.syncing = undefined;
      if (this.pending.length > 0) this.schedule();
    }
  }
}

function performOne(tx: Transaction, write: PendingWrite): Outcome {
  const changesBefore = tx.changes;
  try {
    return { value: write.perform(tx) };
  } catch (error) {
    // A refusal that changed nothing concerns its caller alone; anything else spoils the group.
    if (isAppError(error) && tx.changes === changesBefore) return { error };
    throw error;
  }
}

const diskFailures: Readonly<Record<number, string>> = {
  [sqliteFull]: 'The disk of the data directory is full: free some space.',
  [sqliteReadOnly]: 'The data directory cannot be written: make it writable again.',
  [sqliteIoError]:
    'The disk of the data directory reports an error: look whether it is full, writable and healthy.',
};

/** What the disk is to blame for is `store_unavailable`; everything else stays what it is. */
function storeFailure(error: unknown): unknown {
  const words = diskFailures[sqliteErrorNumber(error) ?? 0];
  return words === undefined ? error : new AppError('store_unavailable', words, { cause: error });
}
