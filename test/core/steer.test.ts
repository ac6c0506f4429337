import { describe, expect, it } from 'vitest';
import { CoreWorld, completed } from '../support/core-world.js';

describe('steering', () => {
  it('puts the run into the turn under way, ends it there and answers so', async () => {
    const world = await CoreWorld.enter();
    const sessionId = await world.session();
    const active = await world.running(sessionId, 'dig');
    const answering = world.admit(sessionId, 'deeper', { delivery: 'steer' }, 'k');
    const text = await world.guest.text('deeper');
    const { runs } = await world.core.runs.list({ sessionId, status: 'steering' }, { limit: 9 });
    expect(runs).toMatchObject([{ inputPreview: 'deeper' }]);
    text.answer('injected');
    const answer = await answering;
    const runId = answer.runId;
    expect(answer).toEqual({
      runId,
      sessionId,
      status: 'completed',
      delivery: 'injected',
      injectedInto: active.runId,
    });
    const kept = await world.opened.store.findAnswer('POST /admin/runs', 'k');
    expect(kept?.response).toEqual(answer);
    const run = await world.core.runs.get(runId);
    expect(run).toMatchObject({ status: 'completed', injectedInto: active.runId, finalOutput: '' });
    expect(await world.types(sessionId, runId)).toEqual(['run_queued', 'run_steering', 'run_completed']);
    active.turn.end(completed);
    await world.reaches(active.runId, 'completed');
    expect(world.guest.turns).toHaveLength(1);
  });

  it('queues a run again that missed the turn, and it runs once in its place', async () => {
    const world = await CoreWorld.enter();
    const sessionId = await world.session();
    const active = await world.running(sessionId, 'dig');
    const answering = world.admit(sessionId, 'deeper', { delivery: 'steer' });
    const text = await world.guest.text('deeper');
    const later = await world.admit(sessionId, 'later');
    text.answer('missed');
    const answer = await answering;
    expect(answer).toMatchObject({ status: 'queued', delivery: 'queued' });
    expect(await world.core.runs.get(answer.runId)).toMatchObject({ queuePosition: 1 });
    expect(await world.core.runs.get(later.runId)).toMatchObject({ queuePosition: 2 });
    active.turn.end(completed);
    (await world.guest.turn('deeper')).end(completed);
    (await world.guest.turn('later')).end(completed);
    await world.reaches(later.runId, 'completed');
    expect(world.guest.turns.map(({ request }) => request.prompt)).toEqual(['dig', 'deeper', 'later']);
  });

  it('keeps the session busy until it is known what became of the text', async () => {
    const world = await CoreWorld.enter();
    const sessionId = await world.session();
    const active = await world.running(sessionId, 'dig');
    const answering = world.admit(sessionId, 'deeper', { delivery: 'steer' });
    const text = await world.guest.text('deeper');
    active.turn.end(completed);
    await expect(world.core.sessions.delete(sessionId)).rejects.toMatchObject({ code: 'session_busy' });
    text.answer('injected');
    const { runId } = await answering;
    await world.reaches(active.runId, 'completed');
    const types = await world.types(sessionId);
    expect(types.filter((type) => type === 'run_completed')).toHaveLength(2);
    const ended = await world.opened.store.readEvents({
      sessionId,
      types: ['run_completed'],
      limit: 2,
      order: 'asc',
    });
    expect(ended.map((event) => event.runId)).toEqual([runId, active.runId]);
  });

  it('fails a run that the agent may have or not, instead of running it again', async () => {
    const world = await CoreWorld.enter({}, { steerTimeoutMs: 20 });
    const sessionId = await world.session();
    const active = await world.running(sessionId, 'dig');
    const answer = await world.admit(sessionId, 'deeper', { delivery: 'steer' });
    expect(answer).toMatchObject({ status: 'failed', delivery: 'queued' });
    expect((await world.core.runs.get(answer.runId)).error?.code).toBe('agent_unresponsive');
    active.turn.end(completed);
    await world.reaches(active.runId, 'completed');
    expect(world.guest.turns).toHaveLength(1);
  });

  it('cancels a run on its way into a turn when it missed it', async () => {
    const world = await CoreWorld.enter();
    const sessionId = await world.session();
    const active = await world.running(sessionId, 'dig');
    const answering = world.admit(sessionId, 'deeper', { delivery: 'steer' });
    const text = await world.guest.text('deeper');
    const { runs } = await world.core.runs.list({ sessionId, status: 'steering' }, { limit: 1 });
    const cancelling = world.core.runs.cancel(runs[0]?.runId ?? '', 'keep');
    text.answer('missed');
    expect((await cancelling).status).toBe('cancelled');
    expect((await answering).status).toBe('cancelled');
    active.turn.end(completed);
    await world.reaches(active.runId, 'completed');
    expect(world.guest.turns).toHaveLength(1);
  });

  it.each([
    ['an agent that cannot be steered', { steer: false }, {}],
    ['a run that asks for a new context', {}, { resume: 'fresh' as const }],
    ['a run with a bound of its own', {}, { maxTurns: 3 }],
  ])('queues for %s', async (_, capabilities, more) => {
    const world = await CoreWorld.enter(capabilities);
    const sessionId = await world.session();
    const active = await world.running(sessionId, 'dig');
    const answer = await world.admit(sessionId, 'deeper', { delivery: 'steer', ...more });
    expect(answer).toMatchObject({ status: 'queued', delivery: 'queued' });
    expect(world.guest.texts).toEqual([]);
    active.turn.end(completed);
    (await world.guest.turn('deeper')).end(completed);
    await world.reaches(answer.runId, 'completed');
  });

  it('runs a steered text as a turn of its own when nothing is under way', async () => {
    const world = await CoreWorld.enter();
    const sessionId = await world.session();
    const { runId } = await world.admit(sessionId, 'dig', { delivery: 'steer' });
    (await world.guest.turn('dig')).end(completed);
    await world.reaches(runId, 'completed');
    expect(world.guest.texts).toEqual([]);
  });
});
