/**
 * The process groups of the tools that run now. A tool leads its own group, so that its children can be ended with
 * it. What leaves its group (setsid) is found by the adapter, by the mark in its environment.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const running = new Set<number>();
const pollMs = 10;

export function addGroup(leaderPid: number): void {
  running.add(leaderPid);
}

export function removeGroup(leaderPid: number): void {
  running.delete(leaderPid);
}

/** At once, for when there is no time left: the server is gone. */
export function killAllGroups(): void {
  for (const leaderPid of running) sendToGroup(leaderPid, 'SIGKILL');
}

/** SIGTERM, up to `graceMs` for it, SIGKILL for what is left. 0 kills at once. */
export async function endGroup(leaderPid: number, graceMs: number): Promise<void> {
  if (graceMs > 0) {
    if (!sendToGroup(leaderPid, 'SIGTERM')) return;
    const deadline = performance.now() + graceMs;
    while (performance.now() < deadline) {
      await sleep(pollMs);
      if (!sendToGroup(leaderPid, 0)) return;
    }
  }
  sendToGroup(leaderPid, 'SIGKILL');
}

/** False when the group has no process left. */
export function sendToGroup(leaderPid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leaderPid, signal);
    return true;
  } catch {
    return false;
  }
}
