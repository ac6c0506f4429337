/** Agents that have a process for each conversation are not kept without bound. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../support/processes.js';
import { root, startServerProcess } from '../../support/server-process.js';
import { World } from './world.js';

const agent = join(root, 'test/support/acp-agent/acp-agent.mjs');

describe('conversations of agents', () => {
  let world: World;

  beforeAll(async () => {
    const server = await startServerProcess({ env: { QUARTERDECK_WARM_AGENT_CONVERSATIONS_MAX: '1' } });
    world = await World.enter({ baseUrl: server.url, token: 'dev', stop: () => server.stop() });
    const folder = world.folder();
    const args = JSON.stringify([agent, folder]);
    const command = JSON.stringify(process.execPath);
    writeFileSync(
      join(world.project.root, 'asp-targets.toml'),
      `schema = 1\n[targets.real]\nharness = "acp"\n[targets.real.acp]\ncommand = ${command}\nargs = ${args}\n`,
    );
  });
  afterAll(() => world?.leave());

  async function ask(sessionId?: string, prompt = 'Hello') {
    const session = sessionId === undefined ? { aspTargetName: 'real' } : { policy: 'resume', sessionId };
    const body = { projectId: world.project.projectId, prompt, session };
    const started = await world.client.ask('createRun', { body });
    await world.ended(started.runId);
    return { ...started, resume: (await world.run(started.runId)).resume };
  }

  test('the one that was idle longest is closed and its process ends; it is restored when it is needed', async () => {
    const first = await ask();
    const second = await ask();
    expect(await ask(second.sessionId)).toMatchObject({ resume: { mode: 'warm' } });
    await until('the process of the first session has ended', async () => {
      const params = { sessionId: first.sessionId };
      const { total } = await world.events({ params, query: { types: 'harness_process_exited' } });
      return total === 1;
    });
    expect(await ask(first.sessionId)).toMatchObject({ resume: { mode: 'native' } });
    expect(await ask(second.sessionId)).toMatchObject({ resume: { mode: 'native' } });
  });

  test('one that copies only what is now is forked at its last run, and elsewhere refused', async () => {
    const { sessionId, runId } = await ask(undefined, 'What is 2+2?');
    const last = await ask(sessionId, 'What is 3+3?');
    const params = { params: { sessionId } };
    const refusal = await world.client.refused('forkSession', { ...params, body: { atRunId: runId } });
    expect(refusal).toMatchObject({ status: 409, code: 'unsupported' });
    expect(refusal.message).toContain('acp');
    const fork = await world.client.ask('forkSession', { ...params, body: { atRunId: last.runId } });
    const first = await ask(fork.sessionId, 'What was my previous question?');
    expect(first.resume).toMatchObject({ mode: 'native', forkedFrom: { sessionId, runId: last.runId } });
    const { finalOutput } = await world.run(first.runId);
    expect(finalOutput).toContain('What is 3+3?');
    expect(await ask(sessionId)).toMatchObject({ sessionId });
  });
});
