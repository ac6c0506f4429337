import { describe, expect, it } from 'vitest';
import { delta, expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

const terminal = new Set(['run_completed', 'run_failed', 'run_cancelled']);

describe.each(storesUnderTest)('the progress of a run in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  it('writes the whole life of a run in order', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    await world.append(claimed, { type: 'turn_start', turnId: 't' }, { type: 'turn_end', turnId: 't' });
    await world.finish(claimed, { continuation: { provider: 'unknown', key: 'thread 1' } });
    expect(await world.types(claimed.session.sessionId)).toEqual([
      'run_queued',
      'run_injecting',
      'agent_start',
      'run_started',
      'turn_start',
      'turn_end',
      'agent_end',
      'continuation_key_observed',
      'run_completed',
    ]);
  });

  it('is running from the first sign of life and not before', async () => {
    const world = await worldWithProject();
    const { runId } = await world.admit();
    const claimed = await world.claimOne();
    await world.store.handOverRun(claimed, world.now);
    expect(await world.status(runId)).toBe('injecting');
    world.clock.advance(7);
    await world.store.startRun(claimed, { mode: 'native' }, world.now);
    expect(await world.store.findRun(runId)).toMatchObject({
      status: 'running',
      startedAt: world.now,
      resume: { mode: 'native' },
    });
  });

  it('starts a run once', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const before = await world.store.findRun(claimed.runId);
    world.clock.advance(7);
    await world.store.startRun(claimed, { mode: 'warm' }, world.now);
    expect(await world.store.findRun(claimed.runId)).toEqual(before);
  });

  it('leaves what a completed run came to', async () => {
    const world = await worldWithProject();
    const claimed = await world.running({ prompt: 'sit' });
    world.clock.advance(9);
    const toolHistory = [{ toolUseId: 'u', toolName: 'bash', isError: false, durationMs: 3 }];
    const usage = { inputTokens: 5, costUsd: 0.25 };
    await world.finish(claimed, {
      outcome: { status: 'completed', finalOutput: 'sat' },
      usage,
      toolHistory,
    });
    const left = { status: 'completed', completedAt: world.now, finalOutput: 'sat' };
    const run = await world.store.findRun(claimed.runId);
    expect(run).toMatchObject({ ...left, response: { content: 'sat' }, usage, toolHistory });
    expect(run).not.toHaveProperty('queuePosition');
    expect(await world.store.findRunState(claimed.runId)).toEqual({
      ...left,
      runId: claimed.runId,
      sessionId: claimed.session.sessionId,
      cancelRequested: false,
    });
  });

  it('leaves the error of a failed run and the reason of a cancelled one', async () => {
    const world = await worldWithProject();
    const failed = await world.running();
    const error = { code: 'agent_failed', message: 'It fell asleep.' };
    await world.fail(failed, error);
    expect(await world.store.findRun(failed.runId)).toMatchObject({ status: 'failed', error });
    expect(await world.store.findRunState(failed.runId)).toMatchObject({ status: 'failed', error });
    const cancelled = await world.running();
    await world.finish(cancelled, { outcome: { status: 'cancelled', reason: 'enough' } });
    const last = (await world.log(cancelled.session.sessionId)).at(-1);
    expect(JSON.parse(last?.json ?? '')).toMatchObject({ type: 'run_cancelled', reason: 'enough' });
    expect(await world.status(cancelled.runId)).toBe('cancelled');
  });

  it('gives a run exactly one terminal event, however many try to end it', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const attempts = [
      ...Array.from({ length: 5 }, () => world.finish(claimed)),
      ...Array.from({ length: 5 }, () => world.fail(claimed)),
    ];
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expectRefusal(world.finish(claimed), 'stale_claim');
    const types = await world.types(claimed.session.sessionId);
    expect(types.filter((type) => terminal.has(type))).toEqual(['run_completed']);
  });

  it('takes nothing more about a run that has ended', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    await world.finish(claimed);
    const before = await world.log(claimed.session.sessionId);
    await expectRefusal(world.append(claimed, delta('m')), 'stale_claim');
    await expectRefusal(world.store.startRun(claimed, { mode: 'fresh' }, world.now), 'stale_claim');
    await expectRefusal(world.ask(claimed), 'stale_claim');
    expect(await world.log(claimed.session.sessionId)).toEqual(before);
  });

  it('keeps what came before the end in the order in which it was sent', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const sent = Array.from({ length: 50 }, (_, n) => delta(`m${n}`));
    await Promise.all([...sent.map((event) => world.append(claimed, event)), world.finish(claimed)]);
    const events = (await world.log(claimed.session.sessionId)).filter(({ source }) => source === 'agent');
    expect(events.map(({ json }) => JSON.parse(json))).toEqual(sent);
  });

  it('keeps the continuation for the next run, also when that one fails', async () => {
    const world = await worldWithProject();
    const first = await world.running();
    const { sessionId } = first.session;
    await world.finish(first, { continuation: { provider: 'unknown', key: 'thread 1' } });
    const second = await world.running({ sessionId });
    expect(second.continuation).toBe('thread 1');
    await world.fail(second);
    const third = await world.running({ sessionId });
    expect(third.continuation).toBe('thread 1');
    await world.finish(third, { continuation: { provider: 'unknown', key: 'thread 1' } });
    const observed = (await world.types(sessionId)).filter((type) => type === 'continuation_key_observed');
    expect(observed).toHaveLength(1);
    const session = await world.store.findSession(sessionId);
    expect(session?.runtime).toMatchObject({ continuationKeyPresent: true, active: false });
  });

  it('keeps a continuation from its acknowledgement on, whatever becomes of the run', async () => {
    const world = await worldWithProject();
    const first = await world.running();
    const { sessionId } = first.session;
    const continuation = { provider: 'unknown' as const, key: 'thread 1' };
    await world.store.observeContinuation(first, continuation, world.now);
    await world.store.observeContinuation(first, continuation, world.now);
    await world.store.recoverRuns(world.now);
    const observed = (await world.types(sessionId)).filter((type) => type === 'continuation_key_observed');
    expect(observed).toHaveLength(1);
    expect((await world.running({ sessionId })).continuation).toBe('thread 1');
    await expectRefusal(world.store.observeContinuation(first, continuation, world.now), 'stale_claim');
  });

  it('wakes those who wait for the end of a run', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const { runId } = claimed;
    const seen = new Promise<string | undefined>((resolve) => {
      world.wakeup.subscribe(`ended:${runId}`, () => resolve(world.status(runId)));
    });
    expect(world.wakeup.topics).not.toContain(`ended:${runId}`);
    await world.finish(claimed);
    expect(await seen).toBe('completed');
    expect(world.wakeup.topics.at(-1)).toBeDefined();
    expect(world.wakeup.topics.filter((topic) => topic === 'queue').length).toBeGreaterThan(1);
  });

  it('puts a run back as the first of its session, before those queued behind it', async () => {
    const world = await worldWithProject();
    const first = await world.admit();
    const { sessionId } = first;
    const second = await world.admit({ sessionId });
    const claimed = await world.claimOne();
    await world.store.requeueRun(claimed, 'no slot', world.now);
    expect(await world.store.findRun(first.runId)).toMatchObject({ status: 'queued', queuePosition: 1 });
    expect(await world.store.findRun(second.runId)).toMatchObject({ queuePosition: 2 });
    const last = (await world.log(sessionId)).at(-1);
    expect(JSON.parse(last?.json ?? '')).toMatchObject({ type: 'run_requeued', reason: 'no slot' });
    expect(await world.store.findSession(sessionId)).toMatchObject({
      status: 'queued',
      queue: { length: 2 },
    });
    expect(await world.claimOne()).toMatchObject({ runId: first.runId, attempt: 2 });
  });

  it('never puts a run back whose prompt may have reached the agent', async () => {
    const world = await worldWithProject();
    await world.admit();
    const claimed = await world.claimOne();
    await world.store.handOverRun(claimed, world.now);
    await expectRefusal(world.store.requeueRun(claimed, 'late', world.now), 'stale_claim');
    expect(await world.status(claimed.runId)).toBe('injecting');
    await world.store.startRun(claimed, { mode: 'fresh' }, world.now);
    await expectRefusal(world.store.requeueRun(claimed, 'late', world.now), 'stale_claim');
    expect(await world.status(claimed.runId)).toBe('running');
  });

  it('can end a run that was never handed over', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.admit();
    await world.fail(await world.claimOne());
    expect(await world.types(sessionId)).toEqual(['run_queued', 'run_injecting', 'run_failed']);
  });
});
