import { describe, expect, it } from 'vitest';
import { expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('delivery to a busy session in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  const steerable = () => true;
  const record = { scope: 'POST /admin/runs', key: 'k', bodyHash: 'hash' };

  /** A run on its way into the turn of another. */
  async function steering(world: StoreWorld, key?: string) {
    const active = await world.running();
    const { sessionId } = active.session;
    const keyed = key === undefined ? {} : { key };
    const { runId, steerInto } = await world.deliver({ sessionId, delivery: 'steer', steerable, ...keyed });
    expect(steerInto).toBe(active.runId);
    return { active, sessionId, runId, into: active.runId };
  }

  it('puts a run first and asks the active one to end, in one transaction', async () => {
    const world = await worldWithProject();
    const active = await world.running();
    const { sessionId } = active.session;
    const behind = await world.admit({ sessionId });
    const { runId, answer } = await world.deliver({ sessionId, delivery: 'interrupt', key: 'k' });
    const expected = {
      runId,
      sessionId,
      status: 'queued',
      delivery: 'interrupted',
      interruptedRunId: active.runId,
    };
    expect(answer).toEqual(expected);
    expect((await world.store.findAnswer('POST /admin/runs', 'k'))?.response).toEqual(expected);
    expect(await world.store.findRunState(active.runId)).toMatchObject({ cancelRequested: true });
    expect(world.wakeup.topics).toContain(`cancel:${active.runId}`);
    expect((await world.types(sessionId)).slice(-3)).toEqual(['run_queued', 'run_moved', 'cancel_requested']);
    await world.finish(active, { outcome: { status: 'cancelled' } });
    const next = await world.claimOne();
    expect(next.runId).toBe(runId);
    await world.finish(next);
    expect((await world.claimOne()).runId).toBe(behind.runId);
  });

  it('queues what wants to interrupt an idle session', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.session();
    const { answer } = await world.deliver({ sessionId, delivery: 'interrupt' });
    expect(answer.delivery).toBe('queued');
    expect(await world.types(sessionId)).toEqual(['run_queued']);
  });

  it('takes the delivery of the session for a run that names none', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.session({ queue: { delivery: 'reject' } });
    await world.admit({ sessionId });
    await expectRefusal(world.admit({ sessionId }), 'session_busy');
    await world.admit({ sessionId, delivery: 'queue' });
    await world.store.updateSession(sessionId, { queue: { delivery: 'interrupt' } }, world.now);
    const { runId } = await world.admit({ sessionId });
    expect((await world.store.findRun(runId))?.queuePosition).toBe(1);
  });

  it('takes a steered run out of the queue before anybody tells the agent', async () => {
    const world = await worldWithProject();
    const { active, sessionId, runId, into } = await steering(world, 'k');
    expect(await world.status(runId)).toBe('steering');
    expect(await world.store.findSession(sessionId)).toMatchObject({ queue: { length: 0 } });
    expect(await world.claim()).toEqual([]);
    const kept = async () => (await world.store.findAnswer('POST /admin/runs', 'k'))?.response;
    expect(await kept()).toMatchObject({ status: 'queued', delivery: 'queued' });
    const injected = { runId, sessionId, status: 'completed', delivery: 'injected', injectedInto: into };
    const end = { outcome: 'injected', into } as const;
    expect(await world.store.settleSteer(runId, end, record, world.now)).toEqual(injected);
    expect(await kept()).toEqual(injected);
    expect(await world.store.findRun(runId)).toMatchObject({ status: 'completed', injectedInto: into });
    expect(world.wakeup.topics).toContain(`ended:${runId}`);
    expect(await world.status(active.runId)).toBe('running');
    await world.store.settleSteer(runId, { outcome: 'missed' }, undefined, world.now);
    expect(await world.types(sessionId, runId)).toEqual(['run_queued', 'run_steering', 'run_completed']);
  });

  it.each([
    ['failed', { outcome: 'failed', error: { code: 'agent_unresponsive', message: 'no word' } }],
    ['cancelled', { outcome: 'missed' }],
  ] as const)('keeps the answer that a steered run is %s, once it is', async (status, end) => {
    const world = await worldWithProject();
    const { sessionId, runId } = await steering(world, 'k');
    if (status === 'cancelled') await world.cancel(runId);
    const answer = await world.store.settleSteer(runId, end, record, world.now);
    expect(answer).toEqual({ runId, sessionId, status, delivery: 'queued' });
    expect((await world.store.findAnswer(record.scope, record.key))?.response).toEqual(answer);
    expect(await world.status(runId)).toBe(status);
  });

  it('puts a run that missed its turn where it stood', async () => {
    const world = await worldWithProject();
    const { sessionId, runId } = await steering(world);
    const later = await world.admit({ sessionId });
    await world.store.settleSteer(runId, { outcome: 'missed' }, undefined, world.now);
    const { runs } = await world.store.readQueue(sessionId, { limit: 9 });
    expect(runs.map((run) => run.runId)).toEqual([runId, later.runId]);
  });

  it('puts a run back that nobody had told the agent when the turn ended', async () => {
    const world = await worldWithProject();
    const { sessionId, runId, active } = await steering(world);
    const later = await world.admit({ sessionId });
    await world.finish(active);
    expect((await world.claimOne()).runId).toBe(runId);
    const answer = await world.store.settleSteer(runId, { outcome: 'missed' }, record, world.now);
    expect(answer).toMatchObject({ status: 'injecting', delivery: 'queued' });
    expect(await world.status(runId)).toBe('injecting');
    expect(await world.status(later.runId)).toBe('queued');
    const types = (await world.types(sessionId)).filter((type) => /^run_(requeued|completed)$/.test(type));
    expect(types).toEqual(['run_requeued', 'run_completed']);
  });

  it('steers only into a turn that is under way and not being cancelled', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.admit();
    const into = async () => (await world.deliver({ sessionId, delivery: 'steer', steerable })).steerInto;
    expect(await into()).toBeUndefined();
    const active = await world.claimOne();
    expect(await into()).toBeUndefined();
    await world.begin(active);
    expect(await into()).toBe(active.runId);
    await world.cancel(active.runId);
    expect(await into()).toBeUndefined();
  });

  it('fails what was on its way into a turn when the server died, and never runs it again', async () => {
    const world = await worldWithProject();
    const { sessionId, runId, active } = await steering(world);
    if (subject.keepsData) await world.reopen();
    expect(await world.store.recoverRuns(world.now)).toEqual({
      requeued: 0,
      continued: 0,
      failed: 2,
      cancelled: 0,
    });
    for (const id of [runId, active.runId]) {
      expect((await world.store.findRun(id))?.error?.code).toBe('interrupted_by_restart');
    }
    expect(await world.claim()).toEqual([]);
    expect((await world.types(sessionId, runId)).slice(-1)).toEqual(['run_failed']);
    await world.store.settleSteer(runId, { outcome: 'missed' }, undefined, world.now);
    expect(await world.status(runId)).toBe('failed');
  });
});
