/** Somebody sets the wall clock of the machine back by a day, while a server works and between two of its lives. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fresh, script, type World } from '../contract/http/world.js';
import { expectSound } from './log-rules.js';
import { Program } from './program.js';

const clockServer = join(import.meta.dirname, 'clock-server.mjs');
const day = 86_400_000;

describe('when the clock is set back', () => {
  let program: Program;
  let world: World;
  let daysBehind = 0;

  beforeAll(async () => {
    program = await Program.start([], { program: clockServer });
    world = program.world;
  });
  afterAll(() => program?.leave());

  const setBack = () => {
    daysBehind += 1;
    writeFileSync(join(program.home, 'clock'), String(daysBehind * day));
  };

  async function listed(sessionId: string): Promise<string[]> {
    const { runs } = await world.client.ask('listRuns', { query: { sessionId, limit: 500 } });
    return runs.map(({ runId }) => runId);
  }

  test('while runs are active and queued, they run in their order, once, and readers see every event', async () => {
    const { sessionId, runId, gate } = await world.hold();
    const reader = await world.streamSession(sessionId);
    const ack = await reader.ack();
    const behind = [];
    for (let n = 0; n < 3; n += 1) behind.push(await world.start(script({ say: `${n}` }), sessionId));
    const before = (await world.run(behind[2]?.runId ?? '')).createdAt;
    setBack();
    const last = await world.start(script({ say: 'last' }), sessionId);
    expect((await world.run(last.runId)).createdAt).toBeLessThan(before);
    gate.open();
    const all = [runId, ...behind.map((one) => one.runId), last.runId];
    for (const one of all) await world.ended(one);
    const log = await expectSound(world, sessionId);
    expect(log.filter(({ type }) => type === 'run_completed').map((event) => event.runId)).toEqual(all);
    expect(await listed(sessionId)).toEqual([...all].reverse());
    const { snapshot } = ack;
    const frames = await reader.eventsUntil(
      ({ type, runId: of }) => type === 'run_completed' && of === last.runId,
    );
    const seen = [...snapshot.replay, ...frames].map(({ seq }) => seq);
    expect(seen).toEqual(log.map(({ seq }) => seq));
  });

  test('a run that was active meanwhile has worked as long as it did', async () => {
    const { sessionId, runId, gate } = await world.hold();
    setBack();
    gate.open();
    await world.ended(runId);
    const { total } = await world.client.ask('getUsage', { query: { by: 'session', sessionId } });
    expect(total.runs).toBe(1);
    expect(total.activeMs).toBeGreaterThanOrEqual(0);
    expect(total.activeMs).toBeLessThan(day);
  });

  test('waits, cancels and what holds while nobody is there take the time that passes', async () => {
    const held = await world.hold();
    const unattended = { timeoutMs: 300, decision: 'allow' };
    const asking = await world.start(script({ ask: { toolName: 'Bash' } }), undefined, {
      permissions: { mode: 'ask', unattended },
    });
    await world.reaches(asking.runId, 'awaiting_permission');
    setBack();
    await world.ended(asking.runId);
    const query = { timeoutMs: 50 };
    const waited = await world.client.ask('waitForRun', { params: { runId: held.runId }, query });
    expect(waited).toMatchObject({ status: 'running', timedOut: true });
    await world.client.ask('cancelRun', { params: { runId: held.runId } });
    await world.ended(held.runId, 'cancelled');
  });

  test('before a start, sessions go on with their context, and what is new stands in front', async () => {
    const question = 'What is 2+2?';
    const { sessionId } = await world.complete(question);
    const key = fresh('key');
    const body = { projectId: world.project.projectId, prompt: 'Hello' };
    const post = () => world.client.ask('createRun', { body, headers: { 'idempotency-key': key } });
    const answered = await post();
    await world.ended(answered.runId);
    await program.kill();
    setBack();
    await program.startAgain({ program: clockServer });
    expect(await post()).toEqual(answered);
    const { runId, finalOutput } = await world.complete('What was my previous question?', sessionId);
    expect(finalOutput).toContain(question);
    expect((await listed(sessionId))[0]).toBe(runId);
    const { runs } = await world.client.ask('listRuns', { query: { limit: 1 } });
    expect(runs[0]?.runId).toBe(runId);
    await expectSound(world, sessionId);
  });
});
