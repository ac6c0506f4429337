/** Removes the oldest events of logs that are too old or too long, in portions. Never those of an open run. */
import type { SqlRow } from './driver.js';
import { takeFromCounts } from './log-counts.js';
import { seqFromEnd } from './log-positions.js';
import { removeFromIndex } from './search-index.js';
import type { Transaction } from './transaction.js';

const portionEvents = 1000;

/** How long the log of a session may be when a run of it has ended; 0: as long as it gets. */
export interface TrimRule {
  /** Up to the last event of runs that ended before; 0: none. */
  endedBefore: number;
  eventsMax: number;
}

/** By the numbers that they span, which are never fewer than the events: whether a log is too long is seen when it is its turn. */
export function markLongLogs(tx: Transaction, eventsMax: number): void {
  tx.flush();
  tx.run(
    `INSERT INTO long_logs (session_key) SELECT session_key FROM sessions WHERE head_seq - trimmed_seq > ?
      ON CONFLICT DO NOTHING`,
    eventsMax,
  );
}

/** True: there may be more. */
export function trimPortion(tx: Transaction, { endedBefore, eventsMax }: TrimRule): boolean {
  const old = endedBefore > 0 ? oldRun(tx, endedBefore) : undefined;
  if (old !== undefined) {
    // A run that was never claimed may stand within the stretch of another one, which decides.
    const until = old.claimed_seq === null ? 0 : (old.last_seq as number);
    if (trimUntil(tx, old.session_key as number, until))
      tx.run('UPDATE runs SET log_state = 2 WHERE run_key = ?', old.run_key as number);
    return true;
  }
  const long = tx.get('SELECT session_key FROM long_logs LIMIT 1');
  if (long === undefined) return false;
  const key = long.session_key as number;
  const done = eventsMax === 0 || trimUntil(tx, key, lastSeqBeyond(tx, key, eventsMax));
  if (done) tx.run('DELETE FROM long_logs WHERE session_key = ?', key);
  return true;
}

function oldRun(tx: Transaction, endedBefore: number): SqlRow | undefined {
  for (const state of [0, 1]) {
    const row = tx.get(
      `SELECT run_key, session_key, claimed_seq, last_seq FROM runs
        WHERE log_state = ? AND completed_at < ? ORDER BY completed_at LIMIT 1`,
      state,
      endedBefore,
    );
    if (row !== undefined) return row;
  }
  return undefined;
}

/** The last event that a log of this length has no room for. */
function lastSeqBeyond(tx: Transaction, sessionKey: number, eventsMax: number): number {
  const session = tx.sessionByKey(sessionKey);
  if (session === undefined) return 0;
  const extent = {
    sessionKey,
    headSeq: session.headSeq,
    trimmedSeq: trimmedSeqOf(tx, sessionKey),
    kept: Object.values(session.typeCounts).reduce((sum, n) => sum + n, 0),
  };
  return seqFromEnd(tx, extent, eventsMax);
}

/** One portion; true: nothing is left to remove. */
function trimUntil(tx: Transaction, sessionKey: number, wantedSeq: number): boolean {
  const session = tx.sessionByKey(sessionKey);
  if (session === undefined) return true;
  tx.flush();
  const open = tx.get(
    `SELECT min(first_seq) AS seq FROM (
      SELECT first_seq FROM runs WHERE session_key = ? AND status = 'queued'
      UNION ALL SELECT first_seq FROM runs WHERE session_key = ? AND status = 'steering'
      UNION ALL SELECT first_seq FROM runs WHERE run_id IN (?, ?))`,
    sessionKey,
    sessionKey,
    session.activeRunId ?? '',
    session.parkedRunId ?? '',
  );
  const lastSeq = Math.min(wantedSeq, ((open?.seq as number | null) ?? Number.MAX_SAFE_INTEGER) - 1);
  if (lastSeq <= trimmedSeqOf(tx, sessionKey)) return true;
  const events = tx.all(
    `SELECT e.seq, e.type, r.run_id FROM events e LEFT JOIN runs r ON r.run_key = e.run_key
      WHERE e.session_key = ? AND e.seq <= ? ORDER BY e.seq LIMIT ?`,
    sessionKey,
    lastSeq,
    portionEvents,
  );
  const done = events.length < portionEvents;
  const trimmedSeq = done ? lastSeq : (events.at(-1)?.seq as number);
  tx.run('DELETE FROM events WHERE session_key = ? AND seq <= ?', sessionKey, trimmedSeq);
  removeFromIndex(tx, sessionKey, trimmedSeq, portionEvents);
  tx.run('DELETE FROM log_gaps WHERE session_key = ? AND high_seq <= ?', sessionKey, trimmedSeq);
  tx.run('UPDATE sessions SET trimmed_seq = ? WHERE session_key = ?', trimmedSeq, sessionKey);
  takeFromCounts(
    tx,
    events.map(({ type, run_id }) => ({ type: type as string, runId: run_id as string | null })),
    sessionKey,
  );
  return done;
}

function trimmedSeqOf(tx: Transaction, sessionKey: number): number {
  const row = tx.get('SELECT trimmed_seq FROM sessions WHERE session_key = ?', sessionKey);
  return row?.trimmed_seq as number;
}
