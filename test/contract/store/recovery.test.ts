import { describe, expect, it } from 'vitest';
import { openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

/** A server that dies takes its memory with it: where data is kept, recovery is looked at over a reopened store. */
describe.each(storesUnderTest)('recovery after a server died in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  async function recover(world: StoreWorld) {
    if (subject.keepsData) await world.reopen();
    world.clock.advance(1000);
    return world.store.recoverRuns(world.now);
  }

  it('leaves queued and ended runs alone', async () => {
    const world = await worldWithProject();
    const ended = await world.running();
    await world.finish(ended);
    const { runId, sessionId } = await world.admit();
    const before = await world.log(sessionId);
    expect(await recover(world)).toEqual({ requeued: 0, continued: 0, failed: 0, cancelled: 0 });
    expect(await world.log(sessionId)).toEqual(before);
    expect(await world.status(runId)).toBe('queued');
    expect(await world.status(ended.runId)).toBe('completed');
  });

  it('queues a run again whose prompt was provably not handed over', async () => {
    const world = await worldWithProject();
    const { runId, sessionId } = await world.admit();
    await world.admit({ sessionId });
    await world.claimOne();
    expect(await recover(world)).toEqual({ requeued: 1, continued: 0, failed: 0, cancelled: 0 });
    expect(await world.claimOne()).toMatchObject({ runId, attempt: 2 });
    expect(await world.types(sessionId, runId)).toEqual([
      'run_queued',
      'run_injecting',
      'run_requeued',
      'run_injecting',
    ]);
  });

  it('fails a run whose prompt may have reached the agent', async () => {
    const world = await worldWithProject();
    await world.admit();
    const handedOver = await world.claimOne();
    await world.store.handOverRun(handedOver, world.now);
    const running = await world.running();
    expect(await recover(world)).toEqual({ requeued: 0, continued: 0, failed: 2, cancelled: 0 });
    for (const { runId, session } of [handedOver, running]) {
      expect(await world.store.findRun(runId)).toMatchObject({
        status: 'failed',
        error: { code: 'interrupted_by_restart' },
        completedAt: world.now,
      });
      expect((await world.types(session.sessionId)).at(-1)).toBe('run_failed');
    }
  });

  it('cancels a run that was asked to be cancelled, wherever it stood', async () => {
    const world = await worldWithProject();
    await world.admit();
    const injecting = await world.claimOne();
    const running = await world.running();
    await world.cancel(injecting.runId);
    await world.cancel(running.runId);
    expect(await recover(world)).toEqual({ requeued: 0, continued: 0, failed: 0, cancelled: 2 });
    expect(await world.status(injecting.runId)).toBe('cancelled');
    expect(await world.status(running.runId)).toBe('cancelled');
  });

  it('closes the permission requests of a run that it fails', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const { requestId } = await world.ask(claimed);
    await recover(world);
    expect(await world.store.findPermission(requestId)).toMatchObject({
      status: 'decided',
      decision: 'deny',
      decidedAt: world.now,
    });
    const events = await world.log(claimed.session.sessionId);
    const decision = events.find(({ type }) => type === 'permission_decision');
    expect(JSON.parse(decision?.json ?? '')).toMatchObject({
      requestId,
      decision: 'deny',
      source: 'restart',
    });
    expect(events.at(-1)?.type).toBe('run_failed');
    expect(await world.store.listPermissions({ status: 'pending' }, { limit: 10 })).toEqual([]);
  });

  it('leaves the session usable, with the context it had', async () => {
    const world = await worldWithProject();
    const first = await world.running();
    const { sessionId } = first.session;
    await world.finish(first, { continuation: { provider: 'unknown', key: 'thread 1' } });
    await world.running({ sessionId });
    await recover(world);
    expect(await world.store.findSession(sessionId)).toMatchObject({ status: 'idle' });
    expect(await world.running({ sessionId })).toMatchObject({ continuation: 'thread 1' });
  });

  it('takes nothing more from a worker of the dead server', async () => {
    const world = await worldWithProject();
    await world.admit();
    const requeued = await world.claimOne();
    const failed = await world.running();
    await recover(world);
    for (const claim of [requeued, failed]) {
      await expect(world.finish(claim)).rejects.toMatchObject({ code: 'stale_claim' });
    }
  });

  it('finds nothing to do the second time', async () => {
    const world = await worldWithProject();
    await world.running();
    await recover(world);
    expect(await recover(world)).toEqual({ requeued: 0, continued: 0, failed: 0, cancelled: 0 });
  });

  it('settles many runs at once and keeps the totals right', async () => {
    const world = await worldWithProject();
    for (let n = 0; n < 30; n += 1) await world.admit();
    const claimed = await world.claim({ limit: 20 });
    for (const [n, claim] of claimed.entries()) if (n % 2 === 0) await world.begin(claim);
    await world.cancel(claimed[0]?.runId ?? '');
    await world.cancel(claimed[1]?.runId ?? '');
    expect(await recover(world)).toEqual({ requeued: 9, continued: 0, failed: 9, cancelled: 2 });
    for (const [status, total] of [
      ['queued', 19],
      ['failed', 9],
      ['cancelled', 2],
      ['injecting', 0],
      ['running', 0],
    ] as const) {
      expect([status, (await world.store.listRuns({ status }, { limit: 1 })).total]).toEqual([status, total]);
    }
    expect(await world.claim()).toHaveLength(19);
  });

  it('knows the processes that the dead server did not forget', async () => {
    const world = await worldWithProject();
    const process = (n: number) => ({ harnessProcessId: `hpr_${n}`, pid: 100 + n, startTicks: n, mark: 'm' });
    for (const n of [1, 2]) await world.store.recordProcess(process(n));
    await world.store.recordProcess({ ...process(2), pid: 9 });
    await world.store.forgetProcess('hpr_1');
    await world.store.forgetProcess('hpr_1');
    await recover(world);
    expect(await world.store.listProcesses()).toEqual([process(2)]);
  });
});
