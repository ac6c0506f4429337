import type { EventOf, RunStatus } from '../../contract/index.js';
import type { RemovedSession } from '../../core/index.js';
import type { SessionHead } from './heads.js';
import { countRun } from './run-counts.js';
import type { Transaction } from './transaction.js';

/** The log goes later, in portions: it is reachable only through the rows removed here. */
export function removeSession(tx: Transaction, session: SessionHead): RemovedSession {
  tx.flush();
  const { key, sessionId, harness } = session;
  const continuations = continuationsOf(tx, session);
  const counts = tx.all(
    'SELECT status, count(*) AS runs FROM runs WHERE session_key = ? GROUP BY status',
    key,
  );
  for (const { status, runs } of counts) {
    countRun(tx.countChanges, session.projectId, status as RunStatus, -(runs as number));
  }
  tx.run('DELETE FROM run_inputs WHERE run_key IN (SELECT run_key FROM runs WHERE session_key = ?)', key);
  tx.run('DELETE FROM run_results WHERE run_key IN (SELECT run_key FROM runs WHERE session_key = ?)', key);
  tx.run(
    'DELETE FROM run_attachments WHERE run_key IN (SELECT run_key FROM runs WHERE session_key = ?)',
    key,
  );
  tx.run('DELETE FROM runs WHERE session_key = ?', key);
  tx.run('DELETE FROM permissions WHERE session_id = ?', sessionId);
  tx.run('DELETE FROM permission_rules WHERE session_id = ?', sessionId);
  tx.run('DELETE FROM log_gaps WHERE session_key = ?', key);
  tx.run('DELETE FROM long_logs WHERE session_key = ?', key);
  tx.run('DELETE FROM sessions WHERE session_key = ?', key);
  tx.run('INSERT INTO purges (session_key) VALUES (?)', key);
  tx.dropSession(session);
  tx.topics.add(`log:${sessionId}`);
  return { sessionId, harness, continuations };
}

/**
 * From the results of runs too, because retention may have removed the events. What came with a file names conversations
 * of another machine, or those of another session on this one.
 */
function continuationsOf(tx: Transaction, { key, continuation }: SessionHead): string[] {
  const rows = tx.all(
    `SELECT data FROM events WHERE session_key = ? AND type = 'continuation_key_observed'
      AND seq > (SELECT imported_seq FROM sessions WHERE session_key = ?)`,
    key,
    key,
  );
  const observed = rows.map(
    ({ data }) => (JSON.parse(data as string) as EventOf<'continuation_key_observed'>).continuationKey,
  );
  const ofRuns = tx.all(
    `SELECT DISTINCT x.continuation FROM runs r JOIN run_results x ON x.run_key = r.run_key
      WHERE r.session_key = ? AND x.continuation IS NOT NULL`,
    key,
  );
  const all = [...observed, ...ofRuns.map((row) => row.continuation as string)];
  return [...new Set(continuation === null ? all : [...all, continuation])];
}
