/** The agent dies in the middle of its work; the server and the other sessions go on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fresh, script, type World } from '../contract/http/world.js';
import { agentOf, processesMarked, processesNamed, storeMarkOf, until } from '../support/processes.js';
import { expectSound } from './log-rules.js';
import { Program } from './program.js';

describe('when the agent', () => {
  let program: Program;
  let world: World;

  beforeAll(async () => {
    program = await Program.start();
    world = program.world;
  });
  afterAll(() => program?.leave());

  const killAgent = async () => process.kill((await agentOf(program.pid)).pid, 'SIGKILL');

  test('is killed in the middle of turns, they fail, and their sessions go on with their context', async () => {
    const questions = ['What is 1+1?', 'What is 2+2?', 'What is 3+3?'];
    const held = [];
    for (const question of questions) {
      const { sessionId } = await world.complete(question);
      held.push({ question, ...(await world.hold(sessionId)) });
    }
    await killAgent();
    for (const { runId, sessionId, question } of held) {
      expect((await world.ended(runId, 'failed')).error?.code).toBe('agent_died');
      const { finalOutput } = await world.complete('What was my first question?', sessionId);
      expect(finalOutput).toContain(question);
      await expectSound(world, sessionId);
    }
  });

  test('is killed while a tool runs, nothing of the tool is left', async () => {
    const name = fresh('orphan');
    const loop = `trap "" TERM HUP; while :; do sleep 1; : ${name}; done`;
    const { runId } = await world.start(`Use Bash to run: setsid sh -c '${loop}' & ${loop}`);
    await until('the tool and its child run', () => processesNamed(name).length >= 2);
    await killAgent();
    expect((await world.ended(runId, 'failed')).error?.code).toBe('agent_died');
    await until('nothing of the tool is left', () => processesNamed(name).length === 0);
  });

  test('is killed while a person is asked, the request is settled', async () => {
    const { runId } = await world.start(script({ ask: { toolName: 'Bash' } }));
    const { requestId } = await world.asked(runId);
    await killAgent();
    expect((await world.ended(runId, 'failed')).error?.code).toBe('agent_died');
    const refusal = await world.client.refused('decidePermission', {
      params: { requestId },
      body: { decision: 'allow' },
    });
    expect(refusal.code).toBe('permission_already_decided');
  });

  test('is killed while it is idle, the next run starts another', async () => {
    const { sessionId } = await world.complete('What is 2+2?');
    const before = await agentOf(program.pid);
    await killAgent();
    await until('the server has noticed', async () => {
      const { runId } = await world.start('Hello');
      const { status } = await world.client.ask('waitForRun', { params: { runId } });
      return status === 'completed';
    });
    const { runId, finalOutput } = await world.complete('What was my previous question?', sessionId);
    expect(finalOutput).toContain('What is 2+2?');
    expect((await world.run(runId)).resume?.mode).toBe('native');
    expect((await agentOf(program.pid)).pid).not.toBe(before.pid);
    const { events } = await world.client.ask('listSessionEvents', {
      params: { sessionId },
      query: { types: 'harness_process_exited' },
    });
    expect(events).toHaveLength(1);
  });

  test.each([
    ['leaves with an exit code', script({ say: 'x' }, { crash: 3 }), 'agent_died'],
    ['leaves as if all were well', script({ say: 'x' }, { crash: 0 }), 'agent_died'],
    ['fails by its own account', script({ say: 'x' }, { fail: 'no luck' }), 'agent_failed'],
  ])('%s, its run fails with words, and the session goes on', async (_how, prompt, code) => {
    const { runId, sessionId } = await world.start(prompt);
    const { error } = await world.ended(runId, 'failed');
    expect(error?.code).toBe(code);
    expect(error?.message).not.toBe('');
    await world.complete('Hello', sessionId);
    await expectSound(world, sessionId);
  });

  test('writes what is no message, a run comes to an end, and the server goes on', async () => {
    for (const garbage of [
      'not JSON',
      '{"t":"nothing"}',
      '[]',
      'null',
      '\u0000\uffff',
      'x'.repeat(100_000),
    ]) {
      const { runId } = await world.start(script({ say: 'x' }, { garbage }, { say: 'y' }));
      const { status } = await world.client.ask('waitForRun', { params: { runId } });
      expect(['completed', 'failed']).toContain(status);
      await world.complete('Hello');
    }
  });

  test('died again and again, one agent is there in the end', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { runId } = await world.start(script({ crash: 1 }));
      await world.ended(runId, 'failed');
    }
    await world.complete('Hello');
    const mark = await storeMarkOf(program.pid);
    await until('one agent is there', () => processesMarked(mark).length === 1);
  });
});
