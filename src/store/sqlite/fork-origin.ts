/**
 * What the agent of a forked session is to copy. The copy is made when the first prompt comes, so the session remembers
 * its origin until it has a continuation of its own: whatever fails before that is tried again.
 */
import { AppError } from '../../contract/index.js';
import type { ForkOrigin } from '../../core/index.js';
import type { SqlRow } from './driver.js';
import type { RunHead, SessionHead } from './heads.js';
import type { Transaction } from './transaction.js';

/** What the agent of a session is still to copy; `row` is of `sessions`. */
export function forkOriginFrom(row: SqlRow): ForkOrigin | undefined {
  if (row.fork_continuation === null) return undefined;
  return {
    sessionId: row.forked_from_session as string,
    runId: row.forked_from_run as string,
    continuation: row.fork_continuation as string,
    ...(row.fork_checkpoint === null ? {} : { checkpoint: row.fork_checkpoint as string }),
  };
}

/**
 * Right before the prompt, when the copy is made: what was copied as it is now must still be what was forked.
 * Throws `resume_lost`.
 */
export function refuseLaterCopy(tx: Transaction, session: SessionHead, run: RunHead): void {
  if (session.continuation !== null) return;
  const fork = tx.get(
    `SELECT s.forked_from_session, s.forked_from_run FROM sessions s JOIN run_inputs i ON i.run_key = ?
      WHERE s.session_key = ? AND s.fork_continuation IS NOT NULL AND s.fork_checkpoint IS NULL AND i.fresh_context = 0`,
    run.key,
    session.key,
  );
  if (fork === undefined) return;
  tx.flush();
  const source = tx.findSession(fork.forked_from_session as string);
  const at = tx.findRun(fork.forked_from_run as string);
  if (source?.activeRunId === null && at !== undefined && !hasGoneOn(tx, at.key)) return;
  throw new AppError(
    'resume_lost',
    `The session ${fork.forked_from_session} has gone on since it was forked, and its agent can copy a conversation only as it is now. Fork it again, or send the prompt with resume "fresh".`,
  );
}

/** The session has a continuation of its own: nothing is left to copy. */
export function endFork(tx: Transaction, session: SessionHead): void {
  tx.run(
    'UPDATE sessions SET fork_continuation = NULL, fork_checkpoint = NULL WHERE session_key = ? AND fork_continuation IS NOT NULL',
    session.key,
  );
}

/** What a fork is still to copy goes with its source. Throws `session_busy`. */
export function refuseWhileForked(tx: Transaction, { sessionId }: SessionHead): void {
  const fork = tx.get(
    'SELECT session_id FROM sessions WHERE forked_from_session = ? AND fork_continuation IS NOT NULL LIMIT 1',
    sessionId,
  );
  if (fork === undefined) return;
  throw new AppError(
    'session_busy',
    `The session ${fork.session_id} was forked from this one and has not begun yet: send it a prompt, or delete it first.`,
  );
}

/** Of a row of `runs`. One that was parked, or goes on after a restart, is to be handed over again. */
export const reachedAgent = '(r.handed_over_at IS NOT NULL OR r.interrupted IS NOT NULL)';

/** The source's agent was given another prompt after this run. What this transaction has changed must be flushed. */
export function hasGoneOn(tx: Transaction, runKey: number): boolean {
  const later = tx.get(
    `SELECT 1 FROM runs at JOIN runs r ON r.session_key = at.session_key
      WHERE at.run_key = ? AND r.run_key <> at.run_key AND ${reachedAgent} AND r.last_seq > at.last_seq LIMIT 1`,
    runKey,
  );
  return later !== undefined;
}
