import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedProcess } from '../../../src/core/index.js';
import { sweepDeadServer } from '../../../src/harness/process/index.js';
import { builtinAgentProgram, builtinHarnessModule } from './agent-program.js';
import { gone, isAlive, lineOf, pidsMarked } from './processes.js';

const standIn = resolve(import.meta.dirname, 'server-stand-in.mjs');

describe('kill -9 of a server whose agent is at work', () => {
  let folder: string;
  const serverMark = `server-death-${process.pid}`;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'server-death-'));
    mkdirSync(join(folder, 'project'));
  });
  afterEach(async () => {
    await sweepDeadServer({ processes: [], markPrefix: serverMark, deadlineMs: 6000 });
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a server whose agent runs `command`, kills it when `file` says that the command is at work. */
  async function killServerAtWork(
    command: string,
    file: string,
  ): Promise<{ recorded: RecordedProcess; pid: number }> {
    const cwd = join(folder, 'project');
    const place = { dataDir: join(folder, 'agent'), serverMark, cwd, prompt: `Use Bash to run: ${command}` };
    const [node = '', agentProgram = ''] = builtinAgentProgram;
    const server = spawn(node, [standIn, builtinHarnessModule, agentProgram, JSON.stringify(place)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const pid = Number(await lineOf(join(cwd, file)));
    server.kill('SIGKILL');
    await once(server, 'exit');
    return { recorded: JSON.parse(line.toString()) as RecordedProcess, pid };
  }

  it('ends the agent, which notices, and the tool that it ran', async () => {
    const { recorded, pid } = await killServerAtWork('echo $$ > tool; while :; do sleep 1; done', 'tool');
    await gone(recorded.pid);
    await gone(pid);
  });

  it('leaves to the sweep what hid from the agent, and the sweep ends it', async () => {
    const hidden = 'trap "" TERM; echo $$ > hidden; while :; do sleep 1; done';
    const { recorded, pid } = await killServerAtWork(`setsid sh -c '${hidden}' & wait`, 'hidden');
    await gone(recorded.pid);
    expect(isAlive(pid)).toBe(true);
    const ended = await sweepDeadServer({ processes: [recorded], markPrefix: serverMark, deadlineMs: 6000 });
    expect(ended).toBeGreaterThanOrEqual(1);
    expect(isAlive(pid)).toBe(false);
    expect(pidsMarked(serverMark)).toEqual([]);
  });
});
