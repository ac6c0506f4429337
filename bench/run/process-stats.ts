/** What the operating system says about a process. Linux only: it reads `/proc`. */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessStats {
  /** Of all its threads that live, since it started. */
  cpuMs: number;
  rssBytes: number;
}

const pageBytes = 4096;
const nanosecondsPerMs = 1e6;

export function readProcess(pid: number): ProcessStats {
  // Numbered as in proc(5), from 3 behind the name: 24 is rss.
  return { cpuMs: threadsCpuMs(pid), rssBytes: Number(statFields(pid)[24 - 3]) * pageBytes };
}

/** The scheduler's own count: `stat` has ticks of 10 ms, which is longer than much of what is measured. */
function threadsCpuMs(pid: number): number {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).reduce((sumMs, thread) => {
    const [onCpu] = readFileSync(`${folder}/${thread}/schedstat`, 'latin1').split(' ');
    return sumMs + Number(onCpu) / nanosecondsPerMs;
  }, 0);
}

/** What `stats` tells of took so much of the CPU while `action` ran. Less noisy than time where a machine is shared. */
export async function withCpu<T>(
  stats: () => ProcessStats,
  action: () => Promise<T>,
): Promise<T & { serverCpuMs: number }> {
  const before = stats().cpuMs;
  const result = await action();
  return { ...result, serverCpuMs: stats().cpuMs - before };
}

export function childPids(parentPid: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => parentOf(pid) === parentPid);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(statFields(pid)[4 - 3]);
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}

function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}
