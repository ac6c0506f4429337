/** A session on its way in from a file, and the end that nobody can prepare for. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportText } from '../contract/http/session-files.js';
import { script, type World } from '../contract/http/world.js';
import { until } from '../support/processes.js';
import { Program } from './program.js';

describe('a server that is killed while it takes in a file', () => {
  let program: Program;
  let world: World;

  beforeAll(async () => {
    program = await Program.start(['--sweep-ms', '50']);
    world = program.world;
  });
  afterAll(() => program?.leave());

  const sessions = async () =>
    (await world.client.ask('listSessions', { query: { archived: 'all' } })).map(
      ({ sessionId }) => sessionId,
    );

  test('shows nothing of it afterwards, and takes it when it comes again', async () => {
    const { runId, sessionId } = await world.start(script({ emit: { count: 3000, bytes: 500 } }));
    await world.ended(runId);
    const text = await exportText(world, sessionId);
    const before = await sessions();
    const path = `/admin/projects/${world.project.projectId}/import`;
    const headers = { 'x-cp-token': world.server.token, 'content-type': 'application/x-ndjson' };
    const sending = request(new URL(world.server.baseUrl), { method: 'POST', path, headers });
    sending.on('error', () => undefined);
    await new Promise((sent) => sending.write(text.slice(0, -100), sent));
    await until('most of it was written', async () => {
      const { status } = await world.client.raw({ path: '/healthz' });
      return status === 200 && sending.writableLength === 0;
    });
    await program.kill();
    await program.startAgain();
    expect(await sessions()).toEqual(before);
    const answer = await world.client.raw({ method: 'POST', path, headers, body: text });
    expect(answer.status, answer.text).toBe(201);
    const taken = JSON.parse(answer.text) as { sessionId: string };
    expect(await sessions()).toEqual([taken.sessionId, ...before]);
    const count = async (id: string) =>
      (await world.events({ params: { sessionId: id }, query: { limit: 0 } })).total;
    expect(await count(taken.sessionId)).toBe((await count(sessionId)) + 1);
  });
});
