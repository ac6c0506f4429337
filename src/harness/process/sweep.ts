/**
 * The sweep at start-up: no process of a dead server survives its successor. What the dead server recorded is
 * recognised by pid and start time (a pid alone may have been given to somebody else since), and everything that
 * carries a mark of this data directory by that mark, recorded or not.
 */
import type { RecordedProcess } from '../../core/index.js';
import { endProcesses } from './end-processes.js';
import { listProcesses } from './process-tree.js';

export interface SweepRequest {
  /** What the ledger holds. */
  processes: readonly RecordedProcess[];
  /** The mark of the data directory: every mark that equals it or is finer is swept. */
  markPrefix: string;
  /** For all of it. */
  deadlineMs: number;
}

/** Between the polite signal and the kill: nobody waits for what these processes still do. */
const graceMsMax = 1000;

/** Returns how many processes were ended. Rejects when one survives. The caller forgets the records. */
export async function sweepDeadServer({ processes, markPrefix, deadlineMs }: SweepRequest): Promise<number> {
  const running = new Map((await listProcesses()).map((process) => [process.pid, process]));
  const recorded = processes.filter(({ pid, startTicks, mark }) => {
    const now = running.get(pid);
    if (now === undefined) return false;
    return startTicks === 0 ? now.mark === mark : now.startTicks === startTicks;
  });
  const graceMs = Math.min(graceMsMax, deadlineMs / 2);
  return endProcesses(
    {
      // A recorded agent leads its own group; what it started may still be in it.
      groups: recorded.filter(({ pid }) => running.get(pid)?.groupId === pid).map(({ pid }) => pid),
      pids: recorded.map(({ pid }) => ({ pid, startTicks: running.get(pid)?.startTicks ?? 0 })),
      marks: [markPrefix, ...processes.map(({ mark }) => mark)].filter((mark) => mark !== ''),
    },
    { graceMs, killMs: deadlineMs - graceMs },
  );
}
