import type { RunHead, SessionHead } from './heads.js';
import type { Transaction } from './transaction.js';

/** After a queued run changed its state: the session's queue is one shorter, and its head may be another. */
export function leaveQueue(tx: Transaction, session: SessionHead, run: RunHead): void {
  session.queueLength -= 1;
  if (session.headRunId !== run.runId) return;
  if (session.queueLength === 0) {
    session.headRunId = null;
    return;
  }
  // Runs behind it may be queued in this transaction and not be written yet.
  tx.flush();
  const next = tx.get(
    `SELECT run_id FROM runs WHERE session_key = ? AND status = 'queued' ORDER BY queue_order LIMIT 1`,
    session.key,
  );
  session.headRunId = (next?.run_id as string | undefined) ?? null;
}
