import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { endProcesses } from './end-processes.js';
import { lineageOf, listMarked, listProcesses, parseStat, readStartTicks } from './process-tree.js';
import { sweepDeadServer } from './sweep.js';

const own = `end-processes-test-${process.pid}`;
const deadlines = { graceMs: 400, killMs: 5000 };
const started: ChildProcess[] = [];
let marks = 0;

/** A shell with a mark of its own, which says `ready` when its script says so. */
async function startShell(
  script: string,
  mark = newMark(),
): Promise<{ pid: number; mark: string; child: ChildProcess }> {
  const child = spawn('/bin/sh', ['-c', script], {
    env: { PATH: process.env.PATH, QUARTERDECK_MARK: mark },
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  await once(child.stdout, 'data');
  return { pid: child.pid ?? 0, mark, child };
}

function newMark(): string {
  marks += 1;
  return `${own}/${marks}`;
}

const loop = 'while :; do sleep 1; done';
const isRunning = async (pid: number) =>
  (await listProcesses()).some((one) => one.pid === pid && !one.zombie);

afterEach(async () => {
  await endProcesses({ marks: [own] }, { graceMs: 0, killMs: 5000 });
  for (const child of started.splice(0)) child.stdout?.destroy();
});

describe('endProcesses', () => {
  it('asks politely first, once', async () => {
    const { mark, child } = await startShell(`trap 'echo bye; exit 0' TERM; echo ready; ${loop}`);
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const exit = once(child, 'close');
    expect(await endProcesses({ marks: [mark] }, { graceMs: 10_000, killMs: 5000 })).toBeGreaterThanOrEqual(
      1,
    );
    await exit;
    expect(said).toBe('bye\n');
  });

  it('kills what does not obey, also in a session of its own and without the mark', async () => {
    const script = `trap '' TERM; setsid env -i /bin/sh -c 'trap "" TERM; ${loop}' & echo ready; ${loop}`;
    const { pid, mark } = await startShell(script);
    expect(await endProcesses({ marks: [mark] }, deadlines)).toBeGreaterThanOrEqual(2);
    const left = (await listProcesses()).filter((one) => !one.zombie && one.parentPid === pid);
    expect([await isRunning(pid), left]).toEqual([false, []]);
  });

  it('ends a whole group', async () => {
    const { pid } = await startShell(`sleep 1000 & echo ready; ${loop}`);
    expect(await endProcesses({ groups: [pid] }, deadlines)).toBeGreaterThanOrEqual(2);
    expect(await isRunning(pid)).toBe(false);
  });

  it('touches no other mark', async () => {
    const [one, other] = [await startShell(`echo ready; ${loop}`), await startShell(`echo ready; ${loop}`)];
    await endProcesses({ marks: [one.mark] }, deadlines);
    expect([await isRunning(one.pid), await isRunning(other.pid)]).toEqual([false, true]);
    expect((await listMarked([own])).some(({ mark }) => mark === one.mark)).toBe(false);
  });

  it('never touches itself or its ancestors', async () => {
    const pids = [...lineageOf(process.pid, await listProcesses())].map((pid) => ({ pid, startTicks: 0 }));
    expect(pids.length).toBeGreaterThan(1);
    expect(await endProcesses({ pids }, { graceMs: 0, killMs: 100 })).toBe(0);
  });

  it('has nothing to do when nothing is there', async () => {
    expect(await endProcesses({ marks: [newMark()] }, deadlines)).toBe(0);
  });
});

describe('sweepDeadServer', () => {
  it('ends what was recorded, by pid and start time', async () => {
    const { pid, mark } = await startShell(`echo ready; ${loop}`);
    const recorded = {
      harnessProcessId: 'hpr_1',
      pid,
      startTicks: await readStartTicks(pid),
      mark: 'of another world',
    };
    expect(recorded.startTicks).toBeGreaterThan(0);
    const elsewhere = `${mark}-elsewhere`;
    const ended = await sweepDeadServer({ processes: [recorded], markPrefix: elsewhere, deadlineMs: 5000 });
    expect(ended).toBeGreaterThanOrEqual(1);
    expect(await isRunning(pid)).toBe(false);
  });

  it('leaves a process alone that was only given the same pid', async () => {
    const { pid, mark } = await startShell(`echo ready; ${loop}`);
    const recorded = { harnessProcessId: 'hpr_1', pid, startTicks: 1, mark: 'of another world' };
    const elsewhere = `${mark}-elsewhere`;
    expect(await sweepDeadServer({ processes: [recorded], markPrefix: elsewhere, deadlineMs: 5000 })).toBe(0);
    expect(await isRunning(pid)).toBe(true);
  });

  it('ends what carries a mark of the data directory, recorded or not', async () => {
    const mark = newMark();
    const { pid } = await startShell(`echo ready; ${loop}`, `${mark}/hpr_1/cnv_1`);
    const { pid: neighbour } = await startShell(`echo ready; ${loop}`, `${mark}0/hpr_1`);
    expect(
      await sweepDeadServer({ processes: [], markPrefix: mark, deadlineMs: 5000 }),
    ).toBeGreaterThanOrEqual(1);
    expect([await isRunning(pid), await isRunning(neighbour)]).toEqual([false, true]);
  });
});

describe('parseStat', () => {
  it('reads past a name with spaces and parentheses', () => {
    const rest = Array.from({ length: 40 }, (_, index) => index + 6).join(' ');
    expect(parseStat(`42 (a) S (b) 1) Z 7 8 9 ${rest}`)).toEqual({
      pid: 42,
      parentPid: 7,
      groupId: 8,
      startTicks: 21,
      zombie: true,
    });
  });

  it('knows nothing about what is not a line of it', () => {
    expect(parseStat('')).toBeUndefined();
  });
});
