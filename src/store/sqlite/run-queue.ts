/** The way of a run into its session's queue and out of it: admitted, claimed, put back, cancelled. */
import { AppError } from '../../contract/index.js';
import { isTerminal, pendingEvent, type RunStore } from '../../core/index.js';
import { admitRun } from './admit-run.js';
import { requestCancel } from './cancel-runs.js';
import { claimRuns } from './claim-runs.js';
import type { Connection } from './connection.js';
import type { RunHead } from './heads.js';
import type { Transaction } from './transaction.js';

type RunQueue = Pick<RunStore, 'admitRun' | 'claimRuns' | 'requeueRun' | 'requestCancel'>;

export function runQueue(connection: Connection): RunQueue {
  return {
    admitRun: (admission) => connection.write((tx) => admitRun(tx, admission), { durable: true }),
    claimRuns: (request) => connection.write((tx) => claimRuns(tx, request)),
    requeueRun: (claim, reason, at) =>
      connection.write((tx) => requeueRun(tx, claimedRun(tx, claim), reason, at), { durable: true }),
    requestCancel: (runId, queue, at) =>
      connection.write((tx) => requestCancel(tx, runId, queue, at), { durable: true }),
  };
}

/** The run, if the claim still holds. Throws `stale_claim`. */
export function claimedRun(tx: Transaction, claim: { runId: string; attempt: number }): RunHead {
  const run = tx.findRun(claim.runId);
  if (
    run === undefined ||
    run.attempt !== claim.attempt ||
    isTerminal(run.status) ||
    run.status === 'queued'
  ) {
    throw new AppError('stale_claim', `Run ${claim.runId} is no longer driven by attempt ${claim.attempt}.`);
  }
  return run;
}

/** Back into the queue, in front: its number is lower than that of every run queued behind it. */
export function requeueRun(tx: Transaction, run: RunHead, reason: string, at: number): void {
  if (run.handedOverAt !== null) {
    throw new AppError('stale_claim', `The prompt of run ${run.runId} may have reached the agent.`);
  }
  const session = tx.sessionOf(run);
  tx.command(session, run, 'requeue');
  run.workerId = null;
  session.queueLength += 1;
  session.headRunId = run.runId;
  const event = {
    type: 'run_requeued' as const,
    runId: run.runId,
    projectId: run.projectId,
    requeuedAt: at,
    reason,
  };
  tx.append(session, run, pendingEvent(event), at);
  tx.topics.add('queue');
}
