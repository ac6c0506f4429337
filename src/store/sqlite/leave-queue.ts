import { pendingEvent } from '../../core/index.js';
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
  readHead(tx, session);
}

/** After a run became queued again: it stands where its number says. */
export function returnToQueue(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  reason: string,
  at: number,
): void {
  session.queueLength += 1;
  readHead(tx, session);
  const { runId, projectId } = run;
  const event = { type: 'run_requeued' as const, runId, projectId, requeuedAt: at, reason };
  tx.append(session, run, pendingEvent(event), at);
  tx.topics.add('queue');
}

export function readHead(tx: Transaction, session: SessionHead): void {
  // Runs may be queued in this transaction and not be written yet.
  tx.flush();
  const next = tx.get(
    `SELECT run_id FROM runs WHERE session_key = ? AND status = 'queued' ORDER BY queue_order LIMIT 1`,
    session.key,
  );
  session.headRunId = (next?.run_id as string | undefined) ?? null;
  tx.changeSession(session);
}
