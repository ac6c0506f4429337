import { describe, expect, it } from 'vitest';
import type { TurnResult } from '../../src/core/index.js';
import { CoreWorld, completed } from '../support/core-world.js';
import { FixedClock } from '../support/fixed-clock.js';

const tool = { type: 'tool_execution_start', toolUseId: 'u', toolName: 'Bash', input: {} } as const;
const dayMs = 86_400_000;

function failing(code: string, resumesAt?: number): TurnResult {
  const error = { code, message: 'enough', ...(resumesAt === undefined ? {} : { resumesAt }) };
  return { outcome: 'failed', error };
}

/** A run whose turn is under way, with more than a prompt. */
async function running(world: CoreWorld, more: Parameters<CoreWorld['admit']>[2] = {}) {
  const sessionId = await world.session();
  const { runId } = await world.admit(sessionId, 'dig', more);
  const turn = await world.guest.turn('dig');
  turn.begin();
  return { runId, sessionId, turn };
}

const notices = async (world: CoreWorld, sessionId: string) =>
  (await world.opened.store.readEvents({ sessionId, limit: 1000, order: 'asc' }))
    .filter(({ type }) => type === 'notice')
    .map(({ json }) => (JSON.parse(json) as { message: string }).message);

describe('a run that uses up a budget', () => {
  it('is interrupted and parked, and goes on when the budget is raised', async () => {
    const world = await CoreWorld.enter();
    const { runId, sessionId, turn } = await running(world, { budget: { maxToolCalls: 2 } });
    await turn.host.emit([tool, tool]);
    expect(turn.host.signal.aborted).toBe(false);
    await turn.host.emit([tool]);
    expect(turn.host.signal.aborted).toBe(true);
    const parked = await world.reaches(runId, 'parked');
    expect(parked.parked).toMatchObject({ reason: 'budget', scope: 'run', autoResume: false });
    expect(await notices(world, sessionId)).toEqual([
      'The budget of the run is used up: 2 of 2 tool calls (maxToolCalls).',
    ]);
    await world.core.parking.resume(runId, { maxToolCalls: 4 });
    const again = await world.guest.turn('dig', 2);
    expect(again.request.note).toContain('a budget was used up');
    again.end({ ...completed, usage: { toolCalls: 1, turns: 3 } });
    const run = await world.reaches(runId, 'completed');
    expect(run).toMatchObject({ budget: { maxToolCalls: 4 }, usage: { toolCalls: 4, turns: 3 } });
  });

  it('is parked again, before its agent hears of it, when it is resumed with nothing more', async () => {
    const world = await CoreWorld.enter();
    const { runId, sessionId, turn } = await running(world, { budget: { maxToolCalls: 1 } });
    await turn.host.emit([tool, tool]);
    await world.reaches(runId, 'parked');
    await world.core.parking.resume(runId, undefined);
    await world.reaches(runId, 'parked');
    expect(world.guest.turns).toHaveLength(1);
    expect((await world.types(sessionId, runId)).slice(-3)).toEqual([
      ...['run_resumed', 'run_injecting', 'run_parked'],
    ]);
  });

  it('stays completed when only its usage tells that it went beyond it', async () => {
    const world = await CoreWorld.enter();
    const { runId, sessionId, turn } = await running(world, { budget: { maxTokens: 100 } });
    turn.end({ ...completed, usage: { inputTokens: 90, outputTokens: 20 } });
    await world.reaches(runId, 'completed');
    expect(await notices(world, sessionId)).toContain(
      'The budget of the run is used up: 110 of 100 tokens (maxTokens).',
    );
  });

  it('is parked at the turns of its budget, and fails at those that the run itself asked for', async () => {
    const world = await CoreWorld.enter();
    const budgeted = await running(world, { budget: { maxTurns: 3 }, maxTurns: 5 });
    expect(budgeted.turn.request.maxTurns).toBe(3);
    budgeted.turn.end({ ...failing('max_turns_reached'), usage: { turns: 3 } });
    expect((await world.reaches(budgeted.runId, 'parked')).parked?.message).toContain('3 of 3 turns');
    await world.core.runs.cancel(budgeted.runId, 'keep');
    const sessionId = await world.session();
    const asked = await world.admit(sessionId, 'bore', { budget: { maxTurns: 5 }, maxTurns: 3 });
    (await world.guest.turn('bore')).end(failing('max_turns_reached'));
    expect((await world.reaches(asked.runId, 'failed')).error?.code).toBe('max_turns_reached');
  });

  it('keeps what is behind it from beginning when that of its session is used up', async () => {
    const world = await CoreWorld.enter();
    const { sessionId } = await world.core.sessions.create(
      world.projectId,
      { budget: { maxCostUsd: 1 } },
      undefined,
    );
    const first = await world.admit(sessionId, 'dig');
    const second = await world.admit(sessionId, 'bore');
    (await world.guest.turn('dig')).end({ ...completed, usage: { costUsd: 1.2 } });
    await world.reaches(first.runId, 'completed');
    const parked = await world.reaches(second.runId, 'parked');
    expect(parked.parked).toMatchObject({
      scope: 'session',
      message: 'The budget of its session is used up: 1.2 of 1 USD (maxCostUsd). Raise it to go on.',
    });
    await world.core.parking.resume(second.runId, { maxCostUsd: 2 });
    (await world.guest.turn('bore')).end(completed);
    await world.reaches(second.runId, 'completed');
  });

  it('knows when the next day begins, where it is the budget of a day', async () => {
    const world = await CoreWorld.enter();
    await world.core.projects.update(world.projectId, { dailyBudget: { maxTurns: 1 }, autoResume: true });
    const { runId, turn } = await running(world);
    turn.end({ ...completed, usage: { turns: 1 } });
    await world.reaches(runId, 'completed');
    const next = await world.admit(await world.session(), 'bore');
    const { parked } = await world.reaches(next.runId, 'parked');
    expect(parked).toMatchObject({ scope: 'day', autoResume: true });
    expect((parked?.resumesAt ?? 1) % dayMs).toBe(0);
    expect(parked?.resumesAt).toBeGreaterThan(parked?.parkedAt ?? Number.POSITIVE_INFINITY);
  });
});

describe('a run that uses up the budget of a day which ends meanwhile', () => {
  it('goes on with the new day at once', async () => {
    const clock = new FixedClock();
    const world = await CoreWorld.enter({}, { sweepMs: 5000 }, { clock });
    await world.core.projects.update(world.projectId, { dailyBudget: { maxToolCalls: 3 }, autoResume: true });
    const before = await world.admit(await world.session(), 'bore');
    (await world.guest.turn('bore')).end({ ...completed, usage: { toolCalls: 2 } });
    await world.reaches(before.runId, 'completed');
    const { runId, turn } = await running(world);
    const midnight = (Math.floor(clock.now() / dayMs) + 1) * dayMs;
    // The hands of the clock alone: what waits for a while has nothing to do here.
    clock.setBack(-dayMs);
    await turn.host.emit([tool, tool]);
    const { parked } = await world.reaches(runId, 'parked');
    expect(parked).toMatchObject({ scope: 'day', resumesAt: midnight });
    clock.advance(5000);
    (await world.guest.turn('dig', 2)).end(completed);
    await world.reaches(runId, 'completed');
  });
});

describe('a run whose provider has had enough', () => {
  it('is parked until then, and its agent is told when it goes on', async () => {
    const world = await CoreWorld.enter();
    const { runId, turn } = await running(world);
    turn.end(failing('usage_limit_reached', 1_900_000_000_000));
    const { parked } = await world.reaches(runId, 'parked');
    expect(parked).toMatchObject({ reason: 'usage_limit', resumesAt: 1_900_000_000_000, message: 'enough' });
    await world.core.parking.resume(runId, undefined);
    const again = await world.guest.turn('dig', 2);
    expect(again.request.note).toContain('the usage limit of your provider');
    again.end(completed);
    await world.reaches(runId, 'completed');
  });

  it('goes on by itself where it asked for that', async () => {
    const world = await CoreWorld.enter({}, { sweepMs: 10, usageLimitRetryMs: 20 });
    const { runId, turn } = await running(world, { autoResume: true });
    turn.end(failing('usage_limit_reached', Date.now()));
    (await world.guest.turn('dig', 2)).end(completed);
    await world.reaches(runId, 'completed');
  });

  it.each([
    ['does not say when', undefined],
    ['names a time that is past', 1],
  ])('is tried again after a while where the provider %s', async (_words, resumesAt) => {
    const world = await CoreWorld.enter({}, { usageLimitRetryMs: 60_000 });
    const { runId, turn } = await running(world);
    turn.end(failing('usage_limit_reached', resumesAt));
    const { parked } = await world.reaches(runId, 'parked');
    const waitMs = (parked?.resumesAt ?? 0) - (parked?.parkedAt ?? 0);
    expect(waitMs).toBeLessThanOrEqual(60_000);
    expect(waitMs).toBeGreaterThan(0);
  });
});
