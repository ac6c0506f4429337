import { describe, expect, it } from 'vitest';
import type { CancelQueue } from '../../../src/core/index.js';
import { expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('cancelling in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  /** One active run and three queued behind it. */
  async function busySession(world: StoreWorld) {
    const active = await world.running();
    const { sessionId } = active.session;
    const queued: string[] = [];
    for (const _ of [1, 2, 3]) queued.push((await world.admit({ sessionId })).runId);
    return { active, sessionId, queued };
  }

  const statuses = (world: StoreWorld, runIds: readonly string[]) =>
    Promise.all(runIds.map((runId) => world.status(runId)));

  it('refuses to cancel what does not exist', async () => {
    const world = await worldWithProject();
    await expectRefusal(world.cancel('run_none'), 'run_not_found');
  });

  it('cancels a queued run at once', async () => {
    const world = await worldWithProject();
    const { runId, sessionId } = await world.admit();
    world.clock.advance(4);
    expect(await world.cancel(runId)).toEqual({ kind: 'cancelled' });
    expect(await world.store.findRun(runId)).toMatchObject({ status: 'cancelled', completedAt: world.now });
    expect(await world.types(sessionId)).toEqual(['run_queued', 'run_cancelled']);
    expect(await world.store.findSession(sessionId)).toMatchObject({ status: 'idle', queue: { length: 0 } });
    expect(await world.claim()).toEqual([]);
    expect(world.wakeup.topics).toContain(`ended:${runId}`);
  });

  it('goes on with the run behind a cancelled one', async () => {
    const world = await worldWithProject();
    const { active, queued } = await busySession(world);
    await world.cancel(queued[0] ?? '');
    await world.cancel(queued[1] ?? '');
    await world.finish(active);
    expect((await world.claimOne()).runId).toBe(queued[2]);
  });

  it.each(['injecting', 'running', 'awaiting_permission'])(
    'asks whoever drives a run that is %s to end it',
    async (state) => {
      const world = await worldWithProject();
      await world.admit();
      const claimed = await world.claimOne();
      if (state !== 'injecting') await world.begin(claimed);
      if (state === 'awaiting_permission') await world.ask(claimed);
      const { runId } = claimed;
      expect(await world.cancel(runId)).toEqual({ kind: 'requested', first: true });
      expect(await world.store.findRunState(runId)).toMatchObject({ status: state, cancelRequested: true });
      expect(world.wakeup.topics).toContain(`cancel:${runId}`);
      expect(await world.cancel(runId)).toEqual({ kind: 'requested', first: false });
      await world.finish(claimed, { outcome: { status: 'cancelled' } });
      expect(await world.cancel(runId)).toEqual({ kind: 'ended', status: 'cancelled' });
      const types = await world.types(claimed.session.sessionId);
      expect(types.filter((type) => type === 'cancel_requested')).toHaveLength(1);
      expect(types.at(-1)).toBe('run_cancelled');
    },
  );

  it.each(['completed', 'failed'] as const)('changes nothing about a run that has %s', async (state) => {
    const world = await worldWithProject();
    const claimed = await world.running();
    await (state === 'failed' ? world.fail(claimed) : world.finish(claimed));
    const before = await world.log(claimed.session.sessionId);
    expect(await world.cancel(claimed.runId)).toEqual({ kind: 'ended', status: state });
    expect(await world.log(claimed.session.sessionId)).toEqual(before);
  });

  it('keeps the queue behind a cancelled run by default', async () => {
    const world = await worldWithProject();
    const { active, sessionId, queued } = await busySession(world);
    await world.cancel(active.runId, 'keep');
    await world.finish(active, { outcome: { status: 'cancelled' } });
    expect(await world.store.findSession(sessionId)).toMatchObject({ queue: { paused: false, length: 3 } });
    expect((await world.claimOne()).runId).toBe(queued[0]);
  });

  it('clears the queue behind a cancelled run, one terminal event each', async () => {
    const world = await worldWithProject();
    const { active, sessionId, queued } = await busySession(world);
    await world.cancel(active.runId, 'clear');
    expect(await statuses(world, queued)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    for (const runId of queued) {
      expect(await world.types(sessionId, runId)).toEqual(['run_queued', 'run_cancelled']);
    }
    expect(await world.store.findSession(sessionId)).toMatchObject({ queue: { paused: false, length: 0 } });
    await world.finish(active, { outcome: { status: 'cancelled' } });
    expect(await world.claim()).toEqual([]);
  });

  it('clears what is queued behind a cancelled queued run, and not what is before it', async () => {
    const world = await worldWithProject();
    const { active, queued } = await busySession(world);
    await world.cancel(queued[1] ?? '', 'clear');
    expect(await statuses(world, queued)).toEqual(['queued', 'cancelled', 'cancelled']);
    await world.finish(active);
    expect((await world.claimOne()).runId).toBe(queued[0]);
  });

  it('pauses the queue behind a cancelled run', async () => {
    const world = await worldWithProject();
    const { active, sessionId, queued } = await busySession(world);
    await world.cancel(active.runId, 'pause');
    await world.cancel(active.runId, 'pause');
    await world.finish(active, { outcome: { status: 'cancelled' } });
    expect(await world.store.findSession(sessionId)).toMatchObject({ queue: { paused: true, length: 3 } });
    expect(await world.claim()).toEqual([]);
    await world.store.setQueuePaused(sessionId, false, 'a person', world.now);
    expect((await world.claimOne()).runId).toBe(queued[0]);
    expect((await world.types(sessionId)).filter((type) => type === 'queue_paused')).toHaveLength(1);
  });

  it('asks the active run of a session to end, and does with the queue as was asked', async () => {
    for (const queue of ['keep', 'clear', 'pause'] as const) {
      const world = await worldWithProject();
      const { active, sessionId, queued } = await busySession(world);
      expect(await world.store.requestInterrupt(sessionId, queue, world.now)).toBe(active.runId);
      expect(await world.store.requestInterrupt(sessionId, queue, world.now)).toBe(active.runId);
      expect(await world.store.findRunState(active.runId)).toMatchObject({ cancelRequested: true });
      expect(await statuses(world, queued)).toEqual(
        Array(3).fill(queue === 'clear' ? 'cancelled' : 'queued'),
      );
      expect(await world.store.findSession(sessionId)).toMatchObject({
        queue: { paused: queue === 'pause' },
      });
    }
  });

  it('does with the queue as an interrupt asks also when nothing is active', async () => {
    const world = await worldWithProject();
    const { sessionId, runId } = await world.admit();
    const interrupt = (queue: CancelQueue) => world.store.requestInterrupt(sessionId, queue, world.now);
    expect(await interrupt('keep')).toBeUndefined();
    expect(await world.types(sessionId)).toEqual(['run_queued']);
    expect(await interrupt('pause')).toBeUndefined();
    expect(await world.claim()).toEqual([]);
    expect(await interrupt('clear')).toBeUndefined();
    expect(await world.status(runId)).toBe('cancelled');
    await expectRefusal(world.store.requestInterrupt('ses_none', 'keep', world.now), 'session_not_found');
  });

  it('ends a run once when cancel and completion race', async () => {
    const world = await worldWithProject();
    for (let n = 0; n < 10; n += 1) {
      const claimed = await world.running();
      const steps = [
        () => world.cancel(claimed.runId, 'clear'),
        () => world.finish(claimed),
        () => world.cancel(claimed.runId),
        () => world.finish(claimed, { outcome: { status: 'cancelled' } }),
      ];
      await Promise.allSettled([...steps.slice(n % 4), ...steps.slice(0, n % 4)].map((step) => step()));
      const types = await world.types(claimed.session.sessionId);
      expect(types.filter((type) => ['run_completed', 'run_cancelled'].includes(type))).toHaveLength(1);
      expect(['run_completed', 'run_cancelled']).toContain(types.at(-1));
    }
  });

  it('cancels or claims a queued run, never both, when the two race', async () => {
    const world = await worldWithProject();
    for (let n = 0; n < 10; n += 1) {
      const { runId } = await world.admit();
      const both = [() => world.cancel(runId), () => world.claim()];
      if (n % 2 === 1) both.reverse();
      await Promise.all(both.map((step) => step()));
      const state = await world.store.findRunState(runId);
      expect([state?.status, state?.cancelRequested]).toEqual(
        n % 2 === 0 ? ['cancelled', false] : ['injecting', true],
      );
    }
  });

  it('clears a queue in the moment in which a run is admitted to it', async () => {
    const world = await worldWithProject();
    const { active, sessionId } = await busySession(world);
    const late = world.admission({ sessionId });
    await Promise.all([world.store.admitRun(late), world.cancel(active.runId, 'clear')]);
    expect(await world.status(late.runId)).toBe('cancelled');
    expect(await world.store.findSession(sessionId)).toMatchObject({ queue: { length: 0 } });
  });
});
