/**
 * How many runs each project has in each status. Kept in memory beside its table, because this process is the only
 * writer of the file: the bound of all queued runs and the totals of lists cost nothing.
 */
import type { RunStatus } from '../../contract/index.js';

export type CountChanges = Map<string, number>;

const separator = '\n';

export class RunCounts {
  private readonly counts = new Map<string, number>();

  load(projectId: string, status: string, runs: number): void {
    this.counts.set(`${status}${separator}${projectId}`, runs);
  }

  /** Adds what a committed transaction changed. */
  apply(changes: CountChanges): void {
    for (const [key, change] of changes) {
      const runs = (this.counts.get(key) ?? 0) + change;
      if (runs === 0) this.counts.delete(key);
      else this.counts.set(key, runs);
    }
  }

  total(
    filter: { projectId?: string | undefined; status?: RunStatus | undefined },
    pending?: CountChanges,
  ): number {
    let total = 0;
    for (const source of pending === undefined ? [this.counts] : [this.counts, pending]) {
      for (const [key, runs] of source) {
        const [status, projectId] = splitKey(key);
        if (filter.status !== undefined && filter.status !== status) continue;
        if (filter.projectId !== undefined && filter.projectId !== projectId) continue;
        total += runs;
      }
    }
    return total;
  }

  statusesOf(projectId: string): RunStatus[] {
    return [...this.counts.keys()].map(splitKey).flatMap(([status, p]) => (p === projectId ? [status] : []));
  }

  /** Projects that have runs in this status. */
  projectsWith(status: RunStatus): string[] {
    return [...this.counts.keys()]
      .map(splitKey)
      .flatMap(([s, projectId]) => (s === status ? [projectId] : []));
  }
}

export function countRun(changes: CountChanges, projectId: string, status: RunStatus, change: number): void {
  const key = `${status}${separator}${projectId}`;
  changes.set(key, (changes.get(key) ?? 0) + change);
}

export function splitKey(key: string): [status: RunStatus, projectId: string] {
  const at = key.indexOf(separator);
  return [key.slice(0, at) as RunStatus, key.slice(at + separator.length)];
}
