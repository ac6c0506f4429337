/** Cancels that meet a run in every state and at every moment: one terminal event, always. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fresh, type Started, script, type World } from '../contract/http/world.js';
import { agentOf, processesNamed, until } from '../support/processes.js';
import { expectSound } from './log-rules.js';
import { Program } from './program.js';
import { seededRandom } from './seeded-random.js';

describe('cancel', () => {
  let program: Program;
  let world: World;

  beforeAll(async () => {
    program = await Program.start(['--cancel-grace-ms', '300']);
    world = program.world;
  });
  afterAll(() => program?.leave());

  /** Each brings a run into a state and gives what lets the rest of the world go on. */
  const states: Record<string, () => Promise<Started & { goOn?: () => Promise<void> }>> = {
    queued: async () => {
      const held = await world.hold();
      const started = await world.start('Hello', held.sessionId);
      const goOn = async () => {
        held.gate.open();
        await world.ended(held.runId);
      };
      return { ...started, goOn };
    },
    'queued in a paused session': async () => {
      const sessionId = await world.newSession();
      await world.client.ask('pauseQueue', { params: { sessionId } });
      const started = await world.start('Hello', sessionId);
      const goOn = async () => void (await world.client.ask('resumeQueue', { params: { sessionId } }));
      return { ...started, goOn };
    },
    'injecting, before its conversation is open': async () => {
      process.kill((await agentOf(program.pid)).pid, 'SIGSTOP');
      const started = await world.start('Hello');
      await world.reaches(started.runId, 'injecting');
      return started;
    },
    'injecting, with its prompt handed over': async () => {
      const { sessionId } = await world.complete('Hello');
      process.kill((await agentOf(program.pid)).pid, 'SIGSTOP');
      const started = await world.start('Hello', sessionId);
      await world.reaches(started.runId, 'injecting');
      return started;
    },
    'running and silent': () => world.hold(),
    'running in full stream': async () => {
      const started = await world.start(script({ emit: { count: 5_000_000, bytes: 50 } }));
      await world.reaches(started.runId, 'running');
      return started;
    },
    'running a tool': async () => {
      const name = fresh('tool');
      const started = await world.start(`Use Bash to run: while :; do sleep 1; : ${name}; done`);
      await until('the tool runs', () => processesNamed(name).length > 0);
      return started;
    },
    'running and deaf': async () => {
      const started = await world.start(script({ ignoreSignals: true }, { say: 'x' }, { hang: true }));
      await world.reaches(started.runId, 'running');
      return started;
    },
    awaiting_permission: async () => {
      const started = await world.start(script({ ask: { toolName: 'Bash' } }));
      await world.asked(started.runId);
      return started;
    },
  };

  test.each(Object.entries(states))('twenty at once of a run that is %s are one', async (_state, bring) => {
    await world.complete('Hello');
    const { runId, sessionId, goOn } = await bring();
    const params = { runId };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => world.client.ask('cancelRun', { params })),
    );
    expect(answers).toEqual(answers.map(() => ({ runId, status: 'cancelled' })));
    await goOn?.();
    await world.complete('Hello', sessionId);
    const log = await expectSound(world, sessionId);
    expect(log.filter((one) => one.runId === runId && one.type === 'cancel_requested').length).toBeLessThan(
      2,
    );
  });

  test('and completion race: either wins, and all who asked are told the same', async () => {
    const random = seededRandom();
    const sessionId = await world.newSession();
    for (let round = 0; round < 40; round += 1) {
      const steps = Array.from({ length: random.below(4) }, (_, index) => ({ say: `word ${index}` }));
      const { runId } = await world.start(script(...steps), sessionId);
      const cancels = Array.from({ length: 1 + random.below(3) }, async () => {
        for (let turns = random.below(30); turns > 0; turns -= 1) await new Promise(setImmediate);
        return world.client.raw({
          method: 'POST',
          path: `/admin/runs/${runId}/cancel`,
          headers: { 'x-cp-token': 'dev' },
        });
      });
      const answers = await Promise.all(cancels);
      const { status } = await world.client.ask('waitForRun', { params: { runId } });
      expect(['completed', 'cancelled']).toContain(status);
      const expected = status === 'cancelled' ? 200 : 409;
      expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => expected));
    }
    await expectSound(world, sessionId);
  });

  test('and an answer to a permission race: the run is cancelled, or goes on to its end', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { runId, sessionId } = await world.start(script({ ask: { toolName: 'Bash' } }));
      const { requestId } = await world.asked(runId);
      const decision = world.client.raw({
        method: 'POST',
        path: `/admin/permissions/${requestId}`,
        headers: { 'x-cp-token': 'dev', 'content-type': 'application/json' },
        body: '{"decision":"allow"}',
      });
      const cancel = world.client.raw({
        method: 'POST',
        path: `/admin/runs/${runId}/cancel`,
        headers: { 'x-cp-token': 'dev' },
      });
      const answers = await Promise.all(round % 2 === 0 ? [decision, cancel] : [cancel, decision]);
      for (const { status } of answers) expect([200, 409]).toContain(status);
      const { status } = await world.client.ask('waitForRun', { params: { runId } });
      expect(['completed', 'cancelled']).toContain(status);
      const log = await expectSound(world, sessionId);
      expect(log.filter(({ type }) => type === 'permission_decision')).toHaveLength(1);
    }
  });
});
