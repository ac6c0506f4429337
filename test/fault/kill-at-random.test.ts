/** kill -9 of the server at any moment of a busy life, again and again: what was seen and answered stays true. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventEnvelope } from '../../src/contract/index.js';
import { type Started, script, type World } from '../contract/http/world.js';
import { isConnectionError } from '../support/http-client.js';
import { expectSound } from './log-rules.js';
import { Program } from './program.js';
import { seededRandom } from './seeded-random.js';

const rounds = 6;
const sessions = 8;

describe('a server that is killed at random moments', () => {
  let program: Program;
  let world: World;
  const random = seededRandom();

  beforeAll(async () => {
    program = await Program.start();
    world = program.world;
  });
  afterAll(() => program?.leave());

  const prompts = [
    () => 'What is 2+2?',
    () => script({ say: 'one two three', deltas: 3, delayMs: random.below(10) }),
    () => script({ emit: { count: 200 + random.below(2000), bytes: random.below(500) } }),
    () => `Use Bash to run: echo a; sleep 0.0${random.below(9)}; echo b`,
    () => 'Fail with bad luck',
    () => script({ sleep: random.below(50) }, { say: 'slept' }),
  ];

  /** Posts runs until the server is gone; what was answered is in `answered`. */
  async function post(sessionId: string, answered: Started[]): Promise<void> {
    try {
      for (;;) {
        const prompt = prompts[random.below(prompts.length)]?.() ?? 'Hello';
        const started = await world.start(prompt, sessionId);
        answered.push(started);
        if (random.below(4) === 0) {
          await world.client.raw({
            method: 'POST',
            path: `/admin/runs/${started.runId}/cancel`,
            headers: { 'x-cp-token': 'dev' },
          });
        } else if (random.below(2) === 0) {
          await world.client.ask('waitForRun', { params: { runId: started.runId } });
        }
      }
    } catch (error) {
      if (!isConnectionError(error)) throw error;
    }
  }

  /** Reads the stream until it breaks. */
  async function watch(sessionId: string, seen: EventEnvelope[]): Promise<void> {
    try {
      const reader = await world.streamSession(sessionId, { after: seen.at(-1)?.seq ?? 0 });
      await reader.ack();
      for (let one = await reader.event(); one !== undefined; one = await reader.event()) seen.push(one);
    } catch (error) {
      if (!isConnectionError(error)) throw error;
    }
  }

  test('loses no run that it answered and no event that it showed, and repeats none', async () => {
    const ids: string[] = [];
    for (let index = 0; index < sessions; index += 1) ids.push(await world.newSession());
    const seen = new Map<string, EventEnvelope[]>(ids.map((id) => [id, []]));
    const answered: Started[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const busy = ids.flatMap((id) => [post(id, answered), watch(id, seen.get(id) ?? [])]);
      await new Promise((done) => setTimeout(done, 50 + random.below(600)));
      await program.kill();
      await Promise.all(busy);
      await program.startAgain();
    }
    expect(answered.length).toBeGreaterThan(rounds);
    for (const { runId } of answered) {
      const { status, error } = await world.client.ask('waitForRun', { params: { runId } });
      expect(['completed', 'failed', 'cancelled']).toContain(status);
      if (status === 'failed') expect(['interrupted_by_restart', 'agent_failed']).toContain(error?.code);
    }
    for (const id of ids) {
      const log = await expectSound(world, id);
      const shown = seen.get(id) ?? [];
      expect(log.slice(0, shown.length)).toEqual(shown);
      await world.complete('Hello', id);
    }
  });
});
