/** An agent that falls silent in the middle of a turn, on a server that was told how long it may: noticed, then ended. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fresh, type Started, script, type World } from '../contract/http/world.js';
import { processesNamed, until } from '../support/processes.js';
import { expectSound } from './log-rules.js';
import { Program } from './program.js';

/** What works says something every few milliseconds; a busy machine has its time. */
const flags = [
  ['--silent-model-notice-ms', '1500'],
  ['--silent-model-fail-ms', '1500'],
  ['--silent-tool-notice-ms', '2000'],
  ['--silent-tool-fail-ms', '2000'],
  ['--kill-timeout-ms', '4000'],
].flat();

describe('an agent that falls silent', () => {
  let program: Program;
  let world: World;

  beforeAll(async () => {
    program = await Program.start(flags);
    world = program.world;
  });
  afterAll(() => program?.leave());

  /** It failed for its silence, and a notice had said that it would. */
  async function expectNoticedAndFailed({ runId, sessionId }: Started, words: string): Promise<void> {
    const { error } = await world.ended(runId, 'failed');
    expect(error).toMatchObject({ code: 'agent_unresponsive', message: expect.stringContaining(words) });
    const { events } = await world.events({ params: { runId }, query: { types: 'notice,run_failed' } });
    expect(events.map(({ type, source }) => [type, source])).toEqual([
      ['notice', 'control-plane'],
      ['run_failed', 'control-plane'],
    ]);
    expect(events[0]?.event).toMatchObject({ message: expect.stringContaining(words) });
    await expectSound(world, sessionId);
  }

  test('while it talks is interrupted, and its session goes on with its context', async () => {
    const first = await world.complete('What is 2+2?');
    const silent = await world.start(script({ say: 'one' }, { hang: true }), first.sessionId);
    await expectNoticedAndFailed(silent, 'said nothing');
    const { finalOutput } = await world.complete('What was my first question?', first.sessionId);
    expect(finalOutput).toContain('What is 2+2?');
  });

  test('because its tool does leaves nothing of the tool behind', async () => {
    const name = fresh('silent');
    const loop = `trap "" TERM INT HUP; while :; do sleep 1; : ${name}; done`;
    const silent = await world.start(`Use Bash to run: setsid sh -c '${loop}' & ${loop}`);
    await until('the tool and its child run', () => processesNamed(name).length >= 2);
    await expectNoticedAndFailed(silent, 'A tool has printed nothing');
    expect(processesNamed(name)).toEqual([]);
    await world.complete('Hello', silent.sessionId);
  });

  test('because it waits for a person is left alone, while others are ended around it', async () => {
    const asking = await world.start(script({ ask: { toolName: 'Bash' } }, { say: 'thanks' }));
    const { requestId } = await world.asked(asking.runId);
    for (let round = 0; round < 2; round += 1) {
      const silent = await world.start(script({ say: 'one' }, { hang: true }));
      await expectNoticedAndFailed(silent, 'said nothing');
    }
    expect((await world.run(asking.runId)).status).toBe('awaiting_permission');
    await world.client.ask('decidePermission', { params: { requestId }, body: { decision: 'allow' } });
    await world.ended(asking.runId);
    const { total } = await world.events({ params: { runId: asking.runId }, query: { types: 'notice' } });
    expect(total).toBe(0);
  });
});
