/** The way of a run into the turn of another: out of the queue before the agent is told, so that no crash runs it twice. */
import { type AdmittedRun, AppError } from '../../contract/index.js';
import { type AnswerRecord, pendingEvent, type SteerEnd } from '../../core/index.js';
import { replaceAnswer } from './answers.js';
import { finishRun } from './finish-run.js';
import type { RunHead, SessionHead } from './heads.js';
import { leaveQueue, returnToQueue } from './leave-queue.js';
import type { Transaction } from './transaction.js';

/** The run whose turn is under way, or undefined when there is none that could take a text. */
export function beginSteer(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  at: number,
): string | undefined {
  const { activeStatus, activeRunId } = session;
  if (activeRunId === null || (activeStatus !== 'running' && activeStatus !== 'awaiting_permission'))
    return undefined;
  if (tx.findRun(activeRunId)?.cancelRequestedAt !== null) return undefined;
  tx.command(session, run, 'steer');
  leaveQueue(tx, session, run);
  const { runId, projectId } = run;
  const event = {
    type: 'run_steering' as const,
    runId,
    projectId,
    intoRunId: activeRunId,
    steeredAt: at,
  };
  tx.append(session, run, pendingEvent(event), at);
  return activeRunId;
}

export function settleSteer(
  tx: Transaction,
  runId: string,
  end: SteerEnd,
  record: AnswerRecord | undefined,
  at: number,
): AdmittedRun {
  const run = tx.findRun(runId);
  if (run === undefined) throw new AppError('run_not_found', 'run not found');
  const session = tx.sessionOf(run);
  const open = run.status === 'steering';
  if (open) settleOpen(tx, session, run, end, at);
  const response = steered(session, run, open && end.outcome === 'injected' ? end.into : undefined);
  replaceAnswer(tx, record && { record, response });
  return response;
}

function settleOpen(tx: Transaction, session: SessionHead, run: RunHead, end: SteerEnd, at: number): void {
  if (end.outcome === 'missed') {
    settleMissed(tx, session, run, at);
    return;
  }
  const outcome =
    end.outcome === 'injected'
      ? { status: 'completed' as const, finalOutput: '', injectedInto: end.into }
      : { status: 'failed' as const, error: end.error };
  finishRun(tx, session, run, { outcome, toolHistory: [], at });
}

function steered(session: SessionHead, { runId, status }: RunHead, injectedInto?: string): AdmittedRun {
  const { sessionId } = session;
  if (injectedInto === undefined) return { runId, sessionId, status, delivery: 'queued' };
  return { runId, sessionId, status, delivery: 'injected', injectedInto };
}

/**
 * For the end of a turn. Its driver has waited for every text that it knew of, so what is still on its way was admitted
 * in that very moment and has not been told to the agent: it has missed the turn, and no run behind it may come first.
 */
export function returnLateSteers(tx: Transaction, session: SessionHead, at: number): void {
  // Most sessions never see one, and a flush in the middle of a group costs.
  if (session.typeCounts.run_steering === undefined) return;
  tx.flush();
  const late = tx.all(
    `SELECT run_id FROM runs WHERE session_key = ? AND status = 'steering' ORDER BY queue_order`,
    session.key,
  );
  for (const { run_id } of late) settleSteer(tx, run_id as string, { outcome: 'missed' }, undefined, at);
}

function settleMissed(tx: Transaction, session: SessionHead, run: RunHead, at: number): void {
  if (run.cancelRequestedAt !== null) {
    finishRun(tx, session, run, { outcome: { status: 'cancelled' }, toolHistory: [], at });
    return;
  }
  tx.command(session, run, 'requeue');
  returnToQueue(tx, session, run, 'the turn was over before the agent took it', at);
}
