import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../test/support/store-random.js';
import { deafWakeup, followLogs, type Reader, range } from '../../test/support/store-readers.js';
import { compactAll, trimAll } from '../../test/support/store-retention.js';
import { turnsOfTheLoop } from '../../test/support/store-wal-file.js';
import { delta, messageEnd, openMemoryWorld, type StoreWorld } from '../../test/support/store-world.js';
import type { RunClaim } from './ports/store.js';

/** A running run; its session's log has four events. */
async function worldWithRun() {
  const world = await openMemoryWorld();
  await world.project();
  const run = await world.running();
  return { world, run, sessionId: run.session.sessionId };
}

async function say(world: StoreWorld, run: RunClaim, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await world.append(run, delta('m', 'some words'));
}

describe('following a log', () => {
  it('gives what is there and then what is appended, each event once and in order', async () => {
    const { world, run, sessionId } = await worldWithRun();
    const reader = followLogs(world).reader({ sessionId, headSeq: 4 }).flow();
    await reader.has(4);
    await say(world, run, 20);
    await reader.has(24);
    expect(reader.seqs).toEqual(range(1, 24));
    const log = await world.log(sessionId);
    expect(reader.envelopes.map(({ event }) => event)).toEqual(log.map(({ json }) => JSON.parse(json)));
  });

  it('misses nothing that was appended between the caller’s look and the first read', async () => {
    const { world, run, sessionId } = await worldWithRun();
    const { reader } = followLogs(world);
    const late = reader({ sessionId, after: 4, headSeq: 4 });
    await say(world, run, 3);
    await late.flow().has(7);
    expect(late.seqs).toEqual([5, 6, 7]);
  });

  it.each([1, 2, 3, 4, 5])(
    'gives every reader its part, wherever and whenever it joins (seed %i)',
    async (seed) => {
      const random = new SeededRandom(seed);
      const { world, run, sessionId } = await worldWithRun();
      const { reader } = followLogs(world, { bytesMax: 2000, pageMax: 7 });
      const readers: { after: number; reader: Reader }[] = [];
      let head = 4;
      for (let n = 0; n < 60; n += 1) {
        const texts = range(1, random.int(6)).map(() => delta('m', 'w'.repeat(random.int(200))));
        const appended = world.append(run, ...texts);
        if (random.int(2) === 0) {
          const after = random.int(head + 1);
          const joined = reader({ sessionId, after, headSeq: head });
          // The others read nothing until all is written.
          readers.push({ after, reader: random.int(2) === 0 ? joined.flow() : joined });
        }
        await appended;
        head += texts.length;
      }
      await world.note(sessionId, 'the last word');
      head += 1;
      for (const { after, reader } of readers) {
        await reader.flow().has(head);
        expect(reader.seqs).toEqual(range(after + 1, head));
      }
    },
  );

  it('reads on until all is read when one wake-up stands for more than a page', async () => {
    const { world, run, sessionId } = await worldWithRun();
    const reader = followLogs(world, { pageMax: 7 }).reader({ sessionId, after: 4 }).flow();
    await turnsOfTheLoop();
    await world.append(run, ...range(1, 50).map((n) => delta(`m${n}`)));
    await reader.has(54);
    expect(reader.seqs).toEqual(range(5, 54));
  });

  it('serves a slow reader from the store when memory has let go of what it needs', async () => {
    const { world, run, sessionId } = await worldWithRun();
    const { reader } = followLogs(world, { bytesMax: 1500, pageMax: 5 });
    const slow = reader({ sessionId, headSeq: 4 });
    expect(await slow.next()).toEqual([1, 2, 3, 4]);
    const quick = reader({ sessionId, headSeq: 4 }).flow();
    await say(world, run, 300);
    await quick.has(304);
    while (slow.seqs.at(-1) !== 304) await slow.next();
    expect(slow.seqs).toEqual(range(1, 304));
    await say(world, run, 1);
    await slow.next();
    expect(slow.seqs.at(-1)).toBe(305);
  });

  it('renders what is new once for all readers', async () => {
    const { world, run, sessionId } = await worldWithRun();
    const { reader, rendered } = followLogs(world);
    const readers = range(1, 20).map(() => reader({ sessionId, after: 4 }).flow());
    await say(world, run, 30);
    await Promise.all(readers.map((one) => one.has(34)));
    expect(rendered()).toBe(30);
  });

  it('keeps the logs of different sessions apart', async () => {
    const { world, run, sessionId } = await worldWithRun();
    const other = await world.running();
    const { reader } = followLogs(world);
    const mine = reader({ sessionId, after: 4 }).flow();
    const theirs = reader({ sessionId: other.session.sessionId, after: 4 }).flow();
    await say(world, run, 3);
    await say(world, other, 2);
    await Promise.all([mine.has(7), theirs.has(6)]);
    expect([mine.seqs, theirs.seqs]).toEqual([range(5, 7), range(5, 6)]);
    expect(new Set(theirs.envelopes.map((envelope) => envelope.sessionId))).toEqual(
      new Set([other.session.sessionId]),
    );
  });

  it('goes on for the others when a reader leaves, and for a new one when all had left', async () => {
    const { world, run, sessionId } = await worldWithRun();
    const { reader } = followLogs(world);
    const leaving = reader({ sessionId, after: 4 }).flow();
    const staying = reader({ sessionId, after: 4 }).flow();
    await say(world, run, 1);
    await Promise.all([leaving.has(5), staying.has(5)]);
    leaving.leave();
    expect(await leaving.ended).toBe(false);
    await say(world, run, 1);
    await staying.has(6);
    staying.leave();
    expect(await staying.ended).toBe(false);
    await say(world, run, 1);
    const back = reader({ sessionId, after: 6, headSeq: 7 }).flow();
    await back.has(7);
    expect([leaving.seqs, staying.seqs, back.seqs]).toEqual([[5], [5, 6], [7]]);
  });

  it('finds by a sweep what a lost wake-up left behind', async () => {
    const { world, run, sessionId } = await worldWithRun();
    const { reader, tails } = followLogs(world, { wakeup: deafWakeup });
    const deaf = reader({ sessionId, after: 4 }).flow();
    await turnsOfTheLoop();
    await say(world, run, 3);
    await turnsOfTheLoop();
    expect(deaf.seqs).toEqual([]);
    tails.sweep();
    await deaf.has(7);
    expect(deaf.seqs).toEqual([5, 6, 7]);
  });

  it('ends when the session is deleted', async () => {
    const { world, run, sessionId } = await worldWithRun();
    const readers = [0, 4].map((after) => followLogs(world).reader({ sessionId, after, headSeq: 4 }).flow());
    await world.finish(run);
    await Promise.all(readers.map((reader) => reader.has(6)));
    await world.store.deleteSession(sessionId);
    expect(await Promise.all(readers.map((reader) => reader.ended))).toEqual([true, true]);
  });
});

describe('following with a filter', () => {
  it('gives only the types that were asked for', async () => {
    const { world, run, sessionId } = await worldWithRun();
    const { reader } = followLogs(world, { bytesMax: 1000, pageMax: 5 });
    const types = new Set(['turn_start', 'turn_end']);
    const behind = reader({ sessionId, headSeq: 4, types }).flow();
    const ahead = reader({ sessionId, after: 4, types }).flow();
    for (let n = 0; n < 20; n += 1) {
      await say(world, run, 7);
      await world.append(run, { type: 'turn_end', turnId: `${n}` });
    }
    await Promise.all([behind.has(164), ahead.has(164)]);
    const expected = range(1, 20).map((n) => 4 + n * 8);
    expect([behind.seqs, ahead.seqs]).toEqual([expected, expected]);
  });

  it.each([0, 4])(
    'gives one run’s events and ends behind its terminal event (joined behind %i)',
    async (after) => {
      const { world, run, sessionId } = await worldWithRun();
      const { runId } = run;
      await world.admit({ sessionId });
      const reader = followLogs(world, { pageMax: 3 }).reader({ sessionId, after, headSeq: 5, runId }).flow();
      await say(world, run, 5);
      await world.note(sessionId, 'aside');
      await world.finish(run);
      const next = await world.claimOne();
      await world.begin(next);
      expect(await reader.ended).toBe(true);
      const ofRun = (await world.log(sessionId, runId)).map(({ seq }) => seq);
      expect(reader.seqs).toEqual(ofRun.filter((seq) => seq > after));
      expect(reader.envelopes.at(-1)?.type).toBe('run_completed');
    },
  );

  it('ends behind the terminal event of the run also where that was not asked for', async () => {
    const { world, run, sessionId } = await worldWithRun();
    const { reader } = followLogs(world);
    const types = new Set(['message_update']);
    const readers = [0, 4].map((after) =>
      reader({ sessionId, after, headSeq: 4, runId: run.runId, types }).flow(),
    );
    await say(world, run, 2);
    await world.finish(run);
    expect(await Promise.all(readers.map((one) => one.ended))).toEqual([true, true]);
    expect(readers.map(({ seqs }) => seqs)).toEqual([
      [5, 6],
      [5, 6],
    ]);
  });

  it('ends behind a terminal event that it did not ask for and that only the store still has', async () => {
    const { world, run, sessionId } = await worldWithRun();
    const { reader } = followLogs(world, { bytesMax: 500, pageMax: 5 });
    const other = reader({ sessionId, after: 4 }).flow();
    await say(world, run, 2);
    await world.finish(run);
    for (const n of range(1, 20)) await world.note(sessionId, `aside ${n}`);
    await other.has(28);
    const types = new Set(['message_update']);
    // Its caller had looked before the run ended.
    const late = reader({ sessionId, headSeq: 4, runId: run.runId, types }).flow();
    expect(await late.ended).toBe(true);
    expect(late.seqs).toEqual([5, 6]);
  });

  it('ends at once for a run that had ended, after what was missed of it', async () => {
    const { world, run, sessionId } = await worldWithRun();
    await say(world, run, 2);
    await world.finish(run);
    await world.note(sessionId, 'aside');
    const end = { sessionId, runId: run.runId, headSeq: 9, endAtHead: true };
    const { reader } = followLogs(world);
    const readers = [0, 5, 8, 9].map((after) => reader({ ...end, after }).flow());
    expect(await Promise.all(readers.map((one) => one.ended))).toEqual([true, true, true, true]);
    expect(readers.map(({ seqs }) => seqs)).toEqual([range(1, 8), [6, 7, 8], [], []]);
  });

  it('gives what was missed of an ended run also while the followed log is behind', async () => {
    const { world, run, sessionId } = await worldWithRun();
    const { reader } = followLogs(world, { wakeup: deafWakeup });
    reader({ sessionId, after: 4 }).flow();
    await turnsOfTheLoop();
    await say(world, run, 2);
    await world.finish(run);
    const late = reader({ sessionId, runId: run.runId, after: 5, headSeq: 8, endAtHead: true }).flow();
    expect(await late.ended).toBe(true);
    expect(late.seqs).toEqual([6, 7, 8]);
  });

  it('tells a reader whose place was removed where the log goes on, once, and gives what is left', async () => {
    const { world, run, sessionId } = await worldWithRun();
    await say(world, run, 10);
    await world.finish(run);
    world.clock.advance(1);
    const oldest = (await world.store.findSession(sessionId))?.headSeq ?? 0;
    const later = await world.running({ sessionId });
    await trimAll(world, { endedBefore: world.now });
    await say(world, later, 30);
    const headSeq = (await world.store.findSession(sessionId))?.headSeq ?? 0;
    const { reader } = followLogs(world, { pageMax: 7 });
    const places = [{ after: 0 }, { after: oldest - 1 }, { after: oldest }, { after: 0, runId: later.runId }];
    const readers = places.map((place) => reader({ sessionId, headSeq, ...place }).flow());
    for (const one of readers) {
      await one.has(headSeq);
      expect(one.seqs).toEqual(range(oldest + 1, headSeq));
    }
    const told = [{ oldestSeq: oldest + 1, behind: 0 }];
    expect(readers.map(({ expired }) => expired)).toEqual([told, told, [], []]);
    const ended = reader({ sessionId, headSeq, after: 0, runId: run.runId, endAtHead: true }).flow();
    expect(await ended.ended).toBe(true);
    expect(ended).toMatchObject({ seqs: [], expired: told });
  });

  it('follows a log with gaps to its end', async () => {
    const { world, run, sessionId } = await worldWithRun();
    await say(world, run, 30);
    await world.append(run, messageEnd('m'));
    await world.finish(run);
    await compactAll(world);
    const left = (await world.log(sessionId)).map(({ seq }) => seq);
    const headSeq = left.at(-1) ?? 0;
    const { reader } = followLogs(world, { pageMax: 3 });
    const readers = [0, 4, 10, headSeq - 1].map((after) => ({
      after,
      one: reader({ sessionId, headSeq, after }).flow(),
    }));
    await world.note(sessionId, 'and on');
    for (const { after, one } of readers) {
      await one.has(headSeq + 1);
      expect(one.seqs).toEqual([...left, headSeq + 1].filter((seq) => seq > after));
      expect(one.expired).toEqual([]);
    }
  });
});
