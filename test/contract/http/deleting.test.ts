/** What is deleted is gone from the disk too, what the agent of the session kept of it included. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServerProcess } from '../../support/server-process.js';
import { World } from './world.js';

describe('what the built-in agent keeps', () => {
  let world: World;
  let kept: () => string[];

  beforeAll(async () => {
    const server = await startServerProcess();
    kept = () => readdirSync(join(server.home, 'builtin'));
    world = await World.enter({ baseUrl: server.url, token: 'dev', stop: () => server.stop() });
  });
  afterAll(() => world?.leave());

  test('goes with its session, earlier conversations included', async () => {
    const { sessionId } = await world.complete('Hello');
    await world.ended((await world.start('Hello again', sessionId, { resume: 'fresh' })).runId);
    expect(kept()).toHaveLength(2);
    await world.client.ask('deleteSession', { params: { sessionId } });
    expect(kept()).toEqual([]);
  });

  test('goes with its project, and that of another stays', async () => {
    await world.complete('Hello');
    const { projectId } = await world.newProject();
    const { runId } = await world.client.ask('createRun', { body: { projectId, prompt: 'Hello' } });
    await world.ended(runId);
    expect(kept()).toHaveLength(2);
    await world.client.ask('deleteProject', { params: { projectId } });
    expect(kept()).toHaveLength(1);
  });
});
