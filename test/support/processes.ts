/** What runs on this machine, and a bounded wait for what no event announces. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

export interface ProcessEntry {
  pid: number;
  parentPid: number;
  /** With its arguments, separated by spaces. */
  command: string;
  /** Of the server that started it or one of its ancestors. */
  mark: string | undefined;
}

const pollMs = 10;
/** A bound on a hang, not a measure of speed; below the bound of a test, so that it is told what was awaited. */
const untilMsMax = 50_000;

/** The first value that is neither undefined nor false. Rejects, naming what was awaited, when none comes. */
export async function until<T>(
  what: string | (() => string),
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + untilMsMax;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) {
      throw new Error(`it never came to pass: ${typeof what === 'string' ? what : what()}`);
    }
    await pause(pollMs);
  }
}

/** Live processes; zombies count as gone, and what may not be looked at is left out. */
export function listProcesses(): ProcessEntry[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z' || state === 'X') return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return [{ pid: Number(name), parentPid: Number(parent), command, mark: markOf(name) }];
    } catch {
      return [];
    }
  });
}

/** Whose command line has the text. */
export function processesNamed(text: string): ProcessEntry[] {
  return listProcesses().filter(({ command }) => command.includes(text));
}

/** Whose mark is of that data directory. */
export function processesMarked(storeMark: string): ProcessEntry[] {
  return listProcesses().filter(({ mark }) => mark === storeMark || mark?.startsWith(`${storeMark}/`));
}

/** The built-in agent of a server, once it runs. */
export function agentOf(serverPid: number): Promise<ProcessEntry> {
  return until('the built-in agent runs', () =>
    listProcesses().find(
      ({ parentPid, command }) => parentPid === serverPid && command.includes('builtin/agent/main'),
    ),
  );
}

/** The mark that everything carries which servers of this data directory start. */
export async function storeMarkOf(serverPid: number): Promise<string> {
  const { mark } = await agentOf(serverPid);
  const [storeMark] = (mark ?? '').split('/');
  if (storeMark === undefined || storeMark === '') throw new Error('the agent carries no mark');
  return storeMark;
}

/** Signals each of them; one that ended since it was looked up needs no signal. */
export function signalAll(processes: readonly ProcessEntry[], signal: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

function markOf(pid: string): string | undefined {
  try {
    return /(?:^|\0)QUARTERDECK_MARK=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
