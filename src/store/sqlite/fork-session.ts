/** A new session that goes on where another was after one of its runs. */
import { AppError, type Budget, type Session } from '../../contract/index.js';
import { type AnswerRecord, type ForkRequest, type ForkStore, pendingEvent } from '../../core/index.js';
import { keepAnswer, refuseAnswered } from './answers.js';
import type { Connection } from './connection.js';
import type { SqlRow } from './driver.js';
import { hasGoneOn, reachedAgent } from './fork-origin.js';
import type { SessionHead } from './heads.js';
import { queueStateFrom, sessionSelect } from './rows.js';
import { insertSession, readSession } from './sessions.js';
import type { Transaction } from './transaction.js';

export function forkStore(connection: Connection): ForkStore {
  return {
    forkSession: (request, record) =>
      connection.write((tx) => forkSession(tx, request, record), { durable: true }),
  };
}

function forkSession(tx: Transaction, request: ForkRequest, record: AnswerRecord | undefined): Session {
  refuseAnswered(tx, record);
  const source = tx.session(request.sessionId);
  tx.flush();
  const run = chooseRun(tx, source, request.atRunId);
  const { continuation, checkpoint } = placeToCopy(tx, source, run, request.canForkAt);
  const fork = insertFork(tx, source, request.fork);
  const fromRunId = run.run_id as string;
  tx.run(
    `UPDATE sessions SET forked_from_session = ?, forked_from_run = ?, fork_continuation = ?, fork_checkpoint = ?
      WHERE session_key = ?`,
    source.sessionId,
    fromRunId,
    continuation,
    checkpoint,
    fork.key,
  );
  const { at } = request.fork;
  const event = {
    type: 'session_forked' as const,
    fromSessionId: source.sessionId,
    fromRunId,
    fromSeq: run.last_seq as number,
    forkedAt: at,
  };
  tx.append(fork, undefined, pendingEvent(event), at);
  const response = readSession(tx, fork.sessionId);
  keepAnswer(tx, record && { record, response }, at);
  return response;
}

const runRow = `SELECT r.run_key, r.run_id, r.session_key, r.last_seq, r.status, r.completed_at, ${reachedAgent} AS reached,
  x.continuation, x.checkpoint, x.injected_into FROM runs r LEFT JOIN run_results x ON x.run_key = r.run_key`;

/** The named run, or the last one that the agent has ended. */
function chooseRun(tx: Transaction, source: SessionHead, atRunId: string | undefined): SqlRow {
  if (atRunId === undefined) {
    const last = tx.get(
      `${runRow} WHERE r.session_key = ? AND reached AND r.completed_at IS NOT NULL
        ORDER BY r.last_seq DESC LIMIT 1`,
      source.key,
    );
    if (last === undefined)
      throw nothingToFork('No run of this session has reached an agent of this server and ended yet.');
    return last;
  }
  const run = tx.get(`${runRow} WHERE r.run_id = ?`, atRunId);
  if (run === undefined) throw new AppError('run_not_found', 'run not found');
  if (run.session_key !== source.key)
    throw nothingToFork('The run belongs to another session: fork that one, or name a run of this one.');
  if (run.completed_at === null) {
    throw new AppError(
      'run_not_ended',
      `The run is ${run.status}: wait for its end, or fork at an earlier one.`,
    );
  }
  if (run.injected_into !== null)
    throw nothingToFork(`The run is part of the turn of run ${run.injected_into}: fork at that one.`);
  if (run.reached !== 1)
    throw nothingToFork('The run never reached an agent of this server: fork at another one.');
  return run;
}

/** Without a checkpoint an agent can copy only what is the present state of the source. */
function placeToCopy(
  tx: Transaction,
  source: SessionHead,
  run: SqlRow,
  canForkAt: ForkRequest['canForkAt'],
): { continuation: string; checkpoint: string | null } {
  if (canForkAt === 'at_run' && run.checkpoint !== null)
    return { continuation: run.continuation as string, checkpoint: run.checkpoint as string };
  if (source.activeRunId === null && !hasGoneOn(tx, run.run_key as number)) {
    if (source.continuation === null)
      throw nothingToFork('The agent has not said how the conversation of this session can be restored.');
    return { continuation: source.continuation, checkpoint: null };
  }
  if (canForkAt === 'at_run')
    throw nothingToFork(`Run ${run.run_id} left no place to fork at: fork at another run of the session.`);
  const only = `The agent "${source.harness}" can copy a conversation only as it is now`;
  if (isUnderWay(tx, source))
    throw new AppError('session_busy', `${only}: fork the session when the run that is under way has ended.`);
  throw new AppError('unsupported', `${only}: leave atRunId out to fork at the last run.`);
}

/** The agent has begun with a run that has not ended. */
function isUnderWay(tx: Transaction, source: SessionHead): boolean {
  if (source.activeRunId !== null) return true;
  const begun = tx.get(
    `SELECT 1 FROM runs r WHERE r.session_key = ? AND r.completed_at IS NULL AND ${reachedAgent} LIMIT 1`,
    source.key,
  );
  return begun !== undefined;
}

function insertFork(tx: Transaction, source: SessionHead, fork: ForkRequest['fork']): SessionHead {
  const row = tx.get(`${sessionSelect} WHERE session_key = ?`, source.key) as SqlRow;
  const { pauseOnFailure, delivery } = queueStateFrom(row);
  return insertSession(tx, {
    ...fork,
    projectId: source.projectId,
    source: { kind: 'interactive' },
    aspTargetName: row.target as string,
    harness: source.harness,
    ...(row.model === null ? {} : { model: row.model as string }),
    direct: row.direct_harness === 1,
    queue: { pauseOnFailure, delivery },
    ...(row.budget === null ? {} : { budget: JSON.parse(row.budget as string) as Budget }),
  });
}

function nothingToFork(words: string): AppError {
  return new AppError('no_fork_point', words);
}
