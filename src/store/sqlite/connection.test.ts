import { describe, expect, it, onTestFinished } from 'vitest';
import { HeldWalFile, turnsOfTheLoop, watch } from '../../../test/support/store-wal-file.js';
import { recordingWakeup } from '../../../test/support/stores.js';
import { AppError } from '../../contract/index.js';
import { Connection } from './connection.js';
import { loadSqliteDriver, type SqliteDatabase } from './driver.js';
import { migrate } from './migrate.js';
import { RunCounts } from './run-counts.js';
import type { Transaction } from './transaction.js';

interface Opened {
  database: SqliteDatabase;
  connection: Connection;
  walFile: HeldWalFile;
  fatal: unknown[];
}

async function open(): Promise<Opened> {
  const database = (await loadSqliteDriver()).open(':memory:');
  migrate(database);
  const walFile = new HeldWalFile();
  const fatal: unknown[] = [];
  const connection = new Connection(database, {
    wakeup: recordingWakeup(),
    runCounts: new RunCounts(),
    onFatal: (error) => fatal.push(error),
    walFile: walFile.handle,
  });
  onTestFinished(async () => {
    if (walFile.closed) return;
    const closing = watch(connection.close());
    await syncUntil(walFile, () => closing.state !== 'open');
  });
  return { database, connection, walFile, fatal };
}

/** Ends every sync until it is so. */
async function syncUntil(walFile: HeldWalFile, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    walFile.open[0]?.done();
    await turnsOfTheLoop(1);
  }
}

const put = (name: string) => (tx: Transaction) => {
  tx.run('INSERT INTO store_info (name, value) VALUES (?, ?)', name, 'x');
  return name;
};
const spoil = (tx: Transaction) => {
  tx.run('INSERT INTO store_info (name, value) VALUES (?, NULL)', 'spoiled');
};
const names = (connection: Connection) => () =>
  connection.all('SELECT name FROM store_info ORDER BY name').map(({ name }) => name);

describe('a connection', () => {
  it('resolves a durable write only when the WAL is synced', async () => {
    const { connection, walFile } = await open();
    const write = watch(connection.write(put('a'), { durable: true }));
    await turnsOfTheLoop();
    expect([write.state, walFile.open.length]).toEqual(['open', 1]);
    walFile.open[0]?.done();
    await turnsOfTheLoop();
    expect(write).toEqual({ state: 'resolved', value: 'a' });
  });

  it('resolves other writes at once and syncs nothing for them', async () => {
    const { connection, walFile } = await open();
    expect(await connection.write(put('a'))).toBe('a');
    expect(walFile.begun).toBe(0);
  });

  it('syncs once for all durable writes that come together', async () => {
    const { connection, walFile } = await open();
    const writes = Array.from({ length: 50 }, (_, n) =>
      watch(connection.write(put(`${n}`), { durable: true })),
    );
    await turnsOfTheLoop();
    walFile.open[0]?.done();
    await turnsOfTheLoop();
    expect(writes.every(({ state }) => state === 'resolved')).toBe(true);
    expect(walFile.begun).toBe(1);
  });

  it('never has two syncs under way', async () => {
    const { connection, walFile } = await open();
    for (let n = 0; n < 20; n += 1) {
      void connection.write(put(`durable ${n}`), { durable: true });
      void connection.write(put(`other ${n}`));
      await turnsOfTheLoop(1);
      expect(walFile.open.length).toBe(1);
      if (n % 3 === 2) {
        walFile.open[0]?.done();
        await turnsOfTheLoop();
      }
    }
  });

  it('lets reads wait for a sync under way', async () => {
    const { connection, walFile } = await open();
    void connection.write(put('a'), { durable: true });
    await turnsOfTheLoop();
    const read = watch(connection.read(names(connection)));
    await turnsOfTheLoop();
    expect(read.state).toBe('open');
    walFile.open[0]?.done();
    await turnsOfTheLoop();
    expect(read).toEqual({ state: 'resolved', value: ['a'] });
  });

  it('never shows a durable change that is not synced yet, however reads and writes come', async () => {
    const { connection, walFile } = await open();
    const synced = new Set<string>();
    const reads: ReturnType<typeof watch<unknown[]>>[] = [];
    for (let n = 0; n < 12; n += 1) {
      void connection.write(put(`w${n}`), { durable: true }).then((name) => synced.add(name));
      reads.push(
        watch(
          connection.read(names(connection)).then((seen) => {
            expect(seen.filter((name) => !synced.has(name as string))).toEqual([]);
            return seen;
          }),
        ),
      );
      await turnsOfTheLoop(1 + (n % 2));
      if (n % 3 === 2) {
        walFile.open[0]?.done();
        await turnsOfTheLoop(1);
      }
    }
    await syncUntil(walFile, () => synced.size === 12);
    await turnsOfTheLoop();
    expect(reads.filter(({ state }) => state !== 'resolved')).toEqual([]);
  });

  it('serves reads between the syncs of an endless stream of durable writes', async () => {
    const { connection, walFile } = await open();
    void connection.write(put('a'), { durable: true });
    await turnsOfTheLoop();
    const read = watch(connection.read(names(connection)));
    void connection.write(put('b'), { durable: true });
    await turnsOfTheLoop();
    walFile.open[0]?.done();
    await turnsOfTheLoop();
    expect([read.state, walFile.open.length]).toEqual(['resolved', 1]);
  });

  it('syncs what is left of a group in which one write failed before it shows or promises any of it', async () => {
    const { connection, walFile } = await open();
    const writes = [put('a'), spoil, put('b'), put('c')].map((perform) =>
      watch(connection.write<unknown>(perform, { durable: true })),
    );
    await turnsOfTheLoop();
    const read = watch(connection.read(names(connection)));
    expect(walFile.open.length).toBe(1);
    expect(writes.filter(({ state }) => state === 'resolved')).toEqual([]);
    walFile.open[0]?.done();
    await turnsOfTheLoop();
    expect(walFile.open.length).toBe(0);
    expect(writes.map(({ state }) => state)).toEqual(['resolved', 'rejected', 'resolved', 'resolved']);
    expect(read.value).toEqual(['a', 'b', 'c']);
  });

  it('refuses one write without a trace in those beside it', async () => {
    const { connection, walFile } = await open();
    const refuse = () => {
      throw new AppError('project_exists', 'no');
    };
    const results = await Promise.allSettled([
      connection.write(put('a')),
      connection.write(refuse),
      connection.write(put('b')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(connection.write(refuse, { durable: true })).rejects.toMatchObject({
      code: 'project_exists',
    });
    expect(walFile.begun).toBe(0);
  });

  it('runs a refused write back when it had changed something', async () => {
    const { connection } = await open();
    const late = (tx: Transaction) => {
      put('half')(tx);
      throw new AppError('project_exists', 'no');
    };
    const results = await Promise.allSettled([connection.write(put('a')), connection.write(late)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(results[1]).toMatchObject({ reason: { code: 'project_exists' } });
    expect(await connection.read(names(connection))).toEqual(['a']);
  });

  it('says that the disk is full, and goes on when there is space again', async () => {
    const { connection, database } = await open();
    const { page_count } = database.prepare('PRAGMA page_count').get() as { page_count: number };
    database.exec(`PRAGMA max_page_count = ${page_count}`);
    const big = (tx: Transaction) => {
      tx.run("INSERT INTO store_info (name, value) VALUES ('big', ?)", 'x'.repeat(1_000_000));
    };
    const writes = [connection.write(big), connection.write(big)];
    for (const result of await Promise.allSettled(writes)) {
      expect(result).toMatchObject({ reason: { code: 'store_unavailable' } });
    }
    database.exec(`PRAGMA max_page_count = ${page_count + 1000}`);
    await connection.write(big);
    expect(await connection.read(names(connection))).toEqual(['big']);
  });

  it('gives up when the disk does not confirm a write: nothing hangs, nothing is promised or shown', async () => {
    const { connection, walFile, fatal } = await open();
    const durable = watch(connection.write(put('a'), { durable: true }));
    await turnsOfTheLoop();
    const waiting = [
      watch(connection.write(put('b'))),
      watch(connection.write(put('c'), { durable: true })),
      watch(connection.read(names(connection))),
    ];
    const error = new Error('the disk is gone');
    walFile.open[0]?.fail(error);
    await turnsOfTheLoop();
    for (const call of [durable, ...waiting]) {
      expect(call).toMatchObject({ state: 'rejected', error: { code: 'store_unavailable' } });
    }
    expect(fatal).toEqual([error]);
    await expect(connection.write(put('d'))).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(connection.read(names(connection))).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('closes when what was begun is finished and synced', async () => {
    const { connection, walFile } = await open();
    const writes = [
      watch(connection.write(put('a'), { durable: true })),
      watch(connection.write(put('b'), { durable: true })),
    ];
    const closing = watch(connection.close());
    await turnsOfTheLoop();
    expect([closing.state, walFile.closed]).toEqual(['open', false]);
    walFile.open[0]?.done();
    await turnsOfTheLoop();
    expect([closing.state, walFile.closed]).toEqual(['resolved', true]);
    expect(writes.map(({ state }) => state)).toEqual(['resolved', 'resolved']);
  });
});
