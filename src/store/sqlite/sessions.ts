import { AppError, type Session } from '../../contract/index.js';
import { type NewSession, pendingEvent, type QueueSettings, type SessionStore } from '../../core/index.js';
import { keepAnswer, refuseAnswered } from './answers.js';
import type { Connection } from './connection.js';
import type { SqlRow } from './driver.js';
import { refuseWhileForked } from './fork-origin.js';
import type { SessionHead } from './heads.js';
import { listSessions } from './list-sessions.js';
import { projectRow } from './project-row.js';
import { removeSession } from './remove-session.js';
import { sessionFrom, sessionSelect } from './rows.js';
import type { Transaction } from './transaction.js';

export function sessionStore(connection: Connection): SessionStore {
  return {
    createSession: (session, record) =>
      connection.write(
        (tx) => {
          refuseAnswered(tx, record);
          projectRow(tx, session.projectId);
          insertSession(tx, session);
          const response = readSession(tx, session.sessionId);
          keepAnswer(tx, record && { record, response }, session.at);
          return response;
        },
        { durable: true },
      ),

    updateSession: (sessionId, change, at) =>
      connection.write((tx) => updateSession(tx, sessionId, change, at), { durable: true }),

    deleteSession: (sessionId) =>
      connection.write(
        (tx) => {
          const session = tx.session(sessionId);
          refuseOpenRuns(session, 'deleted');
          refuseWhileForked(tx, session);
          return removeSession(tx, session);
        },
        { durable: true },
      ),

    findSession: (sessionId) =>
      connection.read(() => {
        const row = connection.get(`${sessionSelect} WHERE session_id = ?`, sessionId);
        return row === undefined ? undefined : sessionFrom(row);
      }),

    listSessions: (filter, page) => connection.read(() => listSessions(connection, filter, page)),

    setQueuePaused: (sessionId, paused, reason, at) =>
      connection.write(
        (tx) => {
          const session = tx.session(sessionId);
          if (paused) pauseQueue(tx, session, { reason }, at);
          else resumeQueue(tx, session, at);
          return readSession(tx, sessionId);
        },
        { durable: true },
      ),
  };
}

export function readSession(tx: Transaction, sessionId: string): Session {
  tx.flush();
  return sessionFrom(tx.get(`${sessionSelect} WHERE session_id = ?`, sessionId) as SqlRow);
}

/** `reservedKey`: where the log of the session stands already. */
export function insertSession(tx: Transaction, session: NewSession, reservedKey?: number): SessionHead {
  const {
    sessionId,
    projectId,
    name,
    source,
    aspTargetName,
    harness,
    model,
    metadata,
    direct,
    queue,
    budget,
    at,
  } = session;
  const { pauseOnFailure = false, delivery = 'queue' } = queue;
  const key = tx.insert(
    `INSERT INTO sessions (session_key, session_id, project_id, name, source_kind, target, harness, model, direct_harness,
      metadata, pause_on_failure, delivery, budget, created_at, updated_at, last_activity_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    reservedKey ?? null,
    sessionId,
    projectId,
    name,
    source.kind,
    aspTargetName,
    harness,
    model ?? null,
    direct ? 1 : 0,
    JSON.stringify(metadata),
    pauseOnFailure ? 1 : 0,
    delivery,
    budget === undefined ? null : JSON.stringify(budget),
    at,
    at,
    at,
  );
  const head: SessionHead = {
    key,
    sessionId,
    projectId,
    harness,
    archivedAt: null,
    lastActivityAt: at,
    headSeq: 0,
    typeCounts: {},
    runCount: 0,
    queueLength: 0,
    queuePaused: false,
    pauseOnFailure,
    delivery,
    headRunId: null,
    activeRunId: null,
    activeStatus: null,
    parkedRunId: null,
    continuation: null,
    savedPlace: '',
  };
  tx.adoptSession(head);
  return head;
}

export interface Pause {
  reason: string;
  /** The run whose failure it is. */
  failedRunId?: string;
}

/** A queue that is paused keeps the reason that it has. */
export function pauseQueue(tx: Transaction, session: SessionHead, pause: Pause, at: number): void {
  if (session.queuePaused) return;
  session.queuePaused = true;
  tx.run(
    'UPDATE sessions SET queue_paused_reason = ?, queue_paused_by = ? WHERE session_key = ?',
    pause.reason,
    pause.failedRunId ?? null,
    session.key,
  );
  tx.append(session, undefined, pendingEvent({ type: 'queue_paused', pausedAt: at, ...pause }), at);
  tx.topics.add('queue');
}

export function resumeQueue(tx: Transaction, session: SessionHead, at: number): void {
  if (!session.queuePaused) return;
  session.queuePaused = false;
  tx.append(session, undefined, pendingEvent({ type: 'queue_resumed', resumedAt: at }), at);
  tx.topics.add('queue');
}

function updateSession(
  tx: Transaction,
  sessionId: string,
  change: Parameters<SessionStore['updateSession']>[1],
  at: number,
): Session {
  const session = tx.session(sessionId);
  if (change.archived === true) refuseOpenRuns(session, 'archived');
  const { name, metadata, archived, queue, budget } = change;
  if (name !== undefined) tx.run('UPDATE sessions SET name = ? WHERE session_key = ?', name, session.key);
  if (metadata !== undefined) {
    tx.run('UPDATE sessions SET metadata = ? WHERE session_key = ?', JSON.stringify(metadata), session.key);
  }
  if (archived !== undefined && archived !== (session.archivedAt !== null)) {
    session.archivedAt = archived ? at : null;
  }
  if (queue !== undefined) setUpQueue(tx, session, queue);
  if (budget !== undefined) {
    const json = budget === null ? null : JSON.stringify(budget);
    tx.run('UPDATE sessions SET budget = ? WHERE session_key = ?', json, session.key);
  }
  tx.run('UPDATE sessions SET updated_at = ? WHERE session_key = ?', at, session.key);
  const event = {
    type: 'session_updated' as const,
    updatedAt: at,
    ...(name === undefined ? {} : { name }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(archived === undefined ? {} : { archived }),
    ...(queue === undefined ? {} : { queue }),
    ...(budget === undefined ? {} : { budget }),
  };
  tx.append(session, undefined, pendingEvent(event), at);
  return readSession(tx, sessionId);
}

function setUpQueue(tx: Transaction, session: SessionHead, settings: QueueSettings): void {
  const { pauseOnFailure = session.pauseOnFailure, delivery = session.delivery } = settings;
  session.pauseOnFailure = pauseOnFailure;
  session.delivery = delivery;
  tx.run(
    'UPDATE sessions SET pause_on_failure = ?, delivery = ? WHERE session_key = ?',
    pauseOnFailure ? 1 : 0,
    delivery,
    session.key,
  );
}

/** It has runs that have not ended. */
export function isBusy({ activeRunId, parkedRunId, queueLength }: SessionHead): boolean {
  return activeRunId !== null || parkedRunId !== null || queueLength > 0;
}

function refuseOpenRuns(session: SessionHead, participle: string): void {
  if (!isBusy(session)) return;
  throw new AppError(
    'session_busy',
    `The session has runs that are queued, parked or active: cancel them before it is ${participle}.`,
  );
}
