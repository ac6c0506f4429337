/** Wake-ups may be lost. Here none ever comes: what they would have started is found by the sweep. */
import { describe, expect, it } from 'vitest';
import type { Wakeup } from '../../src/core/index.js';
import { CoreWorld, completed } from '../support/core-world.js';
import { FixedClock } from '../support/fixed-clock.js';
import { until } from '../support/processes.js';
import { turnsOfTheLoop } from '../support/store-wal-file.js';

const sweepMs = 5000;
const losesAll: Wakeup = { notify() {}, subscribe: () => () => undefined };

describe('when every wake-up is lost', () => {
  async function enter() {
    const clock = new FixedClock();
    const world = await CoreWorld.enter({}, { sweepMs }, { clock, wakeup: losesAll });
    const sessionId = await world.session();
    return { clock, world, sessionId };
  }

  /** Looks until it holds, one sweep for each look; it must not hold before the first. */
  async function foundBySweep<T>(
    clock: FixedClock,
    what: string,
    look: () => Promise<T | undefined | false>,
  ): Promise<T> {
    await turnsOfTheLoop(4);
    expect(await look(), what).toBeFalsy();
    return until(`${what} after a sweep`, async () => {
      clock.advance(sweepMs);
      await turnsOfTheLoop(4);
      return look();
    });
  }

  it('a queued run is taken all the same', async () => {
    const { clock, world, sessionId } = await enter();
    const { runId } = await world.admit(sessionId, 'dig');
    const turn = () => Promise.resolve(world.guest.turns[0]);
    (await foundBySweep(clock, 'the turn has begun', turn)).end(completed);
    await world.reaches(runId, 'completed');
  });

  it('a cancel reaches the turn all the same', async () => {
    const { clock, world, sessionId } = await enter();
    const { runId } = await world.admit(sessionId, 'dig');
    const turn = await foundBySweep(clock, 'the turn has begun', async () => world.guest.turns[0]);
    turn.begin();
    await world.reaches(runId, 'running');
    const cancelling = world.core.runs.cancel(runId, 'keep');
    await foundBySweep(clock, 'the turn is interrupted', async () => turn.result);
    expect(turn.result).toEqual({ outcome: 'interrupted' });
    await foundEnd(clock, cancelling);
    expect((await cancelling).status).toBe('cancelled');
  });

  it('an answer reaches the agent, and an end those who wait, all the same', async () => {
    const { clock, world, sessionId } = await enter();
    const { runId } = await world.admit(sessionId, 'dig');
    const turn = await foundBySweep(clock, 'the turn has begun', async () => world.guest.turns[0]);
    turn.begin();
    const answer: { decision?: string } = {};
    void turn.host
      .permit({ toolUseId: 'u', toolName: 'Bash', toolInput: {} })
      .then((given) => Object.assign(answer, given));
    await world.reaches(runId, 'awaiting_permission');
    const [pending] = await world.core.permissions.list({ status: 'pending' }, { limit: 1 });
    await world.core.permissions.decide(pending?.requestId ?? '', 'allow');
    await foundBySweep(clock, 'the agent has its answer', async () => answer.decision);
    const waiting = world.core.runs.wait(runId, 600_000, new AbortController().signal);
    turn.end(completed);
    await world.reaches(runId, 'completed');
    await foundEnd(clock, waiting);
    expect(await waiting).toMatchObject({ status: 'completed', finalOutput: 'done' });
  });

  async function foundEnd(clock: FixedClock, waiting: Promise<unknown>): Promise<void> {
    let ended = false;
    void waiting.then(() => {
      ended = true;
    });
    await foundBySweep(clock, 'who waits is answered', async () => ended);
  }
});
