/**
 * A session on its way in from a file. It comes in portions, so that no other write waits long: events go under the key
 * of a session that is not there yet, runs into tables of their own. One transaction makes all of it a session.
 */
import { limits, type Session } from '../../contract/index.js';
import {
  type AnswerRecord,
  cutStart,
  type ImportedEvent,
  type ImportedRun,
  type ImportedSession,
  type SessionDraft,
} from '../../core/index.js';
import { keepAnswer, refuseAnswered } from './answers.js';
import type { Connection } from './connection.js';
import type { SqlRunner } from './driver.js';
import { LogTally } from './log-tally.js';
import { projectRow } from './project-row.js';
import { countRun } from './run-counts.js';
import { insertSession, readSession } from './sessions.js';
import type { Transaction } from './transaction.js';

const portionRuns = 500;

export async function beginImport(connection: Connection, runCount: number): Promise<SessionDraft> {
  return connection.write((tx) => {
    const sessionKey = reserveKeys(tx, 'sessions', 1);
    tx.run('INSERT INTO imports (session_key) VALUES (?)', sessionKey);
    return new SqliteDraft(connection, sessionKey, reserveKeys(tx, 'runs', runCount), runCount);
  });
}

/** The first of so many keys that no row will be given. https://sqlite.org/autoinc.html */
function reserveKeys(tx: Transaction, table: 'sessions' | 'runs', count: number): number {
  tx.run(
    'INSERT INTO sqlite_sequence (name, seq) SELECT ?, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)',
    table,
    table,
  );
  tx.run('UPDATE sqlite_sequence SET seq = seq + ? WHERE name = ?', count, table);
  const row = tx.get('SELECT seq FROM sqlite_sequence WHERE name = ?', table);
  return (row?.seq as number) - count + 1;
}

class SqliteDraft implements SessionDraft {
  private readonly tally = new LogTally();

  constructor(
    private readonly connection: Connection,
    private readonly sessionKey: number,
    private readonly firstRunKey: number,
    private readonly runCount: number,
  ) {}

  async addRuns(runs: readonly ImportedRun[]): Promise<void> {
    await this.connection.write((tx) => {
      for (const run of runs) insertRun(tx, this.sessionKey, this.runKey(run.runNo), run);
    });
  }

  async addEvents(events: readonly ImportedEvent[]): Promise<void> {
    // Counted outside of the write, which may be tried twice.
    const numbered = events.map((event) => ({ event, runSeq: this.tally.count(event) ?? null }));
    const gaps = this.tally.takeGaps({ all: false });
    await this.connection.write((tx) => {
      for (const { event, runSeq } of numbered) {
        const { seq, type, ts, source, json, runNo } = event;
        tx.insert(
          'INSERT INTO events (session_key, seq, run_key, run_seq, type, ts, from_agent, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          this.sessionKey,
          seq,
          runNo === undefined ? null : this.runKey(runNo),
          runSeq,
          type,
          ts,
          source === 'agent' ? 1 : 0,
          json,
        );
      }
      this.insertGaps(tx, gaps);
    });
  }

  async publish(session: ImportedSession, record: AnswerRecord | undefined): Promise<Session> {
    const { oldestSeq } = session;
    for (let runNo = 1; runNo <= this.runCount; runNo += portionRuns)
      await this.connection.write((tx) => this.settleRuns(tx, runNo, oldestSeq));
    const gaps = this.tally.takeGaps({ all: true });
    return this.connection.write(
      (tx) => {
        refuseAnswered(tx, record);
        projectRow(tx, session.projectId);
        this.insertGaps(tx, gaps);
        this.insertSession(tx, session);
        this.moveRuns(tx, session.projectId);
        tx.run('INSERT INTO search_pending (session_key) VALUES (?) ON CONFLICT DO NOTHING', this.sessionKey);
        tx.run('DELETE FROM imports WHERE session_key = ?', this.sessionKey);
        const response = readSession(tx, session.sessionId);
        keepAnswer(tx, record && { record, response }, session.at);
        return response;
      },
      { durable: true },
    );
  }

  async discard(): Promise<void> {
    await this.connection.write((tx) => giveUpImports(tx, this.sessionKey));
  }

  private runKey(runNo: number): number {
    return this.firstRunKey + runNo - 1;
  }

  private settleRuns(tx: Transaction, firstRunNo: number, oldestSeq: number): void {
    const last = Math.min(this.runCount, firstRunNo + portionRuns - 1);
    for (let runNo = firstRunNo; runNo <= last; runNo += 1) {
      const { events, firstSeq, claimedSeq, lastSeq, types, hasGaps } = this.tally.ofRun(runNo, oldestSeq);
      tx.run(
        `UPDATE import_runs SET event_count = ?, first_seq = ?, claimed_seq = ?, last_seq = ?, type_counts = ?,
          log_state = ? WHERE run_key = ?`,
        events,
        firstSeq,
        claimedSeq,
        lastSeq,
        JSON.stringify(types),
        hasGaps ? 1 : 0,
        this.runKey(runNo),
      );
    }
  }

  private insertGaps(tx: Transaction, gaps: ReturnType<LogTally['takeGaps']>): void {
    for (const { highSeq, lowSeq, removed } of gaps)
      tx.run(
        'INSERT INTO log_gaps (session_key, high_seq, low_seq, removed) VALUES (?, ?, ?, ?)',
        this.sessionKey,
        highSeq,
        lowSeq,
        removed,
      );
  }

  private insertSession(tx: Transaction, session: ImportedSession): void {
    const { pauseOnFailure, delivery, importedFrom, fromSeq, oldestSeq, headSeq, createdAt } = session;
    const head = insertSession(tx, { ...session, queue: { pauseOnFailure, delivery } }, this.sessionKey);
    head.headSeq = headSeq;
    head.runCount = this.runCount;
    head.typeCounts = { ...this.tally.types };
    tx.run(
      `UPDATE sessions SET created_at = ?, imported_from = ?, exported_at = ?, imported_seq = ?, trimmed_seq = ?
        WHERE session_key = ?`,
      createdAt,
      importedFrom.sessionId,
      importedFrom.exportedAt,
      fromSeq,
      oldestSeq - 1,
      this.sessionKey,
    );
    tx.flush();
  }

  private moveRuns(tx: Transaction, projectId: string): void {
    const from = 'FROM import_runs WHERE session_key = ? ORDER BY run_key';
    tx.run(
      `INSERT INTO runs (run_key, run_id, session_key, project_id, run_no, queue_order, status, created_at, started_at,
          completed_at, event_count, first_seq, claimed_seq, last_seq, type_counts, input_preview, resume, log_state)
        SELECT run_key, run_id, session_key, ?, run_no, run_no, status, created_at, started_at,
          completed_at, event_count, first_seq, claimed_seq, last_seq, type_counts, input_preview, resume, log_state ${from}`,
      projectId,
      this.sessionKey,
    );
    tx.run(
      `INSERT INTO run_inputs (run_key, max_turns, fresh_context, metadata, prompt, attachments, model, budget, retry_of)
        SELECT run_key, max_turns, fresh_context, metadata, prompt, attachments, model, budget, retry_of ${from}`,
      this.sessionKey,
    );
    tx.run(
      `INSERT INTO run_results (run_key, error, usage, tool_history, final_output, injected_into)
        SELECT run_key, error, usage, tool_history, final_output, injected_into ${from}`,
      this.sessionKey,
    );
    tx.run(
      `INSERT INTO run_attachments (run_key, attachment_no, media_type, content)
        SELECT run_key, attachment_no, media_type, content FROM import_attachments WHERE session_key = ?`,
      this.sessionKey,
    );
    const counts = tx.all(
      'SELECT status, count(*) AS runs FROM import_runs WHERE session_key = ? GROUP BY status',
      this.sessionKey,
    );
    for (const { status, runs } of counts)
      countRun(tx.countChanges, projectId, status as ImportedRun['status'], runs as number);
    tx.run('DELETE FROM import_runs WHERE session_key = ?', this.sessionKey);
    tx.run('DELETE FROM import_attachments WHERE session_key = ?', this.sessionKey);
  }
}

function insertRun(tx: Transaction, sessionKey: number, runKey: number, run: ImportedRun): void {
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  const { attachments } = run;
  tx.run(
    `INSERT INTO import_runs (run_key, session_key, run_no, run_id, status, created_at, started_at, completed_at,
        input_preview, resume, prompt, max_turns, fresh_context, metadata, attachments, model, budget, retry_of, error,
        usage, tool_history, final_output, injected_into)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    runKey,
    sessionKey,
    run.runNo,
    run.runId,
    run.status,
    run.createdAt,
    run.startedAt ?? null,
    run.completedAt,
    cutStart(run.prompt, limits.previewCharsMax),
    json(run.resume),
    run.prompt,
    run.maxTurns ?? null,
    run.freshContext ? 1 : 0,
    JSON.stringify(run.metadata),
    attachments.length === 0 ? null : JSON.stringify(attachments.map(({ mimeType }) => mimeType)),
    run.model ?? null,
    json(run.budget),
    run.retryOf ?? null,
    json(run.error),
    json(run.usage),
    JSON.stringify(run.toolHistory),
    run.finalOutput ?? null,
    run.injectedInto ?? null,
  );
  attachments.forEach(({ mimeType, content }, index) => {
    tx.run(
      'INSERT INTO import_attachments (run_key, attachment_no, session_key, media_type, content) VALUES (?, ?, ?, ?, ?)',
      runKey,
      index,
      sessionKey,
      mimeType,
      content,
    );
  });
}

/** What is on its way in, or one of it, is left to `purge`: at the start of a server nobody is at work on any of it. */
export function giveUpImports(runner: Pick<SqlRunner, 'run'>, sessionKey?: number): void {
  const which = sessionKey === undefined ? '' : ' WHERE session_key = ?';
  const key = sessionKey === undefined ? [] : [sessionKey];
  runner.run(`INSERT INTO purges (session_key) SELECT session_key FROM imports${which}`, ...key);
  runner.run(`DELETE FROM imports${which}`, ...key);
}

/** One portion of what is left of an import that was given up; false: there is nothing. */
export function purgeImport(tx: Transaction, sessionKey: number): boolean {
  tx.run('DELETE FROM log_gaps WHERE session_key = ?', sessionKey);
  // Images are large, so they go a few at a time.
  const images = tx.run(
    'DELETE FROM import_attachments WHERE rowid IN (SELECT rowid FROM import_attachments WHERE session_key = ? LIMIT 8)',
    sessionKey,
  );
  if (images > 0) return true;
  const runs = tx.run(
    'DELETE FROM import_runs WHERE run_key IN (SELECT run_key FROM import_runs WHERE session_key = ? LIMIT ?)',
    sessionKey,
    portionRuns,
  );
  return runs > 0;
}
