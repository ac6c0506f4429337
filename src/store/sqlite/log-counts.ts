import type { Transaction } from './transaction.js';

/** Counts of a log and its runs say what is there: what retention removed is taken out of them. */
export function takeFromCounts(
  tx: Transaction,
  removed: readonly { type: string; runId: string | null }[],
  sessionKey: number,
): void {
  const session = tx.sessionByKey(sessionKey);
  if (session === undefined || removed.length === 0) return;
  for (const { type, runId } of removed) {
    const run = runId === null ? undefined : tx.findRun(runId);
    takeOne(session.typeCounts, type);
    if (run === undefined) continue;
    takeOne(run.typeCounts, type);
    tx.changeRun(run);
  }
  tx.changeSession(session);
}

function takeOne(counts: Record<string, number>, type: string): void {
  const left = (counts[type] ?? 0) - 1;
  if (left > 0) counts[type] = left;
  else delete counts[type];
}
