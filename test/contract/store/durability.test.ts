import { describe, expect, it } from 'vitest';
import { runStatuses } from '../../../src/contract/index.js';
import type { Store } from '../../../src/core/index.js';
import { liveThrough } from '../../support/store-history.js';
import { SeededRandom } from '../../support/store-random.js';
import { delta, expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

/** All that the port shows. */
async function picture({ store, log }: { store: Store; log: StoreWorld['log'] }) {
  const sessions = await store.listSessions({ archived: 'all' }, { limit: 500 });
  const { runs, total } = await store.listRuns({}, { limit: 500 });
  return {
    projects: await store.listProjects({ limit: 500 }),
    sessions,
    total,
    totals: await Promise.all(
      runStatuses.map(async (status) => (await store.listRuns({ status }, { limit: 1 })).total),
    ),
    runs: await Promise.all(runs.map(({ runId }) => store.findRun(runId))),
    logs: await Promise.all(sessions.map(({ sessionId }) => log(sessionId))),
    counts: await Promise.all(
      runs.map(({ runId, sessionId }) => store.countEvents({ sessionId, runId, types: ['message_update'] })),
    ),
    permissions: await store.listPermissions({}, { limit: 500 }),
    processes: await store.listProcesses(),
    answer: await store.findAnswer('POST /admin/runs', 'k'),
  };
}

const look = (world: StoreWorld) => picture({ store: world.store, log: (id) => world.log(id) });

async function eventfulWorld(world: StoreWorld): Promise<StoreWorld> {
  for (const projectId of ['ace', 'rex']) await world.project(projectId);
  await liveThrough(world, new SeededRandom(31), { sessions: 3, steps: 150 });
  await world.admit({ projectId: 'ace', key: 'k' });
  await world.ask(await world.running());
  await world.store.recordProcess({ harnessProcessId: 'hpr_1', pid: 7, startTicks: 8, mark: 'm' });
  return world;
}

const keeping = storesUnderTest.filter(({ keepsData }) => keepsData);

describe.each(keeping)('data kept by $name', (subject) => {
  it('is all there again after the store was closed and opened', async () => {
    const world = await eventfulWorld(await openWorld(subject));
    const before = await look(world);
    const { storeId } = world.store;
    await world.reopen();
    expect(await look(world)).toEqual(before);
    expect(world.store.storeId).toBe(storeId);
  });

  it('goes on where it ended: seqs, runs and fences', async () => {
    const world = await openWorld(subject);
    await world.project();
    const claimed = await world.running();
    const { sessionId } = claimed.session;
    await world.reopen();
    await world.append(claimed, delta('m'));
    await world.finish(claimed);
    await world.reopen();
    const log = await world.log(sessionId);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, n) => n + 1));
    await expectRefusal(world.finish(claimed), 'stale_claim');
    const { runId } = await world.admit({ sessionId });
    expect((await world.claimOne()).runId).toBe(runId);
  });

  it('never gives the place of a deleted session to a later one', async () => {
    const world = await openWorld(subject);
    await world.project();
    const claimed = await world.running();
    await world.finish(claimed);
    await world.store.deleteSession(claimed.session.sessionId);
    await world.reopen();
    const { sessionId } = await world.admit();
    await world.reopen();
    while (await world.store.purge(0));
    expect(await world.types(sessionId)).toEqual(['run_queued']);
  });

  it('holds everything that was begun before the store was closed', async () => {
    const world = await openWorld(subject);
    await world.project();
    const admitted = Array.from({ length: 50 }, () => world.admit());
    await world.reopen();
    for (const { runId } of await Promise.all(admitted)) expect(await world.status(runId)).toBe('queued');
  });
});

describe.each(storesUnderTest)('a closed or troubled store: $name', (subject) => {
  it('shows the same whether it answers from memory or from what it wrote', async () => {
    const world = await eventfulWorld(await openWorld(subject));
    const before = await look(world);
    const { runId, sessionId, ...broken } = world.admission();
    // An id that is taken: the write fails half-way, and everything is read again.
    const [taken] = (await world.store.listRuns({}, { limit: 1 })).runs;
    const failing = { ...broken, run: { ...broken.run, runId: taken?.runId ?? '' } };
    await expect(world.store.admitRun(failing)).rejects.toThrow();
    expect(await look(world)).toEqual(before);
    expect(await world.store.findSession(sessionId)).toBeUndefined();
  });

  it('lets a write that fails half-way spoil none of those beside it', async () => {
    const world = await openWorld(subject);
    await world.project();
    const claimed = await world.running();
    const { sessionId } = claimed.session;
    const broken = () => {
      const admission = world.admission({ sessionId });
      return world.store.admitRun({ ...admission, run: { ...admission.run, runId: claimed.runId } });
    };
    const results = await Promise.allSettled([
      world.append(claimed, delta('a')),
      broken(),
      world.admit({ sessionId }),
      world.append(claimed, delta('b')),
      broken(),
      world.note(sessionId, 'c'),
      world.finish(claimed),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    const log = await world.log(sessionId);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, n) => n + 1));
    expect(log.slice(4).map(({ type }) => type)).toEqual([
      'message_update',
      'run_queued',
      'message_update',
      'notice',
      'agent_end',
      'run_completed',
    ]);
    expect((await world.store.listRuns({}, { limit: 10 })).total).toBe(2);
    expect(await world.store.findSession(sessionId)).toMatchObject({ queue: { length: 1 } });
  });

  it('goes on rightly with far more sessions than anyone would keep in memory', async () => {
    const world = await openWorld(subject);
    await world.project();
    const first = await world.running();
    const admitted = await Promise.all(Array.from({ length: 4500 }, () => world.admit()));
    const claimed = await world.claim({ limit: 4500 });
    expect(claimed.map(({ runId }) => runId)).toEqual(admitted.map(({ runId }) => runId));
    const [second] = claimed;
    if (second === undefined) throw new Error('nothing was claimed');
    await world.store.requeueRun(second, 'a test', world.now);
    await Promise.all(claimed.slice(1).map((run) => world.append(run, delta('m'))));
    await world.append(first, delta('m'));
    await world.finish(first);
    const again = await world.claimOne();
    expect(again).toMatchObject({ runId: second.runId, attempt: 2 });
    await world.begin(again);
    await world.finish(again);
    for (const { session } of [first, second, ...claimed.slice(-2)]) {
      const log = await world.log(session.sessionId);
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, n) => n + 1));
    }
    const total = async (status: 'completed' | 'injecting') =>
      (await world.store.listRuns({ status }, { limit: 1 })).total;
    expect([await total('completed'), await total('injecting')]).toEqual([2, 4499]);
  });

  it('refuses every call after it was closed', async () => {
    const opened = await subject.open();
    await opened.close();
    const { store } = opened;
    const calls = [
      store.listProjects({ limit: 1 }),
      store.findRun('run_1'),
      store.readEvents({ sessionId: 'ses_1', limit: 1, order: 'asc' }),
      store.requestCancel('run_1', 'keep', 0),
      store.requestInterrupt('ses_1', 'keep', 0),
      store.deleteProject('rex'),
      store.purge(0),
      store.recoverRuns(0),
    ];
    for (const call of calls) await expectRefusal(call, 'store_unavailable');
  });

  it('names each store by an id of its own', async () => {
    const worlds = [await openWorld(subject), await openWorld(subject)];
    expect(new Set(worlds.map(({ store }) => store.storeId)).size).toBe(2);
  });
});
