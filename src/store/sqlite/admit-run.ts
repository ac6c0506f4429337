/** Admission: a run, its session if new, its event and the kept answer, all in one transaction or nothing. */
import { type AdmittedRun, AppError, limits, type MediaRef } from '../../contract/index.js';
import { type Admission, type Admitted, cutStart, type NewSession, pendingEvent } from '../../core/index.js';
import { keepAnswer, refuseAnswered } from './answers.js';
import { interruptActive, moveRun } from './edit-queue.js';
import type { RunHead, SessionHead } from './heads.js';
import { projectRow } from './project-row.js';
import { mediaRefsOf } from './rows.js';
import { insertSession, isBusy, resumeQueue } from './sessions.js';
import { beginSteer } from './steer-runs.js';
import type { Transaction } from './transaction.js';

/** When a full queue or a busy session is worth asking again. */
const queueRetryMs = 1000;

export function admitRun(tx: Transaction, admission: Admission): Admitted {
  const { run, record } = admission;
  refuseAnswered(tx, record);
  if (tx.queuedTotal() >= admission.queuedTotalMax) throw queueFull('The server');
  const session =
    'create' in admission.session
      ? createSession(tx, admission.session.create)
      : sessionFor(tx, admission, admission.session.resume);
  session.runCount += 1;
  session.queueLength += 1;
  session.headRunId ??= run.runId;
  const head = insertRun(tx, session, run);
  tx.append(
    session,
    head,
    pendingEvent({
      type: 'run_queued',
      runId: run.runId,
      projectId: run.projectId,
      queuedAt: run.at,
      input: { content: run.prompt, ...mediaRefs(run) },
      queuePosition: session.queueLength,
      ...(run.retryOf === undefined ? {} : { retryOf: run.retryOf }),
    }),
    run.at,
  );
  if (run.retryOf !== undefined) goOnAfter(tx, session, head, run.retryOf, run.at);
  const { steerInto, ...delivered } = deliver(tx, session, head, admission);
  const answer = { runId: run.runId, sessionId: session.sessionId, status: 'queued' as const, ...delivered };
  keepAnswer(tx, record && { record, response: answer }, run.at);
  tx.topics.add('queue');
  return { answer, ...(steerInto === undefined ? {} : { steerInto }) };
}

/** A run that tries again what paused the queue takes its place, and the queue goes on. */
function goOnAfter(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  failedRunId: string,
  at: number,
): void {
  if (!session.queuePaused) return;
  const row = tx.get('SELECT queue_paused_by FROM sessions WHERE session_key = ?', session.key);
  if (row?.queue_paused_by !== failedRunId) return;
  moveRun(tx, session, run, { to: 'first' }, at);
  resumeQueue(tx, session, at);
}

type Delivered = Pick<AdmittedRun, 'delivery' | 'interruptedRunId'> & Pick<Admitted, 'steerInto'>;

function deliver(tx: Transaction, session: SessionHead, run: RunHead, admission: Admission): Delivered {
  const { delivery = session.delivery } = admission;
  const { at } = admission.run;
  if (delivery === 'queue' || delivery === 'reject') return {};
  if (delivery === 'interrupt') {
    moveRun(tx, session, run, { to: 'first' }, at);
    const interruptedRunId = interruptActive(tx, session, at);
    if (interruptedRunId !== undefined) return { delivery: 'interrupted', interruptedRunId };
  }
  if (delivery === 'steer' && admission.steerable(session.harness)) {
    const steerInto = beginSteer(tx, session, run, at);
    if (steerInto !== undefined) return { delivery: 'queued', steerInto };
  }
  return { delivery: 'queued' };
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
  const { delivery = session.delivery } = admission;
  if (delivery === 'reject' && isBusy(session)) {
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
    `INSERT INTO runs (run_id, session_key, project_id, run_no, queue_order, status, created_at, input_preview)
      VALUES (?, ?, ?, ?, ?, 'queued', ?, ?)`,
    run.runId,
    session.key,
    run.projectId,
    session.runCount,
    session.runCount,
    run.at,
    cutStart(run.prompt, limits.previewCharsMax),
  );
  const { attachments = [], permissions } = run;
  tx.insert(
    `INSERT INTO run_inputs (run_key, max_turns, fresh_context, metadata, prompt, permissions, attachments, model, retry_of,
      budget, auto_resume) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    key,
    run.maxTurns ?? null,
    run.freshContext ? 1 : 0,
    JSON.stringify(run.metadata),
    run.prompt,
    permissions === undefined ? null : JSON.stringify(permissions),
    attachments.length === 0 ? null : JSON.stringify(attachments.map(({ mimeType }) => mimeType)),
    run.model ?? null,
    run.retryOf ?? null,
    run.budget === undefined ? null : JSON.stringify(run.budget),
    run.autoResume === undefined ? null : Number(run.autoResume),
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
  const head = queuedRunHead(session, run, key);
  tx.adoptRun(head);
  return head;
}

function queuedRunHead(session: SessionHead, { runId, projectId }: Admission['run'], key: number): RunHead {
  return {
    key,
    runId,
    sessionKey: session.key,
    projectId,
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
    parked: null,
    interrupted: null,
    spent: null,
    resumesAt: null,
    savedStatus: 'queued',
  };
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
