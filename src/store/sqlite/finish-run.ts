import { AppError, limits } from '../../contract/index.js';
import { type Continuation, pendingEvent, type RunEnd } from '../../core/index.js';
import { endFork } from './fork-origin.js';
import type { RunHead, SessionHead } from './heads.js';
import { settlePermissions } from './permissions.js';
import { pauseQueue } from './sessions.js';
import { addUsages, spentOf } from './spent.js';
import type { Transaction } from './transaction.js';
import { addUsage } from './usage.js';

/** The terminal state, its one terminal event, and what the run leaves behind. */
export function finishRun(tx: Transaction, session: SessionHead, run: RunHead, end: RunEnd): void {
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
    `INSERT INTO run_results (run_key, error, usage, tool_history, final_output, injected_into, continuation, checkpoint)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    run.key,
    outcome.status === 'failed' ? JSON.stringify(outcome.error) : null,
    ...usedInAll(run, end),
    outcome.status === 'completed' ? outcome.finalOutput : null,
    outcome.status === 'completed' ? (outcome.injectedInto ?? null) : null,
    end.continuation?.key ?? null,
    end.checkpoint ?? null,
  );
  const { usage, activeMs = run.startedAt === null ? 0 : at - run.startedAt } = end;
  addUsage(tx, session, run, { usage, activeMs, outcome: outcome.status }, at);
  if (outcome.status === 'failed' && session.pauseOnFailure) {
    pauseQueue(tx, session, { reason: 'a run failed', failedRunId: run.runId }, at);
  }
  tx.topics.add('queue');
}

/** Also by attempts that were interrupted: usage and uses of tools, as JSON. */
function usedInAll(
  run: RunHead,
  { usage, toolHistory }: RunEnd,
): [usage: string | null, toolHistory: string] {
  if (run.spent === null) {
    return [usage === undefined ? null : JSON.stringify(usage), JSON.stringify(toolHistory)];
  }
  const before = spentOf(run);
  return [
    JSON.stringify(addUsages(before.usage, usage ?? {})),
    JSON.stringify([...before.toolHistory, ...toolHistory].slice(0, limits.toolHistoryMax)),
  ];
}

export function observeContinuation(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  { provider, key }: Continuation,
  at: number,
): void {
  if (key === session.continuation) return;
  if (session.continuation === null) endFork(tx, session);
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
        ...(outcome.injectedInto === undefined ? {} : { injectedInto: outcome.injectedInto }),
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
