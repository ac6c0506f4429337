/** What happens to a run while a worker drives it, up to its one terminal event. */
import { isActive, pendingEvent, type RunStore } from '../../core/index.js';
import { claimedRun } from './claimed-run.js';
import type { Connection } from './connection.js';
import { finishRun, observeContinuation } from './finish-run.js';
import { refuseLaterCopy } from './fork-origin.js';
import type { RunHead, SessionHead } from './heads.js';
import { returnToQueue } from './leave-queue.js';
import { settlePermissions } from './permissions.js';
import { projectRow } from './project-row.js';
import { requeueRun } from './run-queue.js';
import { returnLateSteers } from './steer-runs.js';
import type { Transaction } from './transaction.js';

type RunProgress = Pick<
  RunStore,
  | 'handOverRun'
  | 'startRun'
  | 'appendRunEvents'
  | 'observeContinuation'
  | 'appendSessionEvents'
  | 'finishRun'
  | 'recoverRuns'
>;

/** `logEventsMax`: a log that is longer when a run ends is marked for retention; 0: none is. */
export function runProgress(connection: Connection, logEventsMax: number): RunProgress {
  return {
    handOverRun: (claim, at) =>
      connection.write(
        (tx) => {
          const run = claimedRun(tx, claim);
          const session = tx.sessionOf(run);
          refuseLaterCopy(tx, session, run);
          run.handedOverAt = at;
          tx.append(session, run, pendingEvent({ type: 'agent_start', sessionId: session.sessionId }), at);
        },
        { durable: true },
      ),

    startRun: (claim, resume, at) =>
      connection.write((tx) => {
        const run = claimedRun(tx, claim);
        const session = tx.sessionOf(run);
        if (!tx.command(session, run, 'start')) return;
        run.startedAt ??= at;
        run.resume = JSON.stringify(resume);
        const { runId, projectId } = run;
        tx.append(session, run, pendingEvent({ type: 'run_started', runId, projectId, startedAt: at }), at);
      }),

    appendRunEvents: (claim, events, at) =>
      connection.write((tx) => {
        const run = claimedRun(tx, claim);
        const session = tx.sessionOf(run);
        for (const event of events) tx.append(session, run, event, at);
      }),

    observeContinuation: (claim, continuation, at) =>
      connection.write((tx) => {
        const run = claimedRun(tx, claim);
        observeContinuation(tx, tx.sessionOf(run), run, continuation, at);
      }),

    appendSessionEvents: (sessionId, events, at) =>
      connection.write((tx) => {
        const session = tx.findSession(sessionId);
        if (session === undefined) return;
        for (const event of events) tx.append(session, undefined, event, at);
      }),

    finishRun: (claim, end) =>
      connection.write(
        (tx) => {
          const run = claimedRun(tx, claim);
          const session = tx.sessionOf(run);
          returnLateSteers(tx, session, end.at);
          finishRun(tx, session, run, end);
          if (logEventsMax > 0) markLongLog(tx, session, logEventsMax);
        },
        { durable: true },
      ),

    recoverRuns: (at) => connection.write((tx) => recoverRuns(tx, at), { durable: true }),
  };
}

type Recovered = Awaited<ReturnType<RunStore['recoverRuns']>>;

/** Restarts that a run goes on after; a run that was there each time may be why. */
const continuedMax = 3;

function markLongLog(tx: Transaction, { key, typeCounts }: SessionHead, eventsMax: number): void {
  const events = Object.values(typeCounts).reduce((sum, count) => sum + count, 0);
  if (events > eventsMax)
    tx.run('INSERT INTO long_logs (session_key) VALUES (?) ON CONFLICT DO NOTHING', key);
}

/** What a dead server left active. Active runs are bounded by the number of slots, so one transaction takes them all. */
function recoverRuns(tx: Transaction, at: number): Recovered {
  const result = { requeued: 0, continued: 0, failed: 0, cancelled: 0 };
  tx.flush();
  const left = tx.all(
    `SELECT run_id FROM runs WHERE status = 'steering'
      UNION ALL SELECT active_run_id FROM sessions WHERE active_run_id IS NOT NULL`,
  );
  for (const { run_id } of left) {
    const run = tx.findRun(run_id as string);
    if (run === undefined) throw new Error(`active run ${run_id} does not exist`);
    const session = tx.sessionOf(run);
    if (run.status === 'injecting' && run.cancelRequestedAt === null && run.handedOverAt === null) {
      requeueRun(tx, run, 'the server was restarted before the prompt was handed over', at);
      result.requeued += 1;
      continue;
    }
    if (run.cancelRequestedAt === null) settlePermissions(tx, session, run, 'restart', at);
    if (mayContinue(tx, run)) {
      continueRun(tx, session, run, at);
      result.continued += 1;
      continue;
    }
    const outcome = outcomeAtRestart(run.cancelRequestedAt !== null);
    finishRun(tx, session, run, { outcome, toolHistory: [], at });
    result[outcome.status] += 1;
  }
  return result;
}

/**
 * Its project wants that, and it is not this run that keeps ending the server: each attempt was claimed by one, and a
 * run that was steering into a turn has no turn of its own to go on with.
 */
function mayContinue(tx: Transaction, run: RunHead): boolean {
  if (run.cancelRequestedAt !== null || !isActive(run.status) || run.attempt > continuedMax) return false;
  return projectRow(tx, run.projectId).on_restart === 'continue';
}

/** The agent may have acted: it is told so when it gets the prompt again. */
function continueRun(tx: Transaction, session: SessionHead, run: RunHead, at: number): void {
  const event = { type: 'agent_end' as const, sessionId: session.sessionId, reason: 'restart' };
  tx.append(session, run, pendingEvent(event), at);
  run.interrupted = 'restart';
  run.handedOverAt = null;
  run.workerId = null;
  tx.command(session, run, 'requeue');
  returnToQueue(tx, session, run, 'the server was restarted; its agent is asked to go on', at);
}

function outcomeAtRestart(cancelRequested: boolean) {
  return cancelRequested
    ? { status: 'cancelled' as const, reason: 'cancelled; the server was restarted meanwhile' }
    : {
        status: 'failed' as const,
        error: {
          code: 'interrupted_by_restart',
          message: 'The server was restarted while this run was active. Send the prompt again to go on.',
        },
      };
}
