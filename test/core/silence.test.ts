import { describe, expect, it } from 'vitest';
import { CoreWorld, completed } from '../support/core-world.js';
import { FixedClock } from '../support/fixed-clock.js';
import { until } from '../support/processes.js';
import { turnsOfTheLoop } from '../support/store-wal-file.js';

const bounds = {
  firstSignTimeoutMs: 120_000,
  silentModelNoticeMs: 300_000,
  silentModelFailMs: 600_000,
  silentToolNoticeMs: 1_800_000,
  silentToolFailMs: 900_000,
};
const day = 86_400_000;

const toolStart = { type: 'tool_execution_start', toolUseId: 'u', toolName: 'Bash', input: {} } as const;

describe('an agent that is silent', () => {
  async function enter(options: Partial<typeof bounds> = bounds) {
    const clock = new FixedClock();
    const world = await CoreWorld.enter({}, options, { clock, isDeafTo: (prompt) => prompt === 'deaf' });
    const sessionId = await world.session();
    return { clock, world, sessionId };
  }

  async function notices(world: CoreWorld, sessionId: string) {
    const query = { sessionId, types: ['notice'], limit: 100, order: 'asc' as const };
    const events = await world.opened.store.readEvents(query);
    return events.map(({ json, source }) => ({ ...(JSON.parse(json) as { message: string }), source }));
  }

  async function noticed(world: CoreWorld, sessionId: string, count: number) {
    await until(
      `${count} notices are written`,
      async () => (await notices(world, sessionId)).length === count,
    );
  }

  it('after the prompt is noticed while its run is still injecting, and then fails it', async () => {
    const { clock, world, sessionId } = await enter();
    const { runId } = await world.admit(sessionId, 'dig');
    await world.guest.turn('dig');
    clock.advance(60_000);
    await noticed(world, sessionId, 1);
    expect(await notices(world, sessionId)).toMatchObject([
      { source: 'control-plane', level: 'warn', runId, message: expect.stringContaining('60 s more') },
    ]);
    expect((await world.core.runs.get(runId)).status).toBe('injecting');
    clock.advance(60_000);
    const { error } = await world.reaches(runId, 'failed');
    expect(error?.code).toBe('agent_unresponsive');
    expect(error?.message).toContain('firstSignTimeoutMs');
  });

  it('in the middle of a turn is noticed, then interrupted, and its run fails with what to do', async () => {
    const { clock, world, sessionId } = await enter();
    const { runId, turn } = await world.running(sessionId, 'dig');
    clock.advance(899_999);
    await noticed(world, sessionId, 2);
    expect(turn.result).toBeUndefined();
    clock.advance(1);
    const { error } = await world.reaches(runId, 'failed');
    expect(turn.result).toEqual({ outcome: 'interrupted' });
    expect(error).toEqual({
      code: 'agent_unresponsive',
      message:
        'The agent has said nothing for 900 s, and was ended. It may have acted: look at its work, then retry the run or send another prompt. silentModelFailMs says how long silence may last.',
    });
    (await nextTurn(world, sessionId)).end(completed);
  });

  it('while a tool runs has the time of a tool', async () => {
    const { clock, world, sessionId } = await enter();
    const { runId, turn } = await world.running(sessionId, 'dig');
    await turn.host.emit([toolStart]);
    clock.advance(1_800_000);
    await noticed(world, sessionId, 1);
    expect((await world.core.runs.get(runId)).status).toBe('running');
    clock.advance(900_000);
    const { error } = await world.reaches(runId, 'failed');
    expect(error?.message).toContain('A tool has printed nothing for 2700 s');
  });

  it('is noticed for days and never ended where nobody set a bound', async () => {
    const { clock, world, sessionId } = await enter({});
    const { runId, turn } = await world.running(sessionId, 'dig');
    for (let n = 1; n <= 5; n += 1) {
      clock.advance(300_000);
      await noticed(world, sessionId, n);
    }
    clock.advance(3 * day);
    await turnsOfTheLoop();
    expect(turn.result).toBeUndefined();
    turn.end(completed);
    await world.reaches(runId, 'completed');
  });

  it('because it asks a person is left alone for days, and watched again after the answer', async () => {
    const { clock, world, sessionId } = await enter();
    const { runId, turn } = await world.running(sessionId, 'dig');
    void turn.host.permit({ toolUseId: 'u', toolName: 'Bash', toolInput: {} });
    await world.reaches(runId, 'awaiting_permission');
    for (let n = 0; n < 20; n += 1) clock.advance(day / 4);
    await turnsOfTheLoop();
    expect([turn.result, await notices(world, sessionId)]).toEqual([undefined, []]);
    const [pending] = await world.core.permissions.list({ status: 'pending' }, { limit: 1 });
    await world.core.permissions.decide(pending?.requestId ?? '', 'allow');
    await world.reaches(runId, 'running');
    // The answer reaches the agent with the next turns of the loop.
    await until('the silence counts again', async () => {
      clock.advance(300_000);
      await turnsOfTheLoop();
      return (await notices(world, sessionId)).length > 0;
    });
    clock.advance(600_000);
    await world.reaches(runId, 'failed');
  });

  it('and being cancelled is cancelled, also when it is deaf until its silence is too long', async () => {
    const { clock, world, sessionId } = await enter({ ...bounds, silentModelFailMs: 1000 });
    const { runId, turn } = await world.running(sessionId, 'deaf');
    clock.advance(300_000);
    await noticed(world, sessionId, 1);
    const cancelling = world.core.runs.cancel(runId, 'keep');
    await until('the turn is interrupted', () => turn.host.signal.aborted);
    await turnsOfTheLoop();
    clock.advance(2000);
    expect((await cancelling).status).toBe('cancelled');
  });

  async function nextTurn(world: CoreWorld, sessionId: string) {
    await world.admit(sessionId, 'again');
    return world.guest.turn('again');
  }
});
