import { describe, expect, it } from 'vitest';
import type { Budget } from '../../../src/contract/index.js';
import type { ClaimedRun, RunPark, Store } from '../../../src/core/index.js';
import { expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

const dayMs = 86_400_000;
const usedUp = { reason: 'budget', scope: 'run', message: 'The budget of the run is used up.' } as const;
const error = { code: 'agent_failed', message: 'no' };

describe.each(storesUnderTest)('parked runs in $name', (subject) => {
  async function worldWithProject(change: Parameters<Store['updateProject']>[1] = {}): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    await world.store.updateProject('rex', change, world.now);
    return world;
  }

  function park(world: StoreWorld, claim: ClaimedRun, more: Partial<RunPark> = {}): Promise<void> {
    const nothingUsed = { activeMs: 0, toolHistory: [], at: world.now };
    return world.store.parkRun(claim, { parking: usedUp, ...nothingUsed, ...more });
  }

  /** A parked run with one queued behind it. */
  async function parked(world: StoreWorld, more: Partial<RunPark> = {}) {
    const claim = await world.running();
    const { sessionId } = claim.session;
    const behind = await world.admit({ sessionId });
    await park(world, claim, more);
    return { ...claim, sessionId, behind: behind.runId };
  }

  const resume = (world: StoreWorld, runId: string, raise?: Budget) =>
    world.store.resumeRun(runId, raise, world.now);

  it('hold no slot, and what is behind them in their session waits for what they wait for', async () => {
    const world = await worldWithProject();
    const { runId, sessionId, behind } = await parked(world);
    expect(await world.claim()).toEqual([]);
    expect(await world.store.findRun(runId)).toMatchObject({
      status: 'parked',
      parked: { ...usedUp, parkedAt: world.now, autoResume: false },
    });
    expect(await world.store.findRun(behind)).toMatchObject({ queuePosition: 1, waitingFor: 'budget' });
    expect(await world.store.findSession(sessionId)).toMatchObject({
      status: 'parked',
      queue: { parkedRunId: runId, length: 1 },
    });
    expect(await world.store.readQueue(sessionId, { limit: 10 })).toMatchObject({ parkedRunId: runId });
    expect((await world.types(sessionId, runId)).slice(-2)).toEqual(['agent_end', 'run_parked']);
    const other = await world.admit();
    expect(await world.claimOne()).toMatchObject({ runId: other.runId });
  });

  it('go on in front when they are resumed, and their agent is told why it was interrupted', async () => {
    const world = await worldWithProject();
    const { runId, sessionId, behind } = await parked(world);
    if (subject.keepsData) await world.reopen();
    await resume(world, runId);
    expect(await world.store.findRun(runId)).toMatchObject({ status: 'queued', queuePosition: 1 });
    const again = await world.claimOne();
    expect(again).toMatchObject({ runId, attempt: 2, interrupted: 'budget' });
    await world.begin(again);
    await world.finish(again);
    expect(await world.types(sessionId, runId)).toEqual([
      ...['run_queued', 'run_injecting', 'agent_start', 'run_started', 'agent_end', 'run_parked'],
      ...['run_resumed', 'run_injecting', 'agent_start', 'run_started', 'agent_end', 'run_completed'],
    ]);
    expect(await world.claimOne()).toMatchObject({ runId: behind });
    await expectRefusal(resume(world, runId), 'run_not_parked');
    await expectRefusal(resume(world, 'run_none'), 'run_not_found');
  });

  it('add up what all attempts used, in the run and in the sums', async () => {
    const world = await worldWithProject();
    const tool = { toolUseId: 'u', toolName: 'Bash', isError: false, durationMs: 1 };
    const { runId } = await parked(world, {
      usage: { inputTokens: 10, toolCalls: 1 },
      activeMs: 300,
      toolHistory: [tool],
    });
    await resume(world, runId);
    const again = await world.claimOne();
    expect(again.budgets[0]).toEqual({
      scope: 'run',
      limits: {},
      spent: { usage: { inputTokens: 10, toolCalls: 1 }, activeMs: 300 },
    });
    await world.begin(again);
    await world.finish(again, { usage: { inputTokens: 5, turns: 2 }, activeMs: 200, toolHistory: [tool] });
    expect(await world.store.findRun(runId)).toMatchObject({
      usage: { inputTokens: 15, toolCalls: 1, turns: 2 },
      toolHistory: [tool, tool],
    });
    const { total } = await world.store.sumUsage({ by: 'day', fromDay: 0, toDay: 1e6, limit: 1 });
    expect(total).toMatchObject({ runs: 1, inputTokens: 15, toolCalls: 1, turns: 2, activeMs: 500 });
  });

  it('leave behind what they used also when they are cancelled before they go on', async () => {
    const world = await worldWithProject();
    const used = { usage: { inputTokens: 10 }, activeMs: 300 };
    const { runId, sessionId } = await parked(world, used);
    await resume(world, runId);
    await world.cancel(runId);
    expect(await world.store.findRun(runId)).toMatchObject({ status: 'cancelled', usage: used.usage });
    expect((await world.types(sessionId, runId)).at(-1)).toBe('run_cancelled');
    const { total } = await world.store.sumUsage({ by: 'day', fromDay: 0, toDay: 1e6, limit: 1 });
    expect(total).toMatchObject({ runs: 1, cancelled: 1, inputTokens: 10, activeMs: 300 });
    expect(await world.store.findSession(sessionId)).toMatchObject({
      status: 'queued',
      queue: { length: 1 },
    });
  });

  it.each([
    ['run', async (world: StoreWorld, runId: string) => (await world.store.findRun(runId))?.budget],
    [
      'session',
      async (world: StoreWorld, _: string, id: string) => (await world.store.findSession(id))?.budget,
    ],
    ['project', async (world: StoreWorld) => (await world.store.findProject('rex'))?.budget],
    ['day', async (world: StoreWorld) => (await world.store.findProject('rex'))?.dailyBudget],
  ] as const)(
    'raise the budget of the %s that is used up, and leave its other bounds',
    async (scope, read) => {
      const budget = { maxTurns: 2, maxTokens: 7 };
      const world = await worldWithProject({ budget, dailyBudget: budget });
      const run = world.admission({ newSession: { budget } });
      await world.store.admitRun({ ...run, run: { ...run.run, budget } });
      const claim = await world.claimOne();
      await world.begin(claim);
      await park(world, claim, { parking: { ...usedUp, scope } });
      await resume(world, claim.runId, { maxTurns: 5 });
      expect(await read(world, claim.runId, claim.session.sessionId)).toEqual({ maxTurns: 5, maxTokens: 7 });
      const again = await world.claimOne();
      expect(again.budgets.map(({ scope: one, limits }) => [one, limits.maxTurns])).toEqual(
        (['run', 'session', 'project', 'day'] as const).map((one) => [one, one === scope ? 5 : 2]),
      );
    },
  );

  it('know what is used of the budgets of session, project and day', async () => {
    const budget = { maxTokens: 1000 };
    const world = await worldWithProject({ budget, dailyBudget: budget });
    const { sessionId } = await world.session({ budget });
    const spend = async (more: object, inputTokens: number) =>
      world.finish(await world.running(more), { usage: { inputTokens } });
    await spend({ sessionId }, 1);
    await spend({}, 10);
    world.clock.advance(dayMs);
    await spend({ sessionId }, 100);
    await world.admit({ sessionId });
    const { budgets } = await world.claimOne();
    expect(budgets.map(({ scope, spent }) => [scope, spent.usage.inputTokens])).toEqual([
      ['run', undefined],
      ['session', 101],
      ['project', 111],
      ['day', 100],
    ]);
  });

  it('go on by themselves when they are due, where that was asked for', async () => {
    const world = await worldWithProject({ autoResume: true });
    const parking = { reason: 'usage_limit', message: 'later', resumesAt: world.now + 1000 } as const;
    const { runId, sessionId } = await parked(world, { parking });
    expect(await world.store.findRun(runId)).toMatchObject({ parked: { ...parking, autoResume: true } });
    expect(await world.store.resumeDueRuns(world.now)).toBe(0);
    world.clock.advance(1000);
    if (subject.keepsData) await world.reopen();
    expect(await world.store.resumeDueRuns(world.now)).toBe(1);
    expect(await world.store.resumeDueRuns(world.now)).toBe(0);
    const resumed = (await world.log(sessionId, runId)).at(-1);
    expect(JSON.parse(resumed?.json ?? '')).toMatchObject({ type: 'run_resumed', source: 'auto' });
    expect(await world.claimOne()).toMatchObject({ runId, interrupted: 'usage_limit' });
  });

  it('stay where that is not asked for, and can be told either while they are parked', async () => {
    const world = await worldWithProject();
    const parking = { reason: 'usage_limit', message: 'later', resumesAt: world.now } as const;
    const one = await parked(world, { parking });
    expect(await world.store.resumeDueRuns(world.now)).toBe(0);
    await world.store.setAutoResume(one.runId, true, world.now);
    expect(await world.store.findRun(one.runId)).toMatchObject({ parked: { autoResume: true } });
    await world.store.setAutoResume(one.runId, false, world.now);
    expect(await world.store.resumeDueRuns(world.now)).toBe(0);
    await world.store.setAutoResume(one.runId, true, world.now);
    expect(await world.store.resumeDueRuns(world.now)).toBe(1);
    expect((await world.types(one.sessionId, one.runId)).slice(-4)).toEqual([
      ...['auto_resume_set', 'auto_resume_set', 'auto_resume_set', 'run_resumed'],
    ]);
    const done = await world.claimOne();
    await world.begin(done);
    await world.finish(done);
    await expectRefusal(world.store.setAutoResume(one.runId, true, world.now), 'run_already_ended');
  });

  it('are cancelled at once, and the session goes on', async () => {
    const world = await worldWithProject();
    const { runId, behind, sessionId } = await parked(world);
    expect(await world.cancel(runId)).toEqual({ kind: 'cancelled' });
    expect((await world.types(sessionId, runId)).at(-1)).toBe('run_cancelled');
    expect(await world.claimOne()).toMatchObject({ runId: behind });
  });

  it('give way to a run that interrupts', async () => {
    const world = await worldWithProject();
    const { runId, sessionId, behind } = await parked(world);
    const next = await world.deliver({ sessionId, delivery: 'interrupt' });
    expect(next.answer).toMatchObject({ delivery: 'interrupted', interruptedRunId: runId });
    expect(await world.status(runId)).toBe('cancelled');
    expect(await world.claimOne()).toMatchObject({ runId: next.runId });
    expect(await world.status(behind)).toBe('queued');
  });

  it('are cancelled instead where somebody had asked for that', async () => {
    const world = await worldWithProject();
    const claim = await world.running();
    await world.cancel(claim.runId);
    await park(world, claim);
    expect(await world.status(claim.runId)).toBe('cancelled');
  });

  it('deny what they had asked for', async () => {
    const world = await worldWithProject();
    const claim = await world.running();
    const { requestId } = await world.ask(claim);
    await park(world, claim);
    expect(await world.store.findPermission(requestId)).toMatchObject({ decision: 'deny' });
    expect(await world.status(claim.runId)).toBe('parked');
  });

  it('may be parked before their agent hears of them, which then is no interruption', async () => {
    const world = await worldWithProject();
    await world.admit();
    const claim = await world.claimOne();
    await park(world, claim);
    expect(await world.types(claim.session.sessionId)).toEqual(['run_queued', 'run_injecting', 'run_parked']);
    await resume(world, claim.runId);
    expect(await world.claimOne()).not.toHaveProperty('interrupted');
  });

  it('keep their session and project from being archived and deleted', async () => {
    const world = await worldWithProject();
    const claim = await world.running();
    await park(world, claim);
    const { sessionId } = claim.session;
    await expectRefusal(world.store.updateSession(sessionId, { archived: true }, world.now), 'session_busy');
    await expectRefusal(world.store.deleteSession(sessionId), 'session_busy');
    await expectRefusal(world.store.deleteProject('rex'), 'project_busy');
    await world.cancel(claim.runId);
    await world.store.deleteProject('rex');
  });

  it('refuse a claim that is no longer the present one', async () => {
    const world = await worldWithProject();
    const claim = await world.running();
    await world.finish(claim, { outcome: { status: 'failed', error } });
    await expectRefusal(park(world, claim), 'stale_claim');
  });

  it('stay parked when the server dies', async () => {
    const world = await worldWithProject({ onRestart: 'continue' });
    const { runId } = await parked(world);
    if (subject.keepsData) await world.reopen();
    expect(await world.store.recoverRuns(world.now)).toMatchObject({ continued: 0, failed: 0 });
    expect(await world.status(runId)).toBe('parked');
  });

  it('do not begin a new context twice that the run asked for once', async () => {
    const world = await worldWithProject();
    const claim = await world.running({ freshContext: true });
    expect(claim.freshContext).toBe(true);
    await world.store.observeContinuation(claim, { provider: 'unknown', key: 'new' }, world.now);
    await park(world, claim);
    await resume(world, claim.runId);
    expect(await world.claimOne()).toMatchObject({ freshContext: false, continuation: 'new' });
  });
});

describe.each(storesUnderTest)('going on after a restart in $name', (subject) => {
  async function died(world: StoreWorld) {
    if (subject.keepsData) await world.reopen();
    return world.store.recoverRuns(world.now);
  }

  it('queues a run again whose agent may have acted, where its project wants that', async () => {
    const world = await openWorld(subject);
    await world.project();
    await world.store.updateProject('rex', { onRestart: 'continue' }, world.now);
    const claim = await world.running();
    const { sessionId } = claim.session;
    const behind = await world.admit({ sessionId });
    const { requestId } = await world.ask(claim);
    expect(await died(world)).toEqual({ requeued: 0, continued: 1, failed: 0, cancelled: 0 });
    expect(await world.store.findPermission(requestId)).toMatchObject({ decision: 'deny' });
    const again = await world.claimOne();
    expect(again).toMatchObject({ runId: claim.runId, attempt: 2, interrupted: 'restart' });
    expect((await world.types(sessionId, claim.runId)).slice(-4)).toEqual([
      ...['permission_decision', 'agent_end', 'run_requeued', 'run_injecting'],
    ]);
    await world.begin(again);
    await world.finish(again);
    expect(await world.claimOne()).toMatchObject({ runId: behind.runId });
  });

  it('gives a run up that was there at too many restarts, and one that was to be cancelled', async () => {
    const world = await openWorld(subject);
    await world.project();
    await world.store.updateProject('rex', { onRestart: 'continue' }, world.now);
    const claim = await world.running();
    for (const continued of [1, 1, 1, 0]) {
      expect(await died(world)).toMatchObject({ continued, failed: 1 - continued });
      if (continued === 1) await world.begin(await world.claimOne());
    }
    expect(await world.store.findRun(claim.runId)).toMatchObject({
      status: 'failed',
      error: { code: 'interrupted_by_restart' },
    });
    const cancelled = await world.running();
    await world.cancel(cancelled.runId);
    expect(await died(world)).toMatchObject({ continued: 0, cancelled: 1 });
  });
});
