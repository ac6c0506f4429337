/**
 * Ends processes for certain: a polite signal, a grace, the signal nobody can refuse, and a look that proves that
 * nothing is left. What is to be ended is named by process group, by pid with start time, or by mark; descendants
 * of what matches belong to it. Zombies count as gone. This process and its ancestors are never touched.
 *
 * A descendant that gave up its environment *and* its process group *and* its parent cannot be recognised any more.
 * Without /proc only groups and pids can be ended.
 */
import { access } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { markCovers } from './environment.js';
import { lineageOf, listProcesses, type ProcessInfo } from './process-tree.js';

export interface ProcessSelection {
  /** Process groups whose leader was started by the caller. */
  groups?: readonly number[];
  /** Single processes; with `startTicks` 0 the pid alone decides. */
  pids?: readonly { pid: number; startTicks: number }[];
  /** Each covers itself and every finer one. */
  marks?: readonly string[];
  /** Pids that get no polite signal: they end by themselves once the others have. */
  unasked?: readonly number[];
}

export interface EndDeadlines {
  /** Between SIGTERM and SIGKILL. 0 kills at once. */
  graceMs: number;
  /** From SIGKILL until it counts as a failure. */
  killMs: number;
}

const pollFirstMs = 4;
const pollMaxMs = 50;

/** Resolves with how many processes were ended. Rejects when one survives `graceMs + killMs`, naming the pids. */
export async function endProcesses(selection: ProcessSelection, deadlines: EndDeadlines): Promise<number> {
  const search = (await hasProc()) ? new ProcSearch(selection) : new GroupSearch(selection);
  let left = await search.find();
  if (left.length === 0) return 0;
  if (deadlines.graceMs > 0)
    left = await signalUntilGone(search, 'SIGTERM', deadlines.graceMs, selection.unasked);
  if (left.length > 0) left = await signalUntilGone(search, 'SIGKILL', deadlines.killMs);
  if (left.length > 0) throw new Error(`processes survived being killed: ${left.join(', ')}`);
  return search.seen;
}

interface Search {
  /** Signal targets that are alive: a pid, or a negative process group. */
  find(): Promise<number[]>;
  /** Distinct targets found so far. */
  readonly seen: number;
}

/** Signals what is found, also what appears meanwhile, until nothing is found or the time is over. */
async function signalUntilGone(
  search: Search,
  signal: 'SIGTERM' | 'SIGKILL',
  withinMs: number,
  unasked: readonly number[] = [],
): Promise<number[]> {
  const deadline = performance.now() + withinMs;
  const signalled = new Set(unasked);
  let pollMs = pollFirstMs;
  for (;;) {
    const left = await search.find();
    if (left.length === 0 || performance.now() > deadline) return left;
    for (const target of left) {
      // One polite signal each: a second could interrupt the clean-up that the first began.
      if (signal === 'SIGKILL' || !signalled.has(target)) send(target, signal);
      signalled.add(target);
    }
    await sleep(pollMs);
    pollMs = Math.min(pollMs * 2, pollMaxMs);
  }
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // Gone meanwhile, or not ours to signal: the next look decides.
  }
}

class ProcSearch implements Search {
  /** What was found once is followed by pid and start time, even when its parent and so its lineage is gone. */
  private readonly known = new Map<number, number>();

  constructor(private readonly selection: ProcessSelection) {}

  get seen(): number {
    return this.known.size;
  }

  async find(): Promise<number[]> {
    const processes = await listProcesses();
    const untouchable = lineageOf(process.pid, processes);
    const alive = processes.filter(({ pid, zombie }) => !zombie && !untouchable.has(pid));
    const chosen = new Set(alive.filter((one) => this.matches(one)).map(({ pid }) => pid));
    addDescendants(chosen, alive);
    for (const { pid, startTicks } of alive) if (chosen.has(pid)) this.known.set(pid, startTicks);
    return [...chosen];
  }

  private matches({ pid, groupId, startTicks, mark }: ProcessInfo): boolean {
    const { groups = [], pids = [], marks = [] } = this.selection;
    if (this.known.get(pid) === startTicks) return true;
    if (groups.includes(groupId)) return true;
    if (mark !== undefined && marks.some((own) => markCovers(own, mark))) return true;
    return pids.some((one) => one.pid === pid && (one.startTicks === 0 || one.startTicks === startTicks));
  }
}

function addDescendants(chosen: Set<number>, alive: readonly ProcessInfo[]): void {
  for (let before = -1; before !== chosen.size; ) {
    before = chosen.size;
    for (const { pid, parentPid } of alive) if (chosen.has(parentPid)) chosen.add(pid);
  }
}

/** For platforms without /proc: asks the kernel about the groups and pids themselves. */
class GroupSearch implements Search {
  private readonly found = new Set<number>();

  constructor(private readonly selection: ProcessSelection) {}

  get seen(): number {
    return this.found.size;
  }

  async find(): Promise<number[]> {
    const { groups = [], pids = [] } = this.selection;
    const targets = [...groups.map((group) => -group), ...pids.map(({ pid }) => pid)];
    const alive = targets.filter((target) => target !== process.pid && isAlive(target));
    for (const target of alive) this.found.add(target);
    return alive;
  }
}

function isAlive(target: number): boolean {
  try {
    process.kill(target, 0);
    return true;
  } catch {
    return false;
  }
}

let procChecked: Promise<boolean> | undefined;

function hasProc(): Promise<boolean> {
  procChecked ??= access('/proc/self/stat').then(
    () => true,
    () => false,
  );
  return procChecked;
}
