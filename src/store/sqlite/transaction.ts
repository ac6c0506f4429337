/**
 * One transaction of a group: the sessions and runs it touches are loaded once, changed as objects and written back
 * once, however many writes of the group concern them.
 *
 * Rules for the code that runs inside: refuse (throw) before the first change; call `flush` before a query that
 * must see the changes; everything a reader may wait for is notified through `topics`.
 */
import { AppError } from '../../contract/index.js';
import {
  isActive,
  isSearchable,
  isTerminal,
  nextRunStatus,
  type PendingEvent,
  type RunCommand,
  type WakeupTopic,
} from '../../core/index.js';
import type { SqlRow, SqlRunner, SqlValue } from './driver.js';
import {
  type HeadCache,
  placeOf,
  type RunHead,
  runColumns,
  runHead,
  type SessionHead,
  sessionColumns,
  sessionHead,
} from './heads.js';
import { type CountChanges, countRun, type RunCounts, splitKey } from './run-counts.js';

export class Transaction {
  readonly topics = new Set<WakeupTopic>();
  readonly countChanges: CountChanges = new Map();
  /** Grows with every change, so that a refusal can be told from a failure half-way. */
  changes = 0;
  private readonly dirtySessions = new Set<SessionHead>();
  private readonly dirtyRuns = new Set<RunHead>();

  constructor(
    private readonly connection: SqlRunner,
    private readonly runCounts: RunCounts,
    private readonly heads: HeadCache,
  ) {}

  get(sql: string, ...values: SqlValue[]): SqlRow | undefined {
    return this.connection.get(sql, ...values);
  }

  all(sql: string, ...values: SqlValue[]): SqlRow[] {
    return this.connection.all(sql, ...values);
  }

  run(sql: string, ...values: SqlValue[]): number {
    this.changes += 1;
    return this.connection.run(sql, ...values);
  }

  insert(sql: string, ...values: SqlValue[]): number {
    this.changes += 1;
    return this.connection.insert(sql, ...values);
  }

  queuedTotal(): number {
    return this.runCounts.total({ status: 'queued' }, this.countChanges);
  }

  findSession(sessionId: string): SessionHead | undefined {
    const key = this.heads.sessionKeys.get(sessionId);
    if (key !== undefined) return this.heads.sessions.get(key);
    return this.keepSession(
      this.get(`SELECT ${sessionColumns} FROM sessions WHERE session_id = ?`, sessionId),
    );
  }

  session(sessionId: string): SessionHead {
    const head = this.findSession(sessionId);
    if (head === undefined) throw new AppError('session_not_found', 'session not found');
    return head;
  }

  sessionOf(run: RunHead): SessionHead {
    const head = this.sessionByKey(run.sessionKey);
    if (head === undefined) throw new Error(`run ${run.runId} has no session`);
    return head;
  }

  sessionByKey(key: number): SessionHead | undefined {
    return (
      this.heads.sessions.get(key) ??
      this.keepSession(this.get(`SELECT ${sessionColumns} FROM sessions WHERE session_key = ?`, key))
    );
  }

  findRun(runId: string): RunHead | undefined {
    const known = this.heads.runs.get(runId);
    if (known !== undefined) return known;
    const row = this.get(`SELECT ${runColumns} FROM runs WHERE run_id = ?`, runId);
    if (row === undefined) return undefined;
    const head = runHead(row);
    this.heads.runs.set(runId, head);
    return head;
  }

  /** Takes in a session or run that this transaction has just inserted. */
  adoptSession(head: SessionHead): void {
    this.heads.keepSession(head);
    this.changeSession(head);
  }

  adoptRun(head: RunHead): void {
    this.heads.runs.set(head.runId, head);
    this.changeRun(head);
    countRun(this.countChanges, head.projectId, head.status, 1);
  }

  changeSession(head: SessionHead): void {
    this.changes += 1;
    this.dirtySessions.add(head);
  }

  changeRun(head: RunHead): void {
    this.changes += 1;
    this.dirtyRuns.add(head);
  }

  /** Applies a command of the state table. Throws `stale_claim` where the table refuses it; false where it ignores it. */
  command(session: SessionHead, run: RunHead, command: RunCommand): boolean {
    const next = nextRunStatus(run.status, command);
    if (next === 'ignored') return false;
    if (next === 'refused') {
      throw new AppError('stale_claim', `A run that is ${run.status} cannot take "${command}".`);
    }
    countRun(this.countChanges, run.projectId, run.status, -1);
    countRun(this.countChanges, run.projectId, next, 1);
    run.status = next;
    session.activeRunId = isActive(next)
      ? run.runId
      : session.activeRunId === run.runId
        ? null
        : session.activeRunId;
    session.activeStatus = session.activeRunId === null ? null : isActive(next) ? next : session.activeStatus;
    session.parkedRunId =
      next === 'parked' ? run.runId : session.parkedRunId === run.runId ? null : session.parkedRunId;
    this.changeRun(run);
    this.changeSession(session);
    if (isTerminal(next)) this.topics.add(`ended:${run.runId}`);
    return true;
  }

  /** Appends to the session's log and returns the seq. */
  append(session: SessionHead, run: RunHead | undefined, entry: PendingEvent, at: number): number {
    const { type } = entry.event;
    const seq = session.headSeq + 1;
    session.headSeq = seq;
    session.typeCounts[type] = (session.typeCounts[type] ?? 0) + 1;
    session.lastActivityAt = at;
    this.changeSession(session);
    if (run !== undefined) {
      run.eventCount += 1;
      run.lastSeq = seq;
      if (run.firstSeq === 0) run.firstSeq = seq;
      run.typeCounts[type] = (run.typeCounts[type] ?? 0) + 1;
      this.changeRun(run);
    }
    this.insert(
      'INSERT INTO events (session_key, seq, run_key, run_seq, type, ts, from_agent, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      session.key,
      seq,
      run?.key ?? null,
      run?.eventCount ?? null,
      type,
      at,
      entry.source === 'agent' ? 1 : 0,
      entry.json,
    );
    if (isSearchable(type)) this.beginSearchPending(session.key);
    this.topics.add(`log:${session.sessionId}`);
    return seq;
  }

  /** Writes all that was changed as objects. */
  flush(): void {
    for (const run of this.dirtyRuns) this.writeRun(run);
    for (const session of this.dirtySessions) this.writeSession(session);
    this.dirtyRuns.clear();
    this.dirtySessions.clear();
    for (const [key, change] of this.countChanges) this.writeCount(key, change);
  }

  /** Forgets a session that this transaction has deleted. */
  dropSession(session: SessionHead): void {
    this.dirtySessions.delete(session);
    for (const run of this.dirtyRuns) if (run.sessionKey === session.key) this.dirtyRuns.delete(run);
    this.heads.dropSession(session);
  }

  /** The index has read the log to its end. */
  endSearchPending(sessionKey: number): void {
    this.heads.searchPending.delete(sessionKey);
    this.run('DELETE FROM search_pending WHERE session_key = ?', sessionKey);
  }

  /** The log has something for the index: one row for all that comes before the index looks. */
  private beginSearchPending(sessionKey: number): void {
    if (this.heads.searchPending.has(sessionKey)) return;
    this.heads.searchPending.add(sessionKey);
    this.run('INSERT INTO search_pending (session_key) VALUES (?) ON CONFLICT DO NOTHING', sessionKey);
  }

  private keepSession(row: SqlRow | undefined): SessionHead | undefined {
    if (row === undefined) return undefined;
    const head = sessionHead(row);
    this.heads.keepSession(head);
    return head;
  }

  private writeRun(run: RunHead): void {
    const counts = [run.eventCount, run.lastSeq, JSON.stringify(run.typeCounts)] as const;
    if (run.status === run.savedStatus && run.savedStatus !== 'queued' && run.savedStatus !== 'parked') {
      this.run(
        'UPDATE runs SET event_count = ?, last_seq = ?, type_counts = ?, handed_over_at = ?, cancel_requested_at = ? WHERE run_key = ?',
        ...counts,
        run.handedOverAt,
        run.cancelRequestedAt,
        run.key,
      );
      return;
    }
    this.run(
      `UPDATE runs SET event_count = ?, last_seq = ?, type_counts = ?, handed_over_at = ?, cancel_requested_at = ?,
        status = ?, attempt = ?, worker_id = ?, started_at = ?, completed_at = ?, first_seq = ?, claimed_seq = ?,
        resume = ?, parked = ?, interrupted = ?, spent = ?, resumes_at = ? WHERE run_key = ?`,
      ...counts,
      run.handedOverAt,
      run.cancelRequestedAt,
      run.status,
      run.attempt,
      run.workerId,
      run.startedAt,
      run.completedAt,
      run.firstSeq,
      run.claimedSeq,
      run.resume,
      run.parked,
      run.interrupted,
      run.spent,
      run.resumesAt,
      run.key,
    );
    run.savedStatus = run.status;
  }

  private writeSession(session: SessionHead): void {
    const place = placeOf(session);
    const counts = [session.lastActivityAt, session.headSeq, JSON.stringify(session.typeCounts)] as const;
    const states = [
      session.runCount,
      session.queueLength,
      session.activeStatus,
      session.continuation,
    ] as const;
    if (place === session.savedPlace) {
      this.run(
        `UPDATE sessions SET last_activity_at = ?, head_seq = ?, type_counts = ?, run_count = ?, queue_length = ?,
          active_status = ?, continuation = ?, archived_at = ? WHERE session_key = ?`,
        ...counts,
        ...states,
        session.archivedAt,
        session.key,
      );
      return;
    }
    this.run(
      `UPDATE sessions SET last_activity_at = ?, head_seq = ?, type_counts = ?, run_count = ?, queue_length = ?,
        active_status = ?, continuation = ?, archived_at = ?, queue_paused = ?, head_run_id = ?, active_run_id = ?,
        parked_run_id = ? WHERE session_key = ?`,
      ...counts,
      ...states,
      session.archivedAt,
      session.queuePaused ? 1 : 0,
      session.headRunId,
      session.activeRunId,
      session.parkedRunId,
      session.key,
    );
    session.savedPlace = place;
  }

  /** Absolute numbers, so that flushing twice in one transaction does no harm. */
  private writeCount(key: string, change: number): void {
    const [status, projectId] = splitKey(key);
    const before = this.runCounts.total({ projectId, status });
    this.run(
      'INSERT INTO run_counts (project_id, status, runs) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET runs = excluded.runs',
      projectId,
      status,
      before + change,
    );
  }
}
