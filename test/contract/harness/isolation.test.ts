import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AgentProcess,
  createIsolation,
  describeExit,
  listProcesses,
  probeIsolation,
  readLines,
  spawnAgent,
} from '../../../src/harness/process/index.js';
import { processModule } from './agent-program.js';
import { gone, isAlive, lineOf, pidsMarked, pidsRunning } from './processes.js';
import { MemoryLedger } from './stage.js';

const problem = await probeIsolation(process.env)();
const standIn = resolve(import.meta.dirname, 'isolation-stand-in.mjs');
const deadlines = { graceMs: 2000, killMs: 5000 };

describe('an isolated agent', () => {
  if (problem !== undefined) {
    it.skip(`cannot be tested here: ${problem}`, () => undefined);
    return;
  }

  let folder: string;
  let mark: string;
  let ledger: MemoryLedger;
  let starts = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'isolation-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => {
    starts += 1;
    mark = `isolation-${process.pid}-${starts}`;
    ledger = new MemoryLedger();
  });

  async function start(command: string, ...args: string[]): Promise<AgentProcess> {
    const isolation = await createIsolation('required', () => Promise.resolve(problem));
    const harnessProcessId = 'hpr_1';
    const place = { cwd: folder, baseEnv: process.env, env: {}, mark, harnessProcessId, ledger };
    return spawnAgent({ command, args, ...place, isolation });
  }

  /** A shell with a grandchild that gave up its parent, its session, its group and its mark; `name` finds it. */
  const withHidden = (name: string) =>
    `env -i setsid sh -c "trap '' TERM HUP INT; echo up > ${name}; : ${name}-hidden; while :; do sleep 1; done" & read end`;

  async function hiddenPid(name: string): Promise<number> {
    await lineOf(join(folder, name));
    const [pid = 0] = pidsRunning(`${name}-hidden; while`).filter((one) => !isShellAround(one));
    expect(isAlive(pid)).toBe(true);
    return pid;
  }

  const isShellAround = (pid: number) => pidsMarked(mark).includes(pid);

  it('takes everything with it when it is killed, also what hid from every look', async () => {
    const agent = await start('sh', '-c', withHidden('killed'));
    const pids = [await hiddenPid('killed'), ...pidsMarked(mark)];
    process.kill(agent.pid, 'SIGKILL');
    expect(await agent.exited).toEqual({ signal: 'SIGKILL' });
    await Promise.all(pids.map(gone));
  });

  it('ends with its server, and so does everything that it started', async () => {
    const place = { cwd: folder, mark, command: withHidden('orphaned') };
    const server = spawn(process.execPath, [standIn, processModule, JSON.stringify(place)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const agentPid = Number(line.toString());
    const pids = [await hiddenPid('orphaned'), ...pidsMarked(mark)];
    expect(pids).toContain(agentPid);
    server.kill('SIGKILL');
    await once(server, 'exit');
    await Promise.all(pids.map(gone));
  });

  it('is asked politely first, and what it answers with is its end', async () => {
    const agent = await start(
      'sh',
      '-c',
      'trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.05; done',
    );
    const lines: string[] = [];
    let ending: Promise<void> | undefined;
    await readLines(agent.stdout, (line) => {
      lines.push(line);
      ending ??= agent.end(deadlines);
    });
    await ending;
    expect(await agent.exited).toEqual({ exitCode: 3 });
    expect(lines).toEqual(['up', 'bye']);
  });

  it('is recorded with a pid and a start time that the next server can see', async () => {
    const agent = await start('sleep', '1000');
    const seen = (await listProcesses()).find(({ pid }) => pid === agent.pid);
    expect(ledger.processes).toMatchObject([{ pid: agent.pid, startTicks: seen?.startTicks, mark }]);
    await agent.end({ graceMs: 0, killMs: 5000 });
    expect(pidsMarked(mark)).toEqual([]);
  });

  it.each([
    ['exit 7', 'exit code 7'],
    ['kill -9 $$', 'by SIGKILL'],
    ['kill -TERM $$', 'by SIGTERM'],
  ])('that did "%s" ended as if it were not', async (command, words) => {
    const agent = await start('sh', '-c', command);
    expect(describeExit(await agent.exited)).toBe(words);
  });

  it('whose program is not there is unavailable, and named', async () => {
    for (const command of ['no-such-agent', '/nonexistent/agent', './agent']) {
      await expect(start(command)).rejects.toMatchObject({
        code: 'harness_unavailable',
        message: expect.stringContaining(`"${command}"`),
      });
    }
    expect(ledger.processes).toEqual([]);
  });

  it('can isolate its own tools again, as sandboxes of agents do', async () => {
    const agent = await start(
      'bwrap',
      ...[
        '--ro-bind',
        '/',
        '/',
        '--dev',
        '/dev',
        '--unshare-pid',
        '--proc',
        '/proc',
        '--',
        'sh',
        '-c',
        'exit 4',
      ],
    );
    expect(await agent.exited).toEqual({ exitCode: 4 });
  });
});
