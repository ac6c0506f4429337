/** Edits of a session's queue: read as a list, reworded, put in another order, emptied. */
import { AppError, limits, type Queue } from '../../contract/index.js';
import { cutStart, type Page, pendingEvent, type QueuePlace, type QueueStore } from '../../core/index.js';
import { askToEnd, clearQueue } from './cancel-runs.js';
import type { Connection } from './connection.js';
import type { SqlRow } from './driver.js';
import type { RunHead, SessionHead } from './heads.js';
import { cancelParked } from './park-runs.js';
import { QueuePositions } from './queue-positions.js';
import { queueStateFrom, runSummaryFrom, runSummarySelect } from './rows.js';
import type { Transaction } from './transaction.js';

export function queueStore(connection: Connection): QueueStore {
  return {
    readQueue: (sessionId, page) => connection.read(() => readQueue(connection, sessionId, page)),
    editRun: (runId, prompt, at) =>
      connection.write((tx) => editRun(tx, queuedRun(tx, runId), prompt, at), { durable: true }),
    moveRun: (runId, place, interrupt, at) =>
      connection.write(
        (tx) => {
          const run = queuedRun(tx, runId);
          const session = tx.sessionOf(run);
          moveRun(tx, session, run, place, at);
          if (interrupt) interruptActive(tx, session, at);
        },
        { durable: true },
      ),
    clearQueue: (sessionId, at) =>
      connection.write((tx) => clearQueue(tx, tx.session(sessionId), undefined, at), { durable: true }),
  };
}

function readQueue(connection: Connection, sessionId: string, { limit, cursor }: Page): Queue {
  const session = connection.get('SELECT * FROM sessions WHERE session_id = ?', sessionId);
  if (session === undefined) throw new AppError('session_not_found', 'session not found');
  const after = cursor === undefined ? 0 : orderOf(connection, session, cursor);
  const rows = connection.all(
    `${runSummarySelect} WHERE r.session_key = ? AND r.status = 'queued' AND r.queue_order > ?
      ORDER BY r.queue_order LIMIT ?`,
    session.session_key as number,
    after,
    limit,
  );
  const positions = new QueuePositions(connection);
  return {
    sessionId,
    ...queueStateFrom(session),
    ...(session.active_run_id === null ? {} : { activeRunId: session.active_run_id as string }),
    runs: rows.map((row) => runSummaryFrom(row, positions)),
    total: session.queue_length as number,
  };
}

function orderOf(connection: Connection, session: SqlRow, runId: string): number {
  const row = connection.get(
    "SELECT queue_order FROM runs WHERE run_id = ? AND session_key = ? AND status = 'queued'",
    runId,
    session.session_key as number,
  );
  return (row?.queue_order as number | undefined) ?? Number.MAX_SAFE_INTEGER;
}

/** Throws `run_not_found`, `run_not_queued`. */
function queuedRun(tx: Transaction, runId: string): RunHead {
  const run = tx.findRun(runId);
  if (run === undefined) throw new AppError('run_not_found', 'run not found');
  if (run.status === 'queued') return run;
  throw new AppError('run_not_queued', `The run is ${run.status}: only queued runs can be edited or moved.`);
}

function editRun(tx: Transaction, run: RunHead, prompt: string, at: number): void {
  tx.run('UPDATE run_inputs SET prompt = ? WHERE run_key = ?', prompt, run.key);
  const preview = cutStart(prompt, limits.previewCharsMax);
  tx.run('UPDATE runs SET input_preview = ? WHERE run_key = ?', preview, run.key);
  const event = {
    type: 'run_edited' as const,
    runId: run.runId,
    input: { content: prompt },
    editedAt: at,
  };
  tx.append(tx.sessionOf(run), run, pendingEvent(event), at);
}

/** The runs between its old place and its new one step aside: all exchange their numbers, and no others change. */
export function moveRun(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  place: QueuePlace,
  at: number,
): void {
  const { from, to, rows } = findMove(tx, session, run, place);
  if (from === to) return;
  const moved = [...rows];
  moved.splice(to, 0, ...moved.splice(from, 1));
  moved.forEach((row, index) => {
    const order = rows[index]?.queue_order as number;
    if (row.queue_order !== order)
      tx.run('UPDATE runs SET queue_order = ? WHERE run_key = ?', order, row.run_key as number);
  });
  session.headRunId = moved[0]?.run_id as string;
  const event = { type: 'run_moved' as const, runId: run.runId, queuePosition: to + 1, movedAt: at };
  tx.append(session, run, pendingEvent(event), at);
  tx.topics.add('queue');
}

/** Indexes in the queue. */
function findMove(tx: Transaction, session: SessionHead, run: RunHead, place: QueuePlace) {
  const neighbour =
    'to' in place ? run : neighbourOf(tx, run, 'before' in place ? place.before : place.after);
  tx.flush();
  const rows = tx.all(
    `SELECT run_key, run_id, queue_order FROM runs WHERE session_key = ? AND status = 'queued' ORDER BY queue_order`,
    session.key,
  );
  const indexOf = (runId: string) => rows.findIndex((row) => row.run_id === runId);
  const from = indexOf(run.runId);
  if ('to' in place) return { from, to: place.to === 'first' ? 0 : rows.length - 1, rows };
  const beside = indexOf(neighbour.runId);
  if (beside === from) return { from, to: from, rows };
  // Taking the run out moves those behind it one to the front.
  const gap = 'before' in place ? beside : beside + 1;
  return { from, to: gap > from ? gap - 1 : gap, rows };
}

function neighbourOf(tx: Transaction, run: RunHead, runId: string): RunHead {
  const neighbour = tx.findRun(runId);
  if (neighbour?.status === 'queued' && neighbour.sessionKey === run.sessionKey) return neighbour;
  throw new AppError('run_not_queued', 'The run to move next to is not queued in the same session.');
}

/** Asks whoever drives the active run to end it, or ends the parked one; its id, where there is one. */
export function interruptActive(tx: Transaction, session: SessionHead, at: number): string | undefined {
  const parked = session.parkedRunId === null ? undefined : tx.findRun(session.parkedRunId);
  if (parked !== undefined) {
    cancelParked(tx, session, parked, at);
    return parked.runId;
  }
  const active = session.activeRunId === null ? undefined : tx.findRun(session.activeRunId);
  if (active === undefined) return undefined;
  askToEnd(tx, session, active, 'keep', at);
  return active.runId;
}
