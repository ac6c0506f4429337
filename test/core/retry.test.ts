import { describe, expect, it } from 'vitest';
import { CoreWorld, completed } from '../support/core-world.js';

const failed = { outcome: 'failed', error: { code: 'agent_failed', message: 'no' } } as const;

describe('retrying a run', () => {
  it('queues it once more as it was asked for, and names the other', async () => {
    const world = await CoreWorld.enter();
    const sessionId = await world.session();
    const { runId } = await world.admit(sessionId, 'dig', { maxTurns: 3, metadata: { ticket: 7 } });
    await expect(world.core.admissions.retry(runId, {}, undefined)).rejects.toMatchObject({
      code: 'run_not_ended',
    });
    (await world.guest.turn('dig')).end(failed);
    await world.reaches(runId, 'failed');
    const again = await world.core.admissions.retry(runId, { prompt: 'dig deeper' }, undefined);
    expect(again).toMatchObject({ sessionId, status: 'queued' });
    const turn = await world.guest.turn('dig deeper');
    expect(turn.request.maxTurns).toBe(3);
    turn.end(completed);
    const run = await world.reaches(again.runId, 'completed');
    expect(run).toMatchObject({ retryOf: runId, metadata: { ticket: 7 } });
    await expect(world.core.admissions.retry('run_none', {}, undefined)).rejects.toMatchObject({
      code: 'run_not_found',
    });
  });

  it('takes the place of the run whose failure paused the queue, which then goes on', async () => {
    const world = await CoreWorld.enter();
    const sessionId = await world.session({ pauseOnFailure: true });
    const { runId } = await world.admit(sessionId, 'dig');
    const behind = await world.admit(sessionId, 'later');
    (await world.guest.turn('dig')).end(failed);
    await world.reaches(runId, 'failed');
    const again = await world.core.admissions.retry(runId, { prompt: 'again' }, undefined);
    (await world.guest.turn('again')).end(completed);
    (await world.guest.turn('later')).end(completed);
    await world.reaches(behind.runId, 'completed');
    expect((await world.core.runs.get(again.runId)).status).toBe('completed');
    expect(world.guest.turns.map(({ request }) => request.prompt)).toEqual(['dig', 'again', 'later']);
  });

  it('leaves a queue paused that a person paused', async () => {
    const world = await CoreWorld.enter();
    const sessionId = await world.session({ pauseOnFailure: true });
    await world.core.sessions.setQueuePaused(sessionId, true);
    const { runId } = await world.admit(sessionId, 'dig');
    await world.core.runs.cancel(runId, 'keep');
    const again = await world.core.admissions.retry(runId, {}, undefined);
    expect(await world.core.runs.get(again.runId)).toMatchObject({ status: 'queued', waitingFor: 'paused' });
  });

  it('opens the conversation again with the model of the run, and again without it for the next', async () => {
    const world = await CoreWorld.enter();
    const sessionId = await world.session();
    const first = await world.running(sessionId, 'dig');
    first.turn.end(failed);
    await world.reaches(first.runId, 'failed');
    const again = await world.core.admissions.retry(
      first.runId,
      { model: 'large', prompt: 'again' },
      undefined,
    );
    (await world.guest.turn('again')).end(completed);
    expect((await world.reaches(again.runId, 'completed')).model).toBe('large');
    const next = await world.admit(sessionId, 'next');
    (await world.guest.turn('next')).end(completed);
    await world.reaches(next.runId, 'completed');
    const opened = world.guest.opened.map(({ request }) => [request.launch.model, request.continuation]);
    expect(opened).toEqual([
      [undefined, undefined],
      ['large', 'of guest 1'],
      [undefined, 'of guest 1'],
    ]);
  });

  it('refuses a model for an agent that takes none', async () => {
    const world = await CoreWorld.enter({ models: false });
    const sessionId = await world.session();
    const { runId } = await world.admit(sessionId, 'dig');
    (await world.guest.turn('dig')).end(completed);
    await world.reaches(runId, 'completed');
    await expect(world.core.admissions.retry(runId, { model: 'large' }, undefined)).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});
