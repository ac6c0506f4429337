/** An agent in a process of its own that breaks off, floods or falls silent: its run ends with words, and nobody else notices. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Started, World } from '../contract/http/world.js';
import { processesNamed, residentBytes, until } from '../support/processes.js';
import { expectSound } from './log-rules.js';
import { Program } from './program.js';

const agentProgram = resolve(import.meta.dirname, '../support/acp-agent/acp-agent.mjs');
const mebibyte = 2 ** 20;
const floodBytes = 100 * mebibyte;
/** Of the server, while it takes in more than that. */
const growthMax = 200 * mebibyte;
/** Enough for a process to start on a busy machine; the agent that says nothing is waited for so long. */
const flags = ['--open-timeout-ms', '10000', '--first-sign-timeout-ms', '5000', '--kill-timeout-ms', '2000'];

describe('an agent that', () => {
  let program: Program;
  let world: World;
  let folder: string;

  beforeAll(async () => {
    program = await Program.start(flags);
    world = program.world;
    folder = world.folder();
    const target = (name: string, ...args: string[]) =>
      [
        `[targets.${name}]`,
        'harness = "acp"',
        `[targets.${name}.acp]`,
        `command = ${JSON.stringify(process.execPath)}`,
        `args = ${JSON.stringify([agentProgram, folder, ...args])}`,
      ].join('\n');
    const targets = ['schema = 1', target('unruly'), target('mute', 'silent')].join('\n');
    writeFileSync(join(world.project.root, 'asp-targets.toml'), `${targets}\n`);
  });
  afterAll(() => program?.leave());

  const start = (prompt: string, aspTargetName = 'unruly'): Promise<Started> =>
    world.start(prompt, undefined, { session: { policy: 'new', aspTargetName } });

  async function expectFailure({ runId, sessionId }: Started, code: string): Promise<string> {
    const { error } = await world.ended(runId, 'failed');
    expect(error?.code).toBe(code);
    await expectSound(world, sessionId);
    return error?.message ?? '';
  }

  test('dies half-way through a line fails its run, and its session goes on', async () => {
    const first = await start('What is 2+2?');
    await world.ended(first.runId);
    const broken = await world.start('Break off with 3', first.sessionId);
    expect(await expectFailure(broken, 'agent_died')).toContain('3');
    const next = await world.complete('What was my previous question?', first.sessionId);
    expect((await world.run(next.runId)).resume?.mode).toBe('native');
  });

  test('floods is taken in whole, and the server stays as it was', async () => {
    const before = residentBytes(program.pid);
    const { runId, sessionId } = await start(`Flood ${floodBytes}`);
    const beside = await world.complete('What is 2+2?');
    expect(beside.finalOutput).toContain('4');
    await world.ended(runId);
    expect(residentBytes(program.pid) - before).toBeLessThan(growthMax);
    let bytes = 0;
    for (let after = 0, more = true; more; ) {
      const query = { types: 'message_update', limit: 1000, after };
      const page = await world.events({ params: { sessionId }, query });
      for (const { event } of page.events) bytes += (event as { textDelta?: string }).textDelta?.length ?? 0;
      after = page.events.at(-1)?.seq ?? after;
      more = page.hasMore;
    }
    expect(bytes).toBe(floodBytes);
  });

  test('says nothing to a prompt fails its run, and is ended', async () => {
    const silent = await start('Say nothing');
    expect(await expectFailure(silent, 'agent_unresponsive')).toContain('no sign of life');
  });

  test('says nothing at all fails its run, and is ended', async () => {
    const silent = await start('Hello', 'mute');
    expect(await expectFailure(silent, 'agent_unresponsive')).toContain('open');
    await until('the agent is gone', () => processesNamed(`${folder} silent`).length === 0);
  });
});
