import { describe, expect, it } from 'vitest';
import { CoreWorld, completed } from '../support/core-world.js';

const failed = { outcome: 'failed', error: { code: 'agent_failed', message: 'no' } } as const;

describe('forking', () => {
  /** A run that ended; `checkpoint` absent where the agent gives none. */
  async function run(world: CoreWorld, sessionId: string, prompt: string, checkpoint?: string) {
    const { runId } = await world.admit(sessionId, prompt);
    const turn = await world.guest.turn(prompt);
    turn.begin();
    const continuation = `of ${turn.conversation.process.harnessProcessId}`;
    turn.end({ ...completed, ...(checkpoint === undefined ? {} : { continuation, checkpoint }) });
    await world.reaches(runId, 'completed');
    return { runId, continuation };
  }

  const fork = async (world: CoreWorld, of: string, atRunId?: string) =>
    (await world.core.sessions.fork(of, { atRunId }, undefined)).sessionId;

  it('opens a copy at the checkpoint of the run, and reports where it is from', async () => {
    const world = await CoreWorld.enter({ fork: 'at_run' });
    const source = await world.session();
    const { runId, continuation } = await run(world, source, 'dig', 'place 1');
    await run(world, source, 'dig on', 'place 2');
    const sessionId = await fork(world, source, runId);
    const first = await world.running(sessionId, 'another way');
    const { request } = first.turn.conversation;
    expect(request).toMatchObject({ sessionId, continuation, fork: { checkpoint: 'place 1' } });
    const forkedFrom = { sessionId: source, runId };
    expect((await world.core.runs.get(first.runId)).resume).toMatchObject({ mode: 'native', forkedFrom });
    first.turn.end(completed);
    await world.reaches(first.runId, 'completed');
    await world.admit(sessionId, 'on and on');
    const turn = await world.guest.turn('on and on');
    expect(turn.conversation).toBe(first.turn.conversation);
  });

  it('copies again after an agent that died before it acknowledged a turn', async () => {
    const world = await CoreWorld.enter({ fork: 'at_run' });
    const source = await world.session();
    const { continuation } = await run(world, source, 'dig', 'place');
    const sessionId = await fork(world, source);
    const { runId } = await world.admit(sessionId, 'try');
    const turn = await world.guest.turn('try');
    await turn.conversation.close();
    turn.end(failed);
    await world.reaches(runId, 'failed');
    const again = await world.running(sessionId, 'try again');
    const { request } = again.turn.conversation;
    expect(request).toMatchObject({ continuation, fork: { checkpoint: 'place' } });
    await again.turn.conversation.close();
    again.turn.end(completed);
    await world.reaches(again.runId, 'completed');
    const third = (await world.running(sessionId, 'go on')).turn.conversation.request;
    expect(third.continuation).not.toBe(continuation);
    expect(third.fork).toBeUndefined();
  });

  it('takes a place without the conversation that it is in for none', async () => {
    const world = await CoreWorld.enter({ fork: 'at_run' });
    const source = await world.session();
    const { runId, turn } = await world.running(source, 'dig');
    turn.end({ ...completed, checkpoint: 'nowhere' });
    await world.reaches(runId, 'completed');
    const sessionId = await fork(world, source);
    const copy = (await world.running(sessionId, 'another way')).turn.conversation.request;
    expect(copy.fork).toEqual({});
  });

  it('fails the first run of a copy of what is now when the source has gone on, and lets go of the copy', async () => {
    const world = await CoreWorld.enter({ fork: 'latest' });
    const source = await world.session();
    const { runId } = await run(world, source, 'dig');
    const [used, late] = [await fork(world, source, runId), await fork(world, source, runId)];
    const inTime = await world.running(used, 'in time');
    expect(inTime.turn.conversation.request.fork).toEqual({});
    await run(world, source, 'dig on');
    const { runId: lateRunId } = await world.admit(late, 'too late');
    const { error } = await world.reaches(lateRunId, 'failed');
    expect(error).toMatchObject({ code: 'resume_lost', message: expect.stringContaining(source) });
    const prompts = world.guest.turns.map(({ request }) => request.prompt);
    expect(prompts).toEqual(['dig', 'in time', 'dig on']);
    const copy = world.guest.opened.at(-1);
    expect(copy?.request.sessionId).toBe(late);
    await expect(copy?.ended).resolves.toEqual({ processExited: false });
  });

  it('is refused for an agent that cannot, in words that name it', async () => {
    const world = await CoreWorld.enter({ fork: 'none' });
    const source = await world.session();
    await run(world, source, 'dig');
    await expect(fork(world, source)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('builtin'),
    });
  });
});
