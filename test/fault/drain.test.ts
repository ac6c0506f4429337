/** The polite end of a server: rule 6.3 of the lifecycle. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { World } from '../contract/http/world.js';
import { readRefusal } from '../support/http-client.js';
import { until } from '../support/processes.js';
import { expectSound } from './log-rules.js';
import { Program } from './program.js';

describe('a server that is asked to stop', () => {
  let program: Program;
  let world: World;

  beforeAll(async () => {
    program = await Program.start(['--drain-ms', '60000']);
    world = program.world;
  });
  afterAll(() => program?.leave());

  const get = (path: string) => world.client.raw({ path, headers: { 'x-cp-token': 'dev' } });
  const drains = () => until('the server drains', async () => (await get('/readyz')).status === 503);

  test('takes no new runs, lets the active ones finish, and keeps the queued ones', async () => {
    const { runId, sessionId, gate } = await world.hold();
    const queued = await world.start('Hello', sessionId);
    const { exited } = program;
    process.kill(program.pid, 'SIGTERM');
    await drains();
    const ready = readRefusal(await get('/readyz'));
    const refusal = await world.client.refused('createRun', {
      body: { projectId: world.project.projectId, prompt: 'Hello' },
    });
    for (const { status, code, headers } of [ready, refusal]) {
      expect({ status, code }).toEqual({ status: 503, code: 'draining' });
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    expect((await world.run(runId)).status).toBe('running');
    gate.open();
    expect(await exited).toEqual({ code: 0, signal: null });
    await program.startAgain();
    expect((await world.run(runId)).status).toBe('completed');
    await world.ended(queued.runId);
    await expectSound(world, sessionId);
  });

  test('ends at once when it is asked again', async () => {
    const { runId, sessionId } = await world.hold();
    const { exited } = program;
    process.kill(program.pid, 'SIGTERM');
    await drains();
    process.kill(program.pid, 'SIGTERM');
    expect((await exited).code).toBe(1);
    await program.startAgain();
    expect((await world.ended(runId, 'failed')).error?.code).toBe('interrupted_by_restart');
    await expectSound(world, sessionId);
  });

  test('answers those who wait and ends the streams of those who read', async () => {
    const { sessionId } = await world.complete('Hello');
    const paused = await world.newSession();
    await world.client.ask('pauseQueue', { params: { sessionId: paused } });
    const queued = await world.start('Hello', paused);
    const reader = await world.streamSession(sessionId);
    await reader.ack();
    const waiting = world.client.ask('waitForRun', { params: { runId: queued.runId } });
    await world.client.ask('waitForRun', { params: { runId: queued.runId }, query: { timeoutMs: 20 } });
    const { exited } = program;
    process.kill(program.pid, 'SIGTERM');
    expect(await reader.eventsToEnd()).toEqual([]);
    expect(await waiting).toMatchObject({ status: 'queued', timedOut: true });
    expect((await exited).code).toBe(0);
    await program.startAgain();
    await world.client.ask('resumeQueue', { params: { sessionId: paused } });
    await world.ended(queued.runId);
  });

  test('cancels what does not finish in its time', async () => {
    const hasty = await Program.start(['--drain-ms', '100', '--cancel-grace-ms', '300']);
    const { runId, sessionId } = await hasty.world.hold();
    const { exited } = hasty;
    process.kill(hasty.pid, 'SIGTERM');
    expect((await exited).code).toBe(0);
    await hasty.startAgain();
    await hasty.world.ended(runId, 'cancelled');
    const { finalOutput } = await hasty.world.complete('What was my previous question?', sessionId);
    expect(finalOutput).toContain('holding');
    await expectSound(hasty.world, sessionId);
    await hasty.leave();
  });
});
