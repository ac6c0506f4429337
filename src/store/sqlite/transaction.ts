/**
 * One transaction of a group: the sessions and runs it touches are loaded once, changed as objects and written back
 * once, however many writes of the group concern them.
 *
 * Rules for the code that runs inside: refuse (throw) before the first change; call `flush` before a query that
 * must see the changes; everything a reader may wait for is notified through `topics`.
 */
import { AppError, type RunStatus } from '../../contract/index.js';
import {
  isActive,
  nextRunStatus,
  type PendingEvent,
  type RunCommand,
  type WakeupTopic,
} from '../../core/index.js';
import type { SqlRow, SqlRunner, SqlValue } from './driver.js';
import { type CountChanges, countRun, type RunCounts, splitKey } from './run-counts.js';

export interface SessionHead {
  key: number;
  sessionId: string;
  projectId: string;
  harness: string;
  archivedAt: number | null;
  lastActivityAt: number;
  headSeq: number;
  typeCounts: Record<string, number>;
  runCount: number;
  queueLength: number;
  queuePaused: boolean;
  headRunId: string | null;
  activeRunId: string | null;
  activeStatus: RunStatus | null;
  continuation: string | null;
}

export interface RunHead {
  key: number;
  runId: string;
  sessionKey: number;
  projectId: string;
  runNo: number;
  status: RunStatus;
  attempt: number;
  workerId: string | null;
  handedOverAt: number | null;
  cancelRequestedAt: number | null;
  startedAt: number | null;
  completedAt: number | null;
  eventCount: number;
  firstSeq: number;
  claimedSeq: number | null;
  lastSeq: number;
  typeCounts: Record<string, number>;
  resume: string | null;
}

const sessionColumns = `session_key, session_id, project_id, harness, archived_at, last_activity_at, head_seq,
  type_counts, run_count, queue_length, queue_paused, head_run_id, active_run_id, active_status, continuation`;
const runColumns = `run_key, run_id, session_key, project_id, run_no, status, attempt, worker_id, handed_over_at,
  cancel_requested_at, started_at, completed_at, event_count, first_seq, claimed_seq, last_seq, type_counts, resume`;

export class Transaction {
  readonly topics = new Set<WakeupTopic>();
  readonly countChanges: CountChanges = new Map();
  /** Grows with every change, so that a refusal can be told from a failure half-way. */
  changes = 0;
  private readonly sessions = new Map<number, SessionHead>();
  private readonly sessionKeys = new Map<string, number>();
  private readonly runs = new Map<string, RunHead>();
  private readonly dirtySessions = new Set<SessionHead>();
  private readonly dirtyRuns = new Set<RunHead>();

  constructor(
    private readonly connection: SqlRunner,
    private readonly runCounts: RunCounts,
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
    const key = this.sessionKeys.get(sessionId);
    if (key !== undefined) return this.sessions.get(key);
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
    const head =
      this.sessions.get(run.sessionKey) ??
      this.keepSession(
        this.get(`SELECT ${sessionColumns} FROM sessions WHERE session_key = ?`, run.sessionKey),
      );
    if (head === undefined) throw new Error(`run ${run.runId} has no session`);
    return head;
  }

  findRun(runId: string): RunHead | undefined {
    const known = this.runs.get(runId);
    if (known !== undefined) return known;
    const row = this.get(`SELECT ${runColumns} FROM runs WHERE run_id = ?`, runId);
    if (row === undefined) return undefined;
    const head = runHead(row);
    this.runs.set(runId, head);
    return head;
  }

  /** Takes in a session or run that this transaction has just inserted. */
  adoptSession(head: SessionHead): void {
    this.sessions.set(head.key, head);
    this.sessionKeys.set(head.sessionId, head.key);
    this.changeSession(head);
  }

  adoptRun(head: RunHead): void {
    this.runs.set(head.runId, head);
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
    this.changeRun(run);
    this.changeSession(session);
    this.topics.add(`run:${run.runId}`);
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
    this.sessions.delete(session.key);
    this.sessionKeys.delete(session.sessionId);
    for (const run of [...this.runs.values()].filter((r) => r.sessionKey === session.key)) {
      this.dirtyRuns.delete(run);
      this.runs.delete(run.runId);
    }
  }

  private keepSession(row: SqlRow | undefined): SessionHead | undefined {
    if (row === undefined) return undefined;
    const head = sessionHead(row);
    this.sessions.set(head.key, head);
    this.sessionKeys.set(head.sessionId, head.key);
    return head;
  }

  private writeRun(run: RunHead): void {
    this.run(
      `UPDATE runs SET status = ?, attempt = ?, worker_id = ?, handed_over_at = ?, cancel_requested_at = ?,
        started_at = ?, completed_at = ?, event_count = ?, first_seq = ?, claimed_seq = ?, last_seq = ?,
        type_counts = ?, resume = ? WHERE run_key = ?`,
      run.status,
      run.attempt,
      run.workerId,
      run.handedOverAt,
      run.cancelRequestedAt,
      run.startedAt,
      run.completedAt,
      run.eventCount,
      run.firstSeq,
      run.claimedSeq,
      run.lastSeq,
      JSON.stringify(run.typeCounts),
      run.resume,
      run.key,
    );
  }

  private writeSession(session: SessionHead): void {
    this.run(
      `UPDATE sessions SET last_activity_at = ?, archived_at = ?, head_seq = ?, type_counts = ?, run_count = ?,
        queue_length = ?, queue_paused = ?, head_run_id = ?, active_run_id = ?, active_status = ?, continuation = ?
        WHERE session_key = ?`,
      session.lastActivityAt,
      session.archivedAt,
      session.headSeq,
      JSON.stringify(session.typeCounts),
      session.runCount,
      session.queueLength,
      session.queuePaused ? 1 : 0,
      session.headRunId,
      session.activeRunId,
      session.activeStatus,
      session.continuation,
      session.key,
    );
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

function sessionHead(row: SqlRow): SessionHead {
  return {
    key: row.session_key as number,
    sessionId: row.session_id as string,
    projectId: row.project_id as string,
    harness: row.harness as string,
    archivedAt: row.archived_at as number | null,
    lastActivityAt: row.last_activity_at as number,
    headSeq: row.head_seq as number,
    typeCounts: JSON.parse(row.type_counts as string) as Record<string, number>,
    runCount: row.run_count as number,
    queueLength: row.queue_length as number,
    queuePaused: row.queue_paused === 1,
    headRunId: row.head_run_id as string | null,
    activeRunId: row.active_run_id as string | null,
    activeStatus: row.active_status as RunStatus | null,
    continuation: row.continuation as string | null,
  };
}

function runHead(row: SqlRow): RunHead {
  return {
    key: row.run_key as number,
    runId: row.run_id as string,
    sessionKey: row.session_key as number,
    projectId: row.project_id as string,
    runNo: row.run_no as number,
    status: row.status as RunStatus,
    attempt: row.attempt as number,
    workerId: row.worker_id as string | null,
    handedOverAt: row.handed_over_at as number | null,
    cancelRequestedAt: row.cancel_requested_at as number | null,
    startedAt: row.started_at as number | null,
    completedAt: row.completed_at as number | null,
    eventCount: row.event_count as number,
    firstSeq: row.first_seq as number,
    claimedSeq: row.claimed_seq as number | null,
    lastSeq: row.last_seq as number,
    typeCounts: JSON.parse(row.type_counts as string) as Record<string, number>,
    resume: row.resume as string | null,
  };
}
