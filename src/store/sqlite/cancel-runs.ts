/** Cancel: a queued run ends at once, an active one is asked to; and what becomes of the queue behind it. */
import { AppError } from '../../contract/index.js';
import { type CancelQueue, type CancelResult, isTerminal, pendingEvent } from '../../core/index.js';
import { finishRun } from './finish-run.js';
import type { RunHead, SessionHead } from './heads.js';
import { leaveQueue } from './leave-queue.js';
import { cancelParked } from './park-runs.js';
import { pauseQueue } from './sessions.js';
import type { Transaction } from './transaction.js';

export function requestCancel(tx: Transaction, runId: string, queue: CancelQueue, at: number): CancelResult {
  const run = tx.findRun(runId);
  if (run === undefined) throw new AppError('run_not_found', 'run not found');
  if (isTerminal(run.status)) return { kind: 'ended', status: run.status };
  const session = tx.sessionOf(run);
  const result = cancelOne(tx, session, run, queue, at);
  if (queue === 'pause') pauseQueue(tx, session, { reason: 'a run was cancelled' }, at);
  if (queue === 'clear') clearQueue(tx, session, run, at);
  return result;
}

/** In one step, so that no run of the queue begins between the look and the request. */
export function requestInterrupt(
  tx: Transaction,
  sessionId: string,
  queue: CancelQueue,
  at: number,
): string | undefined {
  const session = tx.session(sessionId);
  const active = session.activeRunId === null ? undefined : tx.findRun(session.activeRunId);
  if (active !== undefined) askToEnd(tx, session, active, queue, at);
  if (queue === 'pause') pauseQueue(tx, session, { reason: 'the session was interrupted' }, at);
  if (queue === 'clear') clearQueue(tx, session, undefined, at);
  return active?.runId;
}

function cancelOne(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  queue: CancelQueue,
  at: number,
): CancelResult {
  if (run.status === 'queued') {
    cancelQueued(tx, session, run, at);
    return { kind: 'cancelled' };
  }
  if (run.status === 'parked') {
    cancelParked(tx, session, run, at);
    return { kind: 'cancelled' };
  }
  return { kind: 'requested', first: askToEnd(tx, session, run, queue, at) };
}

/** Asks whoever drives the run to end it. True when nobody had asked before. */
export function askToEnd(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  queue: CancelQueue,
  at: number,
): boolean {
  if (run.cancelRequestedAt !== null) return false;
  run.cancelRequestedAt = at;
  const event = { type: 'cancel_requested' as const, runId: run.runId, requestedAt: at, queue };
  tx.append(session, run, pendingEvent(event), at);
  tx.topics.add(`cancel:${run.runId}`);
  return true;
}

export function cancelQueued(tx: Transaction, session: SessionHead, run: RunHead, at: number): void {
  const reason = 'cancelled while queued';
  if (run.spent !== null) {
    // It was parked before, and leaves behind what it used.
    const outcome = { status: 'cancelled' as const, reason };
    finishRun(tx, session, run, { outcome, toolHistory: [], activeMs: 0, at });
    leaveQueue(tx, session, run);
    return;
  }
  tx.command(session, run, 'cancel');
  leaveQueue(tx, session, run);
  run.completedAt = at;
  const { runId, projectId } = run;
  const event = { type: 'run_cancelled' as const, runId, projectId, cancelledAt: at, reason };
  tx.append(session, run, pendingEvent(event), at);
}

/** Cancels what is queued in the session, or only what is behind a run; how many that were. */
export function clearQueue(
  tx: Transaction,
  session: SessionHead,
  behind: RunHead | undefined,
  at: number,
): number {
  tx.flush();
  const after =
    behind === undefined ? undefined : tx.get('SELECT queue_order FROM runs WHERE run_key = ?', behind.key);
  const queued = tx.all(
    `SELECT run_id FROM runs WHERE session_key = ? AND status = 'queued' AND queue_order > ? ORDER BY queue_order`,
    session.key,
    (after?.queue_order as number | undefined) ?? 0,
  );
  for (const { run_id } of queued) cancelQueued(tx, session, tx.findRun(run_id as string) as RunHead, at);
  return queued.length;
}
