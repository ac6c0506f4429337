import { describe, expect, it } from 'vitest';
import { expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('claiming runs in $name', (subject) => {
  async function worldWith(...projectIds: string[]): Promise<StoreWorld> {
    const world = await openWorld(subject);
    for (const projectId of projectIds) await world.project(projectId);
    return world;
  }

  /** Runs in sessions of their own, oldest first. */
  async function admitEach(world: StoreWorld, projectIds: readonly string[]): Promise<string[]> {
    const runIds: string[] = [];
    for (const projectId of projectIds) runIds.push((await world.admit({ projectId })).runId);
    return runIds;
  }

  const ids = (runs: readonly { runId: string }[]) => runs.map(({ runId }) => runId);

  it('runs what one session was given in that order, 100 admitted at once', async () => {
    const world = await worldWith('rex');
    const { sessionId } = await world.session();
    const admitted = await Promise.all(Array.from({ length: 100 }, () => world.admit({ sessionId })));
    const order: string[] = [];
    for (const _ of admitted) {
      const claimed = await world.claim();
      expect(claimed).toHaveLength(1);
      order.push(...ids(claimed));
      await Promise.all(claimed.map((run) => world.finish(run)));
    }
    expect(order).toEqual(ids(admitted));
    expect(await world.claim()).toEqual([]);
  });

  it('never has two active runs in one session', async () => {
    const world = await worldWith('rex');
    const { sessionId } = await world.session();
    await world.admit({ sessionId });
    await world.admit({ sessionId });
    const claimed = (await Promise.all(Array.from({ length: 10 }, () => world.claim()))).flat();
    expect(claimed).toHaveLength(1);
    expect(await world.claim()).toEqual([]);
  });

  it('claims in one moment with a finish of the session’s active run', async () => {
    const world = await worldWith('rex');
    const first = await world.running();
    const admitted = world.admit({ sessionId: first.session.sessionId });
    const finished = world.finish(first);
    const claimed = await world.claim();
    await finished;
    expect(ids(claimed)).toEqual([(await admitted).runId]);
  });

  it('gives every run to exactly one of many claimers', async () => {
    const world = await worldWith('rex', 'ace');
    const admitted = await admitEach(
      world,
      Array.from({ length: 40 }, (_, n) => (n % 3 === 0 ? 'ace' : 'rex')),
    );
    const claimed = (await Promise.all(Array.from({ length: 60 }, () => world.claim({ limit: 1 })))).flat();
    expect(ids(claimed).sort()).toEqual(admitted);
  });

  it('marks the run and the session, writes the event and counts the attempt', async () => {
    const world = await worldWith('rex');
    const { runId, sessionId } = await world.admit();
    world.clock.advance(10);
    const claimed = await world.claimOne();
    expect(claimed).toMatchObject({ runId, attempt: 1 });
    expect(await world.status(runId)).toBe('injecting');
    expect(await world.store.findSession(sessionId)).toMatchObject({
      queue: { length: 0 },
      runtime: { active: true },
    });
    const event = (await world.log(sessionId)).at(-1);
    const expected = { type: 'run_injecting', runId, projectId: 'rex', claimedAt: world.now, attempt: 1 };
    expect(JSON.parse(event?.json ?? '')).toEqual(expected);
  });

  it.each([0, 1, 3])('keeps the limit of the call: %i', async (limit) => {
    const world = await worldWith('rex');
    const admitted = await admitEach(world, Array(5).fill('rex'));
    expect(ids(await world.claim({ limit }))).toEqual(admitted.slice(0, limit));
  });

  it('keeps the limit of all active runs exactly, over many calls', async () => {
    const world = await worldWith('rex', 'ace');
    await admitEach(world, ['rex', 'ace', 'rex', 'ace', 'rex', 'ace']);
    const first = await world.claim({ globalActiveMax: 4 });
    expect(first).toHaveLength(4);
    expect(await world.claim({ globalActiveMax: 4 })).toEqual([]);
    await Promise.all(first.slice(0, 2).map((run) => world.finish(run)));
    expect(await world.claim({ globalActiveMax: 3 })).toHaveLength(1);
  });

  it('keeps the limit of each project exactly, and a full project holds up no other', async () => {
    const world = await worldWith('ace', 'rex');
    const admitted = await admitEach(world, ['ace', 'ace', 'ace', 'rex']);
    const claimed = await world.claim({ projectActiveMax: 2 });
    expect(ids(claimed).sort()).toEqual([admitted[0], admitted[1], admitted[3]]);
    expect(await world.claim({ projectActiveMax: 2 })).toEqual([]);
    await world.finish(claimed.find(({ runId }) => runId === admitted[0]) ?? { runId: '', attempt: 0 });
    expect(ids(await world.claim({ projectActiveMax: 2 }))).toEqual([admitted[2]]);
  });

  it('keeps the limit of each harness exactly, over all projects, and passes by what waits for one', async () => {
    const world = await worldWith('ace', 'rex');
    const admit = (projectId: string, harness: 'builtin' | 'claude' | 'codex') =>
      world.admit({ projectId, newSession: { harness } });
    await admit('ace', 'claude');
    await admit('rex', 'claude');
    await admit('ace', 'claude');
    const builtin = await admit('ace', 'builtin');
    await admit('rex', 'codex');
    const limits: Record<string, number> = { builtin: 5, claude: 2, codex: 0 };
    const harnessActiveMax = (harness: string) => limits[harness] ?? 0;
    const claimed = await world.claim({ harnessActiveMax });
    expect(claimed.map(({ session }) => session.harness).sort()).toEqual(['builtin', 'claude', 'claude']);
    expect(ids(claimed)).toContain(builtin.runId);
    expect(await world.claim({ harnessActiveMax })).toEqual([]);
  });

  it('takes the oldest first within a project, whatever harness it is for', async () => {
    const world = await worldWith('rex');
    const admitted: string[] = [];
    for (const harness of ['pi', 'builtin', 'codex', 'acp', 'claude', 'builtin'] as const) {
      admitted.push((await world.admit({ newSession: { harness } })).runId);
    }
    const claimed: string[] = [];
    for (const _ of admitted) claimed.push((await world.claimOne()).runId);
    expect(claimed).toEqual(admitted);
  });

  it('lets projects take turns within one call', async () => {
    const world = await worldWith('ace', 'max', 'rex');
    const admitted = await admitEach(world, ['ace', 'ace', 'ace', 'ace', 'rex', 'rex', 'max']);
    const claimed = await world.claim({ limit: 5 });
    expect(claimed.map(({ session }) => session.projectId)).toEqual(['ace', 'max', 'rex', 'ace', 'rex']);
    expect(ids(claimed)).toEqual([0, 6, 4, 1, 5].map((n) => admitted[n]));
  });

  it('lets projects take turns from call to call', async () => {
    const world = await worldWith('ace', 'max', 'rex');
    await admitEach(world, ['ace', 'ace', 'ace', 'max', 'max', 'rex']);
    const turns: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const afterProjectId = turns.at(-1);
      const after = afterProjectId === undefined ? {} : { afterProjectId };
      for (const { session } of await world.claim({ limit: 1, ...after })) turns.push(session.projectId);
    }
    expect(turns).toEqual(['ace', 'max', 'rex', 'ace', 'max', 'ace']);
  });

  it('begins with the first project when the last one was served or does not exist any more', async () => {
    const world = await worldWith('ace', 'rex');
    await admitEach(world, ['ace', 'rex', 'ace', 'rex']);
    const next = async (afterProjectId: string) =>
      (await world.claim({ limit: 1, afterProjectId }))[0]?.session.projectId;
    expect(await next('zoe')).toBe('ace');
    expect(await next('bob')).toBe('rex');
    expect(await next('rex')).toBe('ace');
  });

  it('lets only the attempt that holds the run write about it', async () => {
    const world = await worldWith('rex');
    await world.admit();
    const old = await world.claimOne();
    await world.store.requeueRun(old, 'a test', world.now);
    const holder = await world.claimOne();
    expect(holder).toMatchObject({ runId: old.runId, attempt: 2 });
    const { sessionId } = old.session;
    const before = await world.log(sessionId);
    for (const claim of [old, { ...old, attempt: 3 }, { runId: 'run_none', attempt: 1 }]) {
      await expectRefusal(world.store.handOverRun(claim, world.now), 'stale_claim');
      await expectRefusal(world.store.startRun(claim, { mode: 'fresh' }, world.now), 'stale_claim');
      await expectRefusal(world.append(claim, { type: 'turn_start', turnId: 't' }), 'stale_claim');
      await expectRefusal(world.ask(claim), 'stale_claim');
      await expectRefusal(world.finish(claim), 'stale_claim');
      await expectRefusal(world.store.requeueRun(claim, 'a test', world.now), 'stale_claim');
    }
    expect(await world.log(sessionId)).toEqual(before);
    await world.begin(holder);
    await world.finish(holder);
    expect(await world.status(holder.runId)).toBe('completed');
  });

  it('takes no writes about a run that waits in the queue', async () => {
    const world = await worldWith('rex');
    const { runId } = await world.admit();
    await expectRefusal(world.finish({ runId, attempt: 0 }), 'stale_claim');
    await expectRefusal(world.store.handOverRun({ runId, attempt: 0 }, world.now), 'stale_claim');
  });
});
