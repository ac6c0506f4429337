/** What happens to a run while a worker drives it, up to its one terminal event. */
import { AppError } from '../../contract/index.js';
import { type Continuation, pendingEvent, type RunEnd, type RunStore } from '../../core/index.js';
import type { Connection } from './connection.js';
import type { RunHead, SessionHead } from './heads.js';
import { settlePermissions } from './permissions.js';
import { claimedRun, requeueRun } from './run-queue.js';
import { pauseQueue } from './sessions.js';
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

export function runProgress(connection: Connection): RunProgress {
  return {
    handOverRun: (claim, at) =>
      connection.write(
        (tx) => {
          const run = claimedRun(tx, claim);
          const session = tx.sessionOf(run);
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
        run.startedAt = at;
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
          finishRun(tx, tx.sessionOf(run), run, end);
        },
        { durable: true },
      ),

    recoverRuns: (at) => connection.write((tx) => recoverRuns(tx, at), { durable: true }),
  };
}

function finishRun(tx: Transaction, session: SessionHead, run: RunHead, end: RunEnd): void {
  const { outcome, at } = end;
  settlePermissions(tx, session, run, outcome.status === 'cancelled' ? 'cancel' : 'run_end', at);
  if (run.handedOverAt !== null) {
    const reason = outcome.status;
    tx.append(session, run, pendingEvent({ type: 'agent_end', sessionId: session.sessionId, reason }), at);
  }
  if (end.continuation !== undefined) observeContinuation(tx, session, run, end.continuation, at);
  const command = ({ completed: 'complete', failed: 'fail', cancelled: 'cancel' } as const)[outcome.status];
  if (!tx.command(session, run, command)) {
    throw new AppError('stale_claim', `Run ${run.runId} has ended before.`);
  }
  run.completedAt = at;
  tx.append(session, run, pendingEvent(terminalEvent(run, end)), at);
  tx.insert(
    'INSERT INTO run_results (run_key, error, usage, tool_history, final_output) VALUES (?, ?, ?, ?, ?)',
    run.key,
    outcome.status === 'failed' ? JSON.stringify(outcome.error) : null,
    end.usage === undefined ? null : JSON.stringify(end.usage),
    JSON.stringify(end.toolHistory),
    outcome.status === 'completed' ? outcome.finalOutput : null,
  );
  if (outcome.status === 'failed' && session.pauseOnFailure) {
    pauseQueue(tx, session, { reason: 'a run failed', failedRunId: run.runId }, at);
  }
  tx.topics.add('queue');
}

function observeContinuation(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  { provider, key }: Continuation,
  at: number,
): void {
  if (key === session.continuation) return;
  session.continuation = key;
  const event = { type: 'continuation_key_observed' as const, provider, continuationKey: key };
  tx.append(session, run, pendingEvent(event), at);
}

function terminalEvent(run: RunHead, { outcome, at }: RunEnd) {
  const { runId, projectId } = run;
  switch (outcome.status) {
    case 'completed':
      return {
        type: 'run_completed' as const,
        runId,
        projectId,
        completedAt: at,
        finalOutput: outcome.finalOutput,
      };
    case 'failed':
      return { type: 'run_failed' as const, runId, projectId, failedAt: at, error: outcome.error };
    case 'cancelled':
      return {
        type: 'run_cancelled' as const,
        runId,
        projectId,
        cancelledAt: at,
        ...(outcome.reason === undefined ? {} : { reason: outcome.reason }),
      };
  }
}

/** What a dead server left active. Active runs are bounded by the number of slots, so one transaction takes them all. */
function recoverRuns(tx: Transaction, at: number): { requeued: number; failed: number; cancelled: number } {
  const result = { requeued: 0, failed: 0, cancelled: 0 };
  tx.flush();
  const active = tx.all('SELECT active_run_id FROM sessions WHERE active_run_id IS NOT NULL');
  for (const { active_run_id } of active) {
    const run = tx.findRun(active_run_id as string);
    if (run === undefined) throw new Error(`active run ${active_run_id} does not exist`);
    const session = tx.sessionOf(run);
    if (run.cancelRequestedAt !== null) {
      finishRun(tx, session, run, {
        outcome: { status: 'cancelled', reason: 'cancelled; the server was restarted meanwhile' },
        toolHistory: [],
        at,
      });
      result.cancelled += 1;
    } else if (run.handedOverAt === null) {
      requeueRun(tx, run, 'the server was restarted before the prompt was handed over', at);
      result.requeued += 1;
    } else {
      settlePermissions(tx, session, run, 'restart', at);
      finishRun(tx, session, run, {
        outcome: {
          status: 'failed',
          error: {
            code: 'interrupted_by_restart',
            message: 'The server was restarted while this run was active. Send the prompt again to go on.',
          },
        },
        toolHistory: [],
        at,
      });
      result.failed += 1;
    }
  }
  return result;
}
