/**
 * The index of prompts and messages. It holds words and no text: what is shown comes from the log. `search_pending` says
 * which logs have grown, `search_progress` how far each was read; both change in the transactions they speak of, so a
 * crash loses nothing and nothing is indexed twice.
 */
import type { SessionEvent } from '../../contract/index.js';
import {
  type SearchStore,
  type SearchTerm,
  searchableText,
  searchableTypes,
  separateWords,
} from '../../core/index.js';
import type { Connection } from './connection.js';
import type { SqlRow } from './driver.js';
import type { Transaction } from './transaction.js';

/** Of one portion: events, and characters of text. */
const portionEvents = 50;
const portionChars = 256 * 1024;

export function searchStore(connection: Connection): SearchStore {
  return {
    indexLogs: async () => {
      const pending = await connection.read(() => connection.get('SELECT 1 FROM search_pending LIMIT 1'));
      return pending !== undefined && connection.write(indexPortion);
    },

    findText: (query) =>
      connection.read(() => {
        const expression = expressionOf(connection, query);
        if (expression === undefined) return [];
        // CROSS JOIN: the index is read from its newest entry on, and only as far as the page needs.
        const rows = connection.all(
          `SELECT n.entry_key, n.seq, s.session_id, s.project_id, r.run_id, e.ts, e.data
            FROM search_index i CROSS JOIN search_entries n ON n.entry_key = i.rowid
            CROSS JOIN sessions s ON s.session_key = n.session_key
            CROSS JOIN events e ON e.session_key = n.session_key AND e.seq = n.seq
            LEFT JOIN runs r ON r.run_key = e.run_key
            WHERE i.search_index MATCH ? AND i.rowid < ? ORDER BY i.rowid DESC LIMIT ?`,
          expression,
          query.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(query.cursor),
          query.limit,
        );
        return rows.map(foundText);
      }),
  };
}

function foundText(row: SqlRow) {
  const event = JSON.parse(row.data as string) as SessionEvent;
  return {
    projectId: row.project_id as string,
    sessionId: row.session_id as string,
    ...(row.run_id === null ? {} : { runId: row.run_id as string }),
    seq: row.seq as number,
    kind: event.type === 'message_end' ? ('message' as const) : ('prompt' as const),
    ts: row.ts as number,
    text: searchableText(event) ?? '',
    cursor: String(row.entry_key),
  };
}

/** https://sqlite.org/fts5.html#full_text_query_syntax; in quotes nothing of what was asked for has a meaning there. */
function expressionOf(
  connection: Connection,
  { terms, projectId, sessionId }: Parameters<SearchStore['findText']>[0],
): string | undefined {
  const places: string[] = [];
  if (projectId !== undefined) places.push(projectPlace(projectId));
  if (sessionId !== undefined) {
    const row = connection.get('SELECT session_key FROM sessions WHERE session_id = ?', sessionId);
    if (row === undefined) return undefined;
    places.push(sessionPlace(row.session_key as number));
  }
  return [...terms.map(termExpression), ...places.map((place) => `place : ${place}`)].join(' AND ');
}

function termExpression({ words, prefix }: SearchTerm): string {
  return `text : "${separateWords(words).replaceAll('"', ' ').trim()}"${prefix ? ' *' : ''}`;
}

function projectPlace(projectId: string): string {
  return `p${Buffer.from(projectId).toString('hex')}`;
}

function sessionPlace(sessionKey: number): string {
  return `s${sessionKey}`;
}

/** True: there may be more. */
function indexPortion(tx: Transaction): boolean {
  let eventsLeft = portionEvents;
  let charsLeft = portionChars;
  while (eventsLeft > 0 && charsLeft > 0) {
    const log = tx.get(
      `SELECT p.session_key, s.project_id, coalesce(g.seq, 0) AS seq FROM search_pending p
        LEFT JOIN sessions s ON s.session_key = p.session_key
        LEFT JOIN search_progress g ON g.session_key = p.session_key LIMIT 1`,
    );
    if (log === undefined) return false;
    const sessionKey = log.session_key as number;
    const events = log.project_id === null ? [] : textsBehind(tx, sessionKey, log.seq as number, eventsLeft);
    const full = events.length === eventsLeft;
    let done = 0;
    for (const event of events) {
      if (charsLeft <= 0) break;
      charsLeft -= indexEvent(tx, log, event);
      done += 1;
    }
    const last = events[done - 1];
    if (last !== undefined) keepProgress(tx, sessionKey, last.seq as number);
    if (!full && done === events.length) tx.endSearchPending(sessionKey);
    eventsLeft -= Math.max(1, done);
  }
  return true;
}

function textsBehind(tx: Transaction, sessionKey: number, seq: number, limit: number): SqlRow[] {
  return searchableTypes
    .flatMap((type) =>
      tx.all(
        'SELECT seq, run_key, run_seq, type, data FROM events WHERE session_key = ? AND type = ? AND seq > ? ORDER BY seq LIMIT ?',
        sessionKey,
        type,
        seq,
        limit,
      ),
    )
    .sort((a, b) => (a.seq as number) - (b.seq as number))
    .slice(0, limit);
}

/** How many characters it had. */
function indexEvent(tx: Transaction, log: SqlRow, { seq, run_key, run_seq, type, data }: SqlRow): number {
  if (type === 'run_edited') removeEarlierPrompts(tx, run_key as number, run_seq as number);
  const text = searchableText(JSON.parse(data as string) as SessionEvent);
  if (text === undefined || text === '') return 0;
  const key = tx.insert(
    'INSERT INTO search_entries (session_key, seq) VALUES (?, ?)',
    log.session_key as number,
    seq as number,
  );
  const place = `${projectPlace(log.project_id as string)} ${sessionPlace(log.session_key as number)}`;
  tx.run('INSERT INTO search_index (rowid, text, place) VALUES (?, ?, ?)', key, separateWords(text), place);
  return text.length;
}

/** A prompt is found as it was last worded: what it was before was never run. */
function removeEarlierPrompts(tx: Transaction, runKey: number, runSeq: number): void {
  const entries = tx.all(
    `SELECT n.entry_key FROM events e JOIN search_entries n ON n.session_key = e.session_key AND n.seq = e.seq
      WHERE e.run_key = ? AND e.run_seq < ? AND e.type IN ('run_queued', 'run_edited')`,
    runKey,
    runSeq,
  );
  for (const { entry_key } of entries) removeEntry(tx, entry_key as number);
}

function keepProgress(tx: Transaction, sessionKey: number, seq: number): void {
  tx.run(
    'INSERT INTO search_progress (session_key, seq) VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq',
    sessionKey,
    seq,
  );
}

/** Takes what stands up to `seq` out of the index, `limit` entries at most; how many there were. */
export function removeFromIndex(tx: Transaction, sessionKey: number, seq: number, limit: number): number {
  const entries = tx.all(
    'SELECT entry_key FROM search_entries WHERE session_key = ? AND seq <= ? ORDER BY seq LIMIT ?',
    sessionKey,
    seq,
    limit,
  );
  for (const { entry_key } of entries) removeEntry(tx, entry_key as number);
  return entries.length;
}

function removeEntry(tx: Transaction, key: number): void {
  tx.run('DELETE FROM search_index WHERE rowid = ?', key);
  tx.run('DELETE FROM search_entries WHERE entry_key = ?', key);
}
