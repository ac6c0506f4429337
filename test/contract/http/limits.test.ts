/** What a target lets a run cost holds: the run is interrupted and says which limit it was. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServerProcess } from '../../support/server-process.js';
import { script, World } from './world.js';

const targets = `
schema = 1
[targets.tools.limits]
maxToolCalls = 1
[targets.time.limits]
maxDurationMs = 50
[targets.turns.limits]
maxTurns = 1
`;
const tool = { tool: { name: 'Read', input: { path: 'nothing' } } };

describe('the limits of a target', () => {
  let world: World;

  beforeAll(async () => {
    const server = await startServerProcess();
    world = await World.enter({ baseUrl: server.url, token: 'dev', stop: () => server.stop() });
    writeFileSync(join(world.project.root, 'asp-targets.toml'), targets);
  });
  afterAll(() => world?.leave());

  const start = (aspTargetName: string, prompt: string, more: object = {}) =>
    world.start(prompt, undefined, { session: { policy: 'new', aspTargetName }, ...more });

  async function failure(aspTargetName: string, prompt: string, more: object = {}) {
    const { runId, sessionId } = await start(aspTargetName, prompt, more);
    const { error } = await world.ended(runId, 'failed');
    return { error, sessionId };
  }

  test('end a run that uses more tools, and the session goes on in its context', async () => {
    const { error, sessionId } = await failure('tools', script(tool, tool, { hang: true }));
    expect(error).toMatchObject({
      code: 'limit_reached',
      message: expect.stringContaining('maxToolCalls'),
    });
    const { finalOutput } = await world.complete('What was my previous question?', sessionId);
    expect(finalOutput).toContain('hang');
  });

  test('leave a run alone that keeps to them', async () => {
    const { runId } = await start('tools', script(tool, { say: 'done' }));
    expect((await world.ended(runId)).finalOutput).toBe('done');
  });

  test('end a run that takes too long', async () => {
    const { error } = await failure('time', script({ say: 'working' }, { hang: true }));
    expect(error).toMatchObject({
      code: 'limit_reached',
      message: expect.stringContaining('maxDurationMs'),
    });
  });

  test('are stronger than what the run asks for', async () => {
    const { error } = await failure('turns', script(tool, tool), { maxTurns: 5 });
    expect(error?.code).toBe('max_turns_reached');
  });
});
