/**
 * Pages of the log. Every page is a few ranges of an index, whatever the log's length:
 * - no filter: the primary key; an offset is a seq, by way of the gaps where deltas were removed;
 * - one run: the count of events within the run (`run_seq`); where some were removed, an offset steps over its rows. Behind
 *   a cursor or by type: the few events that it had in the queue, then its own stretch of the session's log;
 * - types: one range per type, merged; only an offset has to step over rows there, and it is bounded.
 */
import { limits } from '../../contract/index.js';
import type { EventQuery, EventStore, StoredEvent } from '../../core/index.js';
import type { Connection } from './connection.js';
import type { SqlRow, SqlValue } from './driver.js';
import { seqFromEnd } from './log-positions.js';

interface LogWindow {
  sessionKey: number;
  runKey: number | undefined;
  /** A map, because any text may be asked for as a type. */
  typeCounts: ReadonlyMap<string, number>;
  /** Inclusive bounds by seq. */
  from: number;
  to: number;
  /** Events that the log or run has had, and how many of them are left. */
  appended: number;
  kept: number;
  headSeq: number;
  trimmedSeq: number;
  firstSeq: number;
  /** Where a worker took the run, and how many of its events stand before: edits, moves, steering. */
  claimedSeq: number;
  beforeClaim: number;
}

const eventSelect = `SELECT e.seq, e.type, e.ts, e.from_agent, e.data, r.run_id FROM events e
  LEFT JOIN runs r ON r.run_key = e.run_key`;

export function eventStore(connection: Connection): EventStore {
  return {
    readEvents: (query) => connection.read(() => readWindow(connection, logWindow(connection, query), query)),

    readEventsBehind: (query) =>
      connection.read(() => {
        const window = logWindow(connection, query);
        const { firstSeq = 1, trimmedSeq = 0 } = window ?? {};
        // A run that began later has lost nothing.
        const oldestSeq = trimmedSeq < firstSeq ? 1 : trimmedSeq + 1;
        return { events: readWindow(connection, window, query), oldestSeq };
      }),

    countEvents: (query) =>
      connection.read(() => {
        const window = logWindow(connection, query);
        if (window === undefined) return 0;
        const counts = window.typeCounts;
        return sum(
          query.types === undefined
            ? [...counts.values()]
            : unique(query.types).map((t) => counts.get(t) ?? 0),
        );
      }),

    hasLog: (sessionId) =>
      connection.read(
        () => connection.get('SELECT 1 FROM sessions WHERE session_id = ?', sessionId) !== undefined,
      ),
  };
}

function readWindow(connection: Connection, window: LogWindow | undefined, query: EventQuery): StoredEvent[] {
  if (window === undefined || window.from > window.to || query.limit <= 0) return [];
  const rows =
    query.types === undefined ? readAll(connection, window, query) : readTypes(connection, window, query);
  return rows.map(storedEvent);
}

function logWindow(
  connection: Connection,
  { sessionId, runId, after, before }: Pick<EventQuery, 'sessionId' | 'runId' | 'after' | 'before'>,
): LogWindow | undefined {
  const row =
    runId === undefined
      ? connection.get(
          `SELECT session_key, NULL AS run_key, type_counts, 1 AS first_seq, 1 AS claimed_seq, 0 AS before_claim,
            head_seq AS last_seq, head_seq, trimmed_seq, head_seq AS appended FROM sessions WHERE session_id = ?`,
          sessionId,
        )
      : connection.get(
          `SELECT r.session_key, r.run_key, r.type_counts, r.first_seq, r.claimed_seq, c.run_seq - 1 AS before_claim,
            r.last_seq, s.head_seq, s.trimmed_seq, r.event_count AS appended
            FROM runs r JOIN sessions s ON s.session_key = r.session_key
            LEFT JOIN events c ON c.session_key = r.session_key AND c.seq = r.claimed_seq
            WHERE r.run_id = ? AND s.session_id = ?`,
          runId,
          sessionId,
        );
  if (row === undefined) return undefined;
  const lastSeq = row.last_seq as number;
  const trimmedSeq = row.trimmed_seq as number;
  const typeCounts = new Map(Object.entries(JSON.parse(row.type_counts as string) as Record<string, number>));
  return {
    sessionKey: row.session_key as number,
    runKey: (row.run_key as number | null) ?? undefined,
    typeCounts,
    from: Math.max(row.first_seq as number, trimmedSeq + 1, (after ?? 0) + 1),
    to: Math.min(lastSeq, (before ?? Number.MAX_SAFE_INTEGER) - 1),
    appended: row.appended as number,
    kept: sum([...typeCounts.values()]),
    headSeq: row.head_seq as number,
    trimmedSeq,
    firstSeq: row.first_seq as number,
    // Of a run that was never taken all events stand before; where the claim was removed, all of those were as well.
    claimedSeq: (row.claimed_seq as number | null) ?? lastSeq + 1,
    beforeClaim:
      row.claimed_seq === null ? (row.appended as number) : ((row.before_claim as number | null) ?? 0),
  };
}

function readAll(connection: Connection, window: LogWindow, query: EventQuery): SqlRow[] {
  if (window.runKey === undefined) return readSession(connection, window, query);
  const bounded = query.after !== undefined || query.before !== undefined;
  if (bounded) return readRunBehind(connection, window, window.runKey, query);
  return readRun(connection, window, window.runKey, query);
}

function readSession(connection: Connection, window: LogWindow, query: EventQuery): SqlRow[] {
  const offset = query.offset ?? 0;
  const { sessionKey, from, to } = window;
  const [low, high, step] = offset === 0 ? [from, to, 0] : offsetRange(connection, window, query, offset);
  return connection.all(
    `${eventSelect} WHERE e.session_key = ? AND e.seq BETWEEN ? AND ? ORDER BY e.seq ${query.order} LIMIT ? OFFSET ?`,
    sessionKey,
    low,
    high,
    query.limit,
    step,
  );
}

/** The range behind an offset, and what is to be stepped over within it. */
function offsetRange(
  connection: Connection,
  window: LogWindow,
  query: EventQuery,
  offset: number,
): [low: number, high: number, step: number] {
  const { from, to, kept, headSeq, trimmedSeq } = window;
  const descending = query.order === 'desc';
  if (kept === headSeq - trimmedSeq) return descending ? [from, to - offset, 0] : [from + offset, to, 0];
  if (query.after !== undefined || query.before !== undefined) return [from, to, offset];
  const seq = seqFromEnd(connection, window, descending ? offset : kept - 1 - offset);
  if (seq === 0 || offset >= kept) return [1, 0, 0];
  return descending ? [from, seq, 0] : [seq, to, 0];
}

function readRun(connection: Connection, window: LogWindow, runKey: number, query: EventQuery): SqlRow[] {
  const { kept, appended } = window;
  const offset = query.offset ?? 0;
  // Without gaps an offset is a number of an event within the run.
  const [passed, step] = kept === appended ? [offset, 0] : [0, offset];
  const range = query.order === 'desc' ? [1, appended - passed] : [1 + passed, appended];
  return connection.all(
    `${eventSelect} WHERE e.run_key = ? AND e.run_seq BETWEEN ? AND ? ORDER BY e.run_seq ${query.order} LIMIT ? OFFSET ?`,
    runKey,
    ...(range as [number, number]),
    query.limit,
    step,
  );
}

function readRunBehind(
  connection: Connection,
  window: LogWindow,
  runKey: number,
  { order, limit, offset = 0 }: EventQuery,
): SqlRow[] {
  const [inQueue, afterwards, values] = partsOfRun(window, runKey, undefined);
  return connection.all(
    `${eventSelect} WHERE ${inQueue} UNION ALL ${eventSelect} WHERE ${afterwards}
      ORDER BY seq ${order} LIMIT ? OFFSET ?`,
    ...values,
    limit,
    offset,
  );
}

/** The two parts of a run within the window, each a range of an index: what it had in the queue, and what came then. */
function partsOfRun(
  { sessionKey, from, to, claimedSeq, beforeClaim }: LogWindow,
  runKey: number,
  type: string | undefined,
): [inQueue: string, afterwards: string, values: SqlValue[]] {
  const ofType = type === undefined ? '' : 'AND e.type = ?';
  const types = type === undefined ? [] : [type];
  return [
    `e.run_key = ? AND e.run_seq <= ? AND e.seq BETWEEN ? AND ? ${ofType}`,
    `e.session_key = ? ${ofType} AND e.seq BETWEEN ? AND ? AND e.run_key = ?`,
    [runKey, beforeClaim, from, to, ...types, sessionKey, ...types, Math.max(from, claimedSeq), to, runKey],
  ];
}

function readTypes(connection: Connection, window: LogWindow, query: EventQuery): SqlRow[] {
  const offset = Math.min(query.offset ?? 0, limits.filteredOffsetMax);
  const types = unique(query.types ?? []).filter((type) => window.typeCounts.has(type));
  const [onlyType] = types;
  if (onlyType === undefined) return [];
  if (types.length === 1)
    return seqsOfType(connection, window, onlyType, query, query.limit, offset).map(byKey);
  const wanted = offset + query.limit;
  const seqs = types
    .flatMap((type) => seqsOfType(connection, window, type, query, wanted, 0))
    .sort((a, b) => (query.order === 'desc' ? b - a : a - b))
    .slice(offset, wanted);
  return seqs.map(byKey);

  function byKey(seq: number): SqlRow {
    return connection.get(
      `${eventSelect} WHERE e.session_key = ? AND e.seq = ?`,
      window.sessionKey,
      seq,
    ) as SqlRow;
  }
}

function seqsOfType(
  connection: Connection,
  window: LogWindow,
  type: string,
  { order }: EventQuery,
  limit: number,
  offset: number,
): number[] {
  const { sessionKey, runKey, from, to } = window;
  const [where, values] =
    runKey === undefined
      ? [
          'FROM events e WHERE e.session_key = ? AND e.type = ? AND e.seq BETWEEN ? AND ?',
          [sessionKey, type, from, to],
        ]
      : typeOfRun(window, runKey, type);
  return connection
    .all(`SELECT e.seq ${where} ORDER BY seq ${order} LIMIT ? OFFSET ?`, ...values, limit, offset)
    .map((row) => row.seq as number);
}

function typeOfRun(window: LogWindow, runKey: number, type: string): [where: string, values: SqlValue[]] {
  const [inQueue, afterwards, values] = partsOfRun(window, runKey, type);
  // By itself the planner reads all that the run ever said.
  const byType = 'FROM events e INDEXED BY events_by_type';
  return [`FROM events e WHERE ${inQueue} UNION ALL SELECT e.seq ${byType} WHERE ${afterwards}`, values];
}

function storedEvent(row: SqlRow): StoredEvent {
  const runId = row.run_id as string | null;
  return {
    seq: row.seq as number,
    type: row.type as string,
    ts: row.ts as number,
    ...(runId === null ? {} : { runId }),
    source: row.from_agent === 1 ? 'agent' : 'control-plane',
    json: row.data as string,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

function unique(types: readonly string[]): string[] {
  return [...new Set(types)];
}
