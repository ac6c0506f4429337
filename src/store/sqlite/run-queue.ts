/** The way of a run into its session's queue and out of it: admitted, claimed, put back, cancelled. */
import { AppError } from '../../contract/index.js';
import type { RunStore } from '../../core/index.js';
import { admitRun } from './admit-run.js';
import { requestCancel, requestInterrupt } from './cancel-runs.js';
import { claimRuns } from './claim-runs.js';
import { claimedRun } from './claimed-run.js';
import type { Connection } from './connection.js';
import type { RunHead } from './heads.js';
import { returnToQueue } from './leave-queue.js';
import { settleSteer } from './steer-runs.js';
import type { Transaction } from './transaction.js';

type RunQueue = Pick<
  RunStore,
  'admitRun' | 'settleSteer' | 'claimRuns' | 'requeueRun' | 'requestCancel' | 'requestInterrupt'
>;

export function runQueue(connection: Connection): RunQueue {
  return {
    admitRun: (admission) => connection.write((tx) => admitRun(tx, admission), { durable: true }),
    settleSteer: (runId, end, record, at) =>
      connection.write((tx) => settleSteer(tx, runId, end, record, at), { durable: true }),
    claimRuns: (request) => connection.write((tx) => claimRuns(tx, request)),
    requeueRun: (claim, reason, at) =>
      connection.write((tx) => requeueRun(tx, claimedRun(tx, claim), reason, at), { durable: true }),
    requestCancel: (runId, queue, at) =>
      connection.write((tx) => requestCancel(tx, runId, queue, at), { durable: true }),
    requestInterrupt: (sessionId, queue, at) =>
      connection.write((tx) => requestInterrupt(tx, sessionId, queue, at), { durable: true }),
  };
}

/** Back into the queue, in front: its number is lower than that of every run that was queued behind it. */
export function requeueRun(tx: Transaction, run: RunHead, reason: string, at: number): void {
  if (run.handedOverAt !== null) {
    throw new AppError('stale_claim', `The prompt of run ${run.runId} may have reached the agent.`);
  }
  const session = tx.sessionOf(run);
  tx.command(session, run, 'requeue');
  run.workerId = null;
  returnToQueue(tx, session, run, reason, at);
}
