/** Runs that cannot go on for now: out of the slot, in front of their session's queue, until they are resumed. */
import { AppError, type Budget, type EventOf, type Parking } from '../../contract/index.js';
import { isTerminal, type ParkingStore, pendingEvent, type RunPark } from '../../core/index.js';
import { claimedRun } from './claimed-run.js';
import type { Connection } from './connection.js';
import { finishRun, observeContinuation } from './finish-run.js';
import type { RunHead, SessionHead } from './heads.js';
import { readHead } from './leave-queue.js';
import { settlePermissions } from './permissions.js';
import { addSpent } from './spent.js';
import { returnLateSteers } from './steer-runs.js';
import type { Transaction } from './transaction.js';
import { addUsage } from './usage.js';

/** Runs that one look resumes. */
const dueRunsMax = 100;
/** Times that a run goes on by itself; one that was claimed so often does not get anywhere. */
const autoResumedMax = 100;

export function parkingStore(connection: Connection): ParkingStore {
  return {
    parkRun: (claim, park) =>
      connection.write(
        (tx) => {
          const run = claimedRun(tx, claim);
          const session = tx.sessionOf(run);
          returnLateSteers(tx, session, park.at);
          parkRun(tx, session, run, park);
        },
        { durable: true },
      ),
    resumeRun: (runId, raise, at) =>
      connection.write((tx) => resumeRun(tx, runId, { source: 'api', raise }, at), { durable: true }),
    setAutoResume: (runId, autoResume, at) =>
      connection.write((tx) => setAutoResume(tx, runId, autoResume, at), { durable: true }),
    resumeDueRuns: (at) => resumeDueRuns(connection, at),
  };
}

function parkRun(tx: Transaction, session: SessionHead, run: RunHead, park: RunPark): void {
  const { usage, activeMs, toolHistory, at } = park;
  if (park.continuation !== undefined) observeContinuation(tx, session, run, park.continuation, at);
  if (run.cancelRequestedAt !== null) {
    const end = { outcome: { status: 'cancelled' as const, reason: 'cancelled by request' }, toolHistory };
    finishRun(tx, session, run, { ...end, ...(usage === undefined ? {} : { usage }), activeMs, at });
    return;
  }
  settlePermissions(tx, session, run, 'run_end', at);
  if (run.handedOverAt !== null) {
    const event = { type: 'agent_end' as const, sessionId: session.sessionId, reason: 'parked' };
    tx.append(session, run, pendingEvent(event), at);
    run.interrupted = park.parking.reason;
    run.handedOverAt = null;
  }
  run.spent = addSpent(run, { usage: usage ?? {}, activeMs, toolHistory });
  addUsage(tx, session, run, { usage, activeMs }, at);
  tx.command(session, run, 'park');
  run.workerId = null;
  const autoResume = run.attempt <= autoResumedMax && wantsAutoResume(tx, run);
  const parking: Parking = { ...park.parking, parkedAt: at, autoResume };
  run.parked = JSON.stringify(parking);
  run.resumesAt = autoResume ? (parking.resumesAt ?? null) : null;
  const { parkedAt, ...said } = parking;
  const event = {
    type: 'run_parked' as const,
    runId: run.runId,
    projectId: run.projectId,
    parkedAt,
    ...said,
  };
  tx.append(session, run, pendingEvent(event), at);
  tx.topics.add('queue');
}

/** Looks before it writes: nearly always nothing is due. */
async function resumeDueRuns(connection: Connection, at: number): Promise<number> {
  const select = 'SELECT run_id FROM runs WHERE resumes_at <= ? ORDER BY resumes_at LIMIT ?';
  const seen = await connection.read(() => connection.get(select, at, 1));
  if (seen === undefined) return 0;
  return connection.write(
    (tx) => {
      tx.flush();
      const due = tx.all(select, at, dueRunsMax);
      for (const { run_id } of due) resumeRun(tx, run_id as string, { source: 'auto' }, at);
      return due.length;
    },
    { durable: true },
  );
}

function wantsAutoResume(tx: Transaction, run: RunHead): boolean {
  const row = tx.get(
    `SELECT coalesce(i.auto_resume, p.auto_resume) AS wanted FROM run_inputs i JOIN projects p ON p.project_id = ?
      WHERE i.run_key = ?`,
    run.projectId,
    run.key,
  );
  return row?.wanted === 1;
}

function resumeRun(
  tx: Transaction,
  runId: string,
  { source, raise }: { source: EventOf<'run_resumed'>['source']; raise?: Budget | undefined },
  at: number,
): void {
  const run = tx.findRun(runId);
  if (run === undefined) throw new AppError('run_not_found', 'run not found');
  if (run.status !== 'parked') {
    throw new AppError(
      'run_not_parked',
      `The run is ${run.status}: only a parked run can be resumed. A run that has ended can be retried.`,
    );
  }
  const session = tx.sessionOf(run);
  if (raise !== undefined) raiseBudget(tx, session, run, raise, at);
  tx.command(session, run, 'unpark');
  run.parked = null;
  run.resumesAt = null;
  session.queueLength += 1;
  readHead(tx, session);
  const event = {
    type: 'run_resumed' as const,
    runId,
    projectId: run.projectId,
    resumedAt: at,
    source,
    ...(raise === undefined ? {} : { raise }),
  };
  tx.append(session, run, pendingEvent(event), at);
  tx.topics.add('queue');
}

/** Bounds that `raise` does not name stay as they are. */
function raiseBudget(tx: Transaction, session: SessionHead, run: RunHead, raise: Budget, at: number): void {
  const { scope = 'run' } = JSON.parse(run.parked ?? '{}') as Partial<Parking>;
  const [table, column, key, value] = {
    run: ['run_inputs', 'budget', 'run_key', run.key],
    session: ['sessions', 'budget', 'session_key', session.key],
    project: ['projects', 'budget', 'project_id', run.projectId],
    day: ['projects', 'daily_budget', 'project_id', run.projectId],
  }[scope] as [table: string, column: string, key: string, value: string | number];
  const before = tx.get(`SELECT ${column} AS budget FROM ${table} WHERE ${key} = ?`, value);
  const budget = JSON.stringify({ ...JSON.parse((before?.budget as string | null) ?? '{}'), ...raise });
  tx.run(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`, budget, value);
  if (table === 'projects')
    tx.run('UPDATE projects SET updated_at = ? WHERE project_id = ?', at, run.projectId);
}

function setAutoResume(tx: Transaction, runId: string, autoResume: boolean, at: number): void {
  const run = tx.findRun(runId);
  if (run === undefined) throw new AppError('run_not_found', 'run not found');
  if (isTerminal(run.status)) {
    throw new AppError('run_already_ended', `The run is ${run.status} already: there is nothing to resume.`);
  }
  const session = tx.sessionOf(run);
  tx.run('UPDATE run_inputs SET auto_resume = ? WHERE run_key = ?', autoResume ? 1 : 0, run.key);
  if (run.parked !== null) {
    const parking = { ...(JSON.parse(run.parked) as Parking), autoResume };
    run.parked = JSON.stringify(parking);
    run.resumesAt = autoResume ? (parking.resumesAt ?? null) : null;
  }
  tx.append(session, run, pendingEvent({ type: 'auto_resume_set', runId, autoResume, setAt: at }), at);
}

/** Of a run that somebody cancels while it is parked: at once, for nobody drives it. */
export function cancelParked(tx: Transaction, session: SessionHead, run: RunHead, at: number): void {
  run.parked = null;
  run.resumesAt = null;
  const outcome = { status: 'cancelled' as const, reason: 'cancelled while parked' };
  finishRun(tx, session, run, { outcome, toolHistory: [], activeMs: 0, at });
}
