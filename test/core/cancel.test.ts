import { describe, expect, it } from 'vitest';
import { CoreWorld } from '../support/core-world.js';
import { FixedClock } from '../support/fixed-clock.js';
import { until } from '../support/processes.js';
import { turnsOfTheLoop } from '../support/store-wal-file.js';

describe('a cancel', () => {
  it('is answered after 15 s with the state there is, and goes on', async () => {
    const clock = new FixedClock();
    const world = await CoreWorld.enter({}, { cancelGraceMs: 60_000 }, { clock, isDeafTo: () => true });
    const { runId, turn } = await world.running(await world.session(), 'dig');
    const cancelling = world.core.runs.cancel(runId, 'keep');
    await until('the turn is interrupted', () => turn.host.signal.aborted);
    clock.advance(15_000);
    expect(await cancelling).toEqual({ runId, status: 'running' });
    clock.advance(45_000);
    await world.reaches(runId, 'cancelled');
  });

  it.each([
    ['that obeys', false],
    ['that must be ended by force', true],
  ])('of an agent %s and leaves processes fails the run, and says so', async (_, deaf) => {
    const clock = new FixedClock();
    const ways = { clock, isDeafTo: () => deaf, leavesProcesses: true };
    const world = await CoreWorld.enter({}, {}, ways);
    const { runId, turn } = await world.running(await world.session(), 'dig');
    const cancelling = world.core.runs.cancel(runId, 'keep').catch((error: unknown) => error);
    await until('the turn is interrupted', () => turn.host.signal.aborted);
    await turnsOfTheLoop(4);
    clock.advance(10_000);
    expect(await cancelling).toMatchObject({ code: 'run_already_ended' });
    const { status, error } = await world.core.runs.get(runId);
    expect([status, error?.code]).toEqual(['failed', 'harness_failed']);
    expect(error?.message).toContain('not all of its processes could be ended');
  });
});
