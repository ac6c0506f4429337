/** The way of a run into its session's queue and out of it: admitted, claimed, put back, cancelled. */
import { AppError, limits, type MediaRef } from '../../contract/index.js';
import {
  type Admission,
  type CancelResult,
  cutStart,
  isTerminal,
  type NewSession,
  pendingEvent,
  type RunStore,
} from '../../core/index.js';
import { keepAnswer, refuseAnswered } from './answers.js';
import { claimRuns } from './claim-runs.js';
import type { Connection } from './connection.js';
import type { RunHead, SessionHead } from './heads.js';
import { leaveQueue } from './leave-queue.js';
import { projectRow } from './project-row.js';
import { mediaRefsOf } from './rows.js';
import { insertSession, pauseQueue } from './sessions.js';
import type { Transaction } from './transaction.js';

type RunQueue = Pick<RunStore, 'admitRun' | 'claimRuns' | 'requeueRun' | 'requestCancel'>;

/** When a full queue or a busy session is worth asking again. */
const queueRetryMs = 1000;

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

function admitRun(tx: Transaction, admission: Admission): void {
  const { run, answer } = admission;
  refuseAnswered(tx, answer?.record);
  if (tx.queuedTotal() >= admission.queuedTotalMax) throw queueFull('The server');
  const owner =
    'create' in admission.session
      ? createSession(tx, admission.session.create)
      : sessionFor(tx, admission, admission.session.resume);
  owner.runCount += 1;
  owner.queueLength += 1;
  owner.headRunId ??= run.runId;
  const head = insertRun(tx, owner, run);
  tx.append(
    owner,
    head,
    pendingEvent({
      type: 'run_queued',
      runId: run.runId,
      projectId: run.projectId,
      queuedAt: run.at,
      input: { content: run.prompt, ...mediaRefs(run) },
      queuePosition: owner.queueLength,
    }),
    run.at,
  );
  keepAnswer(tx, answer, run.at);
  tx.topics.add('queue');
}

function createSession(tx: Transaction, session: NewSession): SessionHead {
  projectRow(tx, session.projectId);
  return insertSession(tx, session);
}

function sessionFor(tx: Transaction, admission: Admission, sessionId: string): SessionHead {
  const session = tx.session(sessionId);
  if (session.projectId !== admission.run.projectId) {
    throw new AppError('session_mismatch', 'The session belongs to another project.');
  }
  if (session.archivedAt !== null) {
    throw new AppError('session_archived', 'The session is archived: unarchive it before it takes new runs.');
  }
  if (admission.delivery === 'reject' && (session.activeRunId !== null || session.queueLength > 0)) {
    throw new AppError('session_busy', 'The session is busy and the run asked to be rejected then.', {
      retryAfterMs: queueRetryMs,
    });
  }
  if (session.queueLength >= admission.queuedPerSessionMax) throw queueFull('The session');
  return session;
}

function queueFull(owner: string): AppError {
  return new AppError(
    'queue_full',
    `${owner} has as many queued runs as it takes: try again when some have run.`,
    {
      retryAfterMs: queueRetryMs,
    },
  );
}

function insertRun(tx: Transaction, session: SessionHead, run: Admission['run']): RunHead {
  const key = tx.insert(
    `INSERT INTO runs (run_id, session_key, project_id, run_no, status, created_at, input_preview)
      VALUES (?, ?, ?, ?, 'queued', ?, ?)`,
    run.runId,
    session.key,
    run.projectId,
    session.runCount,
    run.at,
    cutStart(run.prompt, limits.previewCharsMax),
  );
  const { attachments = [], permissions } = run;
  tx.insert(
    `INSERT INTO run_inputs (run_key, max_turns, fresh_context, metadata, prompt, permissions, attachments)
      VALUES (?, ?, ?, ?, ?, ?, ?)`,
    key,
    run.maxTurns ?? null,
    run.freshContext ? 1 : 0,
    JSON.stringify(run.metadata),
    run.prompt,
    permissions === undefined ? null : JSON.stringify(permissions),
    attachments.length === 0 ? null : JSON.stringify(attachments.map(({ mimeType }) => mimeType)),
  );
  attachments.forEach(({ mimeType, content }, index) => {
    tx.run(
      'INSERT INTO run_attachments (run_key, attachment_no, media_type, content) VALUES (?, ?, ?, ?)',
      key,
      index,
      mimeType,
      content,
    );
  });
  const head: RunHead = {
    key,
    runId: run.runId,
    sessionKey: session.key,
    projectId: run.projectId,
    runNo: session.runCount,
    status: 'queued',
    attempt: 0,
    workerId: null,
    handedOverAt: null,
    cancelRequestedAt: null,
    startedAt: null,
    completedAt: null,
    eventCount: 0,
    firstSeq: 0,
    claimedSeq: null,
    lastSeq: 0,
    typeCounts: {},
    resume: null,
    savedStatus: 'queued',
  };
  tx.adoptRun(head);
  return head;
}

function mediaRefs({ runId, attachments }: Admission['run']): { attachments?: MediaRef[] } {
  if (attachments === undefined || attachments.length === 0) return {};
  return {
    attachments: mediaRefsOf(
      runId,
      attachments.map(({ mimeType }) => mimeType),
    ),
  };
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

function requestCancel(
  tx: Transaction,
  runId: string,
  queue: 'keep' | 'clear' | 'pause',
  at: number,
): CancelResult {
  const run = tx.findRun(runId);
  if (run === undefined) throw new AppError('run_not_found', 'run not found');
  if (isTerminal(run.status)) return { kind: 'ended', status: run.status };
  const session = tx.sessionOf(run);
  const result = cancelOne(tx, session, run, queue, at);
  if (queue === 'pause') pauseQueue(tx, session, true, 'a run was cancelled', at);
  if (queue === 'clear') clearQueueBehind(tx, session, run, at);
  return result;
}

function cancelOne(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  queue: 'keep' | 'clear' | 'pause',
  at: number,
): CancelResult {
  if (run.status === 'queued') {
    cancelQueued(tx, session, run, at);
    return { kind: 'cancelled' };
  }
  const first = run.cancelRequestedAt === null;
  if (first) {
    run.cancelRequestedAt = at;
    tx.append(
      session,
      run,
      pendingEvent({ type: 'cancel_requested', runId: run.runId, requestedAt: at, queue }),
      at,
    );
    tx.topics.add(`cancel:${run.runId}`);
  }
  return { kind: 'requested', first };
}

function cancelQueued(tx: Transaction, session: SessionHead, run: RunHead, at: number): void {
  tx.command(session, run, 'cancel');
  leaveQueue(tx, session, run);
  run.completedAt = at;
  tx.append(
    session,
    run,
    pendingEvent({
      type: 'run_cancelled',
      runId: run.runId,
      projectId: run.projectId,
      cancelledAt: at,
      reason: 'cancelled while queued',
    }),
    at,
  );
}

function clearQueueBehind(tx: Transaction, session: SessionHead, run: RunHead, at: number): void {
  tx.flush();
  const queued = tx.all(
    `SELECT run_id FROM runs WHERE session_key = ? AND status = 'queued' AND run_no > ? ORDER BY run_no`,
    session.key,
    run.runNo,
  );
  for (const { run_id } of queued) cancelQueued(tx, session, tx.findRun(run_id as string) as RunHead, at);
}
