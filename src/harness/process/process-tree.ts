/**
 * Who is running: one look at /proc, as a list of processes with parent, group, start time and mark.
 *
 * A look costs two small reads per process, so callers that ask while one is under way share the next one; nobody
 * gets a picture that is older than the question. Processes that vanish or that are not ours to read are left out.
 * Without /proc (macOS) the list is empty: there only process groups can be ended.
 */
import { open, readdir, readFile } from 'node:fs/promises';
import { markCovers, markVariable } from './environment.js';

export interface ProcessInfo {
  pid: number;
  parentPid: number;
  groupId: number;
  /** Clock ticks since boot; together with the pid it names a process for good. */
  startTicks: number;
  /** Dead, and only waiting for its parent to notice. */
  zombie: boolean;
  mark: string | undefined;
}

/** Processes looked at in one scan; a machine with more is scanned up to here. */
const processesMax = 65_536;
/** Processes read at the same time. */
const readersMax = 16;
/** Of one environment; `cleanEnvironment` puts the mark first. */
const environBytesMax = 1024 * 1024;

let running: Promise<ProcessInfo[]> | undefined;
let next: Promise<ProcessInfo[]> | undefined;

/** What runs now. Never rejects. */
export function listProcesses(): Promise<ProcessInfo[]> {
  if (running === undefined) {
    running = scan().finally(() => {
      running = undefined;
    });
    return running;
  }
  next ??= running.then(() => {
    next = undefined;
    return listProcesses();
  });
  return next;
}

/** Live processes whose mark is one of `marks` or finer. */
export async function listMarked(marks: readonly string[]): Promise<ProcessInfo[]> {
  const all = await listProcesses();
  return all.filter(
    ({ mark, zombie }) => !zombie && mark !== undefined && marks.some((own) => markCovers(own, mark)),
  );
}

/** The start time of a process in clock ticks since boot; 0 when it is unknown or there is no such process. */
export async function readStartTicks(pid: number): Promise<number> {
  const stat = await readStat(pid);
  return stat?.startTicks ?? 0;
}

/** `pid` and its ancestors: what must never be ended from here. */
export function lineageOf(pid: number, processes: readonly ProcessInfo[]): Set<number> {
  const parents = new Map(processes.map((process) => [process.pid, process.parentPid]));
  const lineage = new Set<number>();
  for (
    let at: number | undefined = pid;
    at !== undefined && at > 0 && !lineage.has(at);
    at = parents.get(at)
  ) {
    lineage.add(at);
  }
  return lineage;
}

async function scan(): Promise<ProcessInfo[]> {
  const names = await readdir('/proc').catch(() => [] as string[]);
  const pids = names
    .filter((name) => /^\d+$/.test(name))
    .slice(0, processesMax)
    .map(Number);
  const found: ProcessInfo[] = [];
  let at = 0;
  const read = async () => {
    for (let pid = pids[at++]; pid !== undefined; pid = pids[at++]) {
      const process = await readProcess(pid);
      if (process !== undefined) found.push(process);
    }
  };
  await Promise.all(Array.from({ length: readersMax }, read));
  return found;
}

async function readProcess(pid: number): Promise<ProcessInfo | undefined> {
  const stat = await readStat(pid);
  if (stat === undefined) return undefined;
  // Threads of the kernel are children of pid 2 and have no environment.
  const mark = stat.zombie || stat.parentPid === 2 || pid === 2 ? undefined : await readMark(pid);
  return { ...stat, mark };
}

async function readStat(pid: number): Promise<Omit<ProcessInfo, 'mark'> | undefined> {
  try {
    return parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Reads a line of /proc/PID/stat. The second field is the program's name and may hold spaces and parentheses. */
export function parseStat(line: string): Omit<ProcessInfo, 'mark'> | undefined {
  const pid = Number.parseInt(line, 10);
  // Behind the name come field 3 (state), 4 (parent), 5 (group) … 22 (start time).
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state, parentPid, groupId] = fields;
  const startTicks = fields[19];
  if (Number.isNaN(pid) || state === undefined || startTicks === undefined) return undefined;
  return {
    pid,
    parentPid: Number(parentPid),
    groupId: Number(groupId),
    startTicks: Number(startTicks),
    zombie: state === 'Z' || state === 'X',
  };
}

async function readMark(pid: number): Promise<string | undefined> {
  const file = await open(`/proc/${pid}/environ`).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const buffer = Buffer.allocUnsafe(4096);
    let text = '';
    while (text.length < environBytesMax) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      text += buffer.toString('latin1', 0, bytesRead);
      if (bytesRead === 0) break;
      const mark = markIn(text, false);
      if (mark !== undefined) return mark;
    }
    return markIn(text, true);
  } catch {
    return undefined;
  } finally {
    await file.close().catch(() => undefined);
  }
}

/** The mark in a list of NUL-ended `NAME=value` entries, of which the last may be cut unless `complete`. */
function markIn(environ: string, complete: boolean): string | undefined {
  const key = `${markVariable}=`;
  const start = environ.startsWith(key) ? 0 : environ.indexOf(`\0${key}`) + 1;
  if (start === 0 && !environ.startsWith(key)) return undefined;
  const end = environ.indexOf('\0', start);
  if (end === -1 && !complete) return undefined;
  return environ.slice(start + key.length, end === -1 ? undefined : end);
}
