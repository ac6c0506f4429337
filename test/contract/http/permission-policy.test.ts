/** What a target says of the use of tools holds, with nobody asked or nobody there. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServerProcess } from '../../support/server-process.js';
import { World } from './world.js';

const targets = `
schema = 1

[targets.careful.permissions]
mode = "deny"
rules = [{ tool = "Bash", pattern = "echo *", decision = "allow" }]

[targets.alone.permissions]
mode = "ask"
unattended = { timeoutMs = 1, decision = "deny" }

[targets.free]
yolo = true
[targets.free.builtin]
askBefore = ["Bash"]
`;

describe('the permission policy of a target', () => {
  let world: World;

  beforeAll(async () => {
    const server = await startServerProcess();
    world = await World.enter({ baseUrl: server.url, token: 'dev', stop: () => server.stop() });
    writeFileSync(join(world.project.root, 'asp-targets.toml'), targets);
  });
  afterAll(() => world?.leave());

  async function run(aspTargetName: string, prompt: string) {
    const session = { policy: 'new', aspTargetName };
    const body = { projectId: world.project.projectId, prompt, session };
    const { runId } = await world.client.ask('createRun', { body });
    const { finalOutput } = await world.ended(runId, 'completed');
    const { events } = await world.client.ask('listRunEvents', {
      params: { runId },
      query: { types: 'permission_decision' },
    });
    return { finalOutput, decisions: events.map(({ event }) => event) };
  }

  test('forbids what no rule allows, and writes both the request and the decision', async () => {
    const { decisions } = await run('careful', 'Use Bash to run: touch forbidden.txt');
    expect(decisions).toMatchObject([{ decision: 'deny', source: 'policy' }]);
    expect(existsSync(join(world.project.root, 'forbidden.txt'))).toBe(false);
  });

  test('allows what a rule names', async () => {
    const { decisions, finalOutput } = await run('careful', 'Use Bash to run: echo permitted');
    expect(decisions).toMatchObject([{ decision: 'allow', source: 'policy' }]);
    expect(finalOutput).toContain('permitted');
  });

  test('decides when nobody answers in time', async () => {
    const { decisions } = await run('alone', 'Write unattended.txt: x');
    expect(decisions).toMatchObject([{ decision: 'deny', source: 'unattended' }]);
    expect(existsSync(join(world.project.root, 'unattended.txt'))).toBe(false);
  });

  test('asks nobody where everything is allowed', async () => {
    const { decisions, finalOutput } = await run('free', 'Use Bash to run: echo free');
    expect(decisions).toMatchObject([{ decision: 'allow', source: 'policy' }]);
    expect(finalOutput).toContain('free');
  });
});
