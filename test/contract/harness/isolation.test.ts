import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/index.js';
import { createAcpHarness } from '../../../src/harness/acp/index.js';
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
import { RecordingHost } from './recording-host.js';
import { ask, MemoryLedger, Stage, stubbornCommand } from './stage.js';

const problem = await probeIsolation(process.env)();
const standIn = resolve(import.meta.dirname, 'isolation-stand-in.mjs');
const acpAgent = resolve(import.meta.dirname, '../../support/acp-agent/acp-agent.mjs');
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

  it('keeps its helpers and loses its tools when a turn is interrupted', async () => {
    const isolation = await createIsolation('required', () => Promise.resolve(problem));
    const stage = new Stage(({ dataDir, serverMark, ledger: processes }) =>
      createAcpHarness({
        clientVersion: '0.0.0',
        agentsDir: dataDir,
        dataDir,
        serverMark,
        baseEnv: process.env,
        ledger: processes,
        isolation,
        clock: systemClock,
        terminateGraceMs: 300,
        killMs: 3000,
      }),
    );
    const options = { command: process.execPath, args: [acpAgent, stage.place.dataDir] };
    const conversation = await stage.open(stage.harness(), { options });
    const agents = pidsMarked(stage.place.serverMark);
    const host = new RecordingHost();
    const turn = ask(conversation, `Use Bash to run: ${stubbornCommand('pids')}`, host);
    await lineOf(stage.file('pids'));
    const tools = pidsMarked(stage.place.serverMark).filter((pid) => !agents.includes(pid));
    expect(tools.length).toBeGreaterThanOrEqual(2);
    host.interrupt();
    expect(await turn).toMatchObject({ outcome: 'interrupted' });
    await conversation.clearProcesses();
    expect(tools.map(isAlive)).toEqual(tools.map(() => false));
    expect(pidsMarked(stage.place.serverMark)).toEqual(agents);
    expect(await ask(conversation, 'What is 2+2?')).toMatchObject({ finalOutput: '4' });
    expect(await ask(conversation, 'Crash with 7')).toMatchObject({
      error: { code: 'agent_died', message: expect.stringContaining('exit code 7') },
    });
    expect(await conversation.ended).toEqual({ processExited: true, exitCode: 7 });
    await stage.close();
  });
});
