/**
 * The part of a session or run that changes with its events, as an object. Heads stay in memory between transactions,
 * because this process is the only writer of the file; after a rollback they are all read again.
 */
import type { Delivery, HarnessName, RunStatus } from '../../contract/index.js';
import { type Interruption, isTerminal } from '../../core/index.js';
import type { SqlRow } from './driver.js';

export interface SessionHead {
  key: number;
  sessionId: string;
  projectId: string;
  harness: HarnessName;
  archivedAt: number | null;
  lastActivityAt: number;
  headSeq: number;
  typeCounts: Record<string, number>;
  runCount: number;
  queueLength: number;
  queuePaused: boolean;
  pauseOnFailure: boolean;
  delivery: Delivery;
  headRunId: string | null;
  activeRunId: string | null;
  activeStatus: RunStatus | null;
  parkedRunId: string | null;
  continuation: string | null;
  /** What the indexes of `sessions` say of it, as last written. */
  savedPlace: string;
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
  /** `Parking` as JSON. */
  parked: string | null;
  interrupted: Interruption | null;
  /** What earlier attempts used, as JSON. */
  spent: string | null;
  resumesAt: number | null;
  /** As last written. */
  savedStatus: RunStatus;
}

export const sessionColumns = `session_key, session_id, project_id, harness, archived_at, last_activity_at, head_seq,
  type_counts, run_count, queue_length, queue_paused, head_run_id, active_run_id, active_status, continuation, pause_on_failure,
  delivery, parked_run_id`;
export const runColumns = `run_key, run_id, session_key, project_id, run_no, status, attempt, worker_id, handed_over_at,
  cancel_requested_at, started_at, completed_at, event_count, first_seq, claimed_seq, last_seq, type_counts, resume, parked, interrupted, spent, resumes_at`;

/** Heads kept of each kind. */
const cachedHeadsMax = 4000;

export class HeadCache {
  readonly sessions = new Map<number, SessionHead>();
  readonly sessionKeys = new Map<string, number>();
  readonly runs = new Map<string, RunHead>();
  /** Sessions that are known to stand in `search_pending`. */
  readonly searchPending = new Set<number>();

  clear(): void {
    this.sessions.clear();
    this.sessionKeys.clear();
    this.runs.clear();
    this.searchPending.clear();
  }

  keepSession(head: SessionHead): void {
    this.sessions.set(head.key, head);
    this.sessionKeys.set(head.sessionId, head.key);
  }

  dropSession(head: SessionHead): void {
    this.sessions.delete(head.key);
    this.sessionKeys.delete(head.sessionId);
    for (const run of this.runs.values()) if (run.sessionKey === head.key) this.runs.delete(run.runId);
  }

  /** Between two transactions: the oldest go first, and a run that has ended is not needed any more. */
  trim(): void {
    for (const head of this.sessions.values()) {
      if (this.sessions.size <= cachedHeadsMax) break;
      this.sessions.delete(head.key);
      this.sessionKeys.delete(head.sessionId);
    }
    for (const head of this.runs.values()) {
      if (this.runs.size <= cachedHeadsMax && !isTerminal(head.status)) break;
      this.runs.delete(head.runId);
    }
  }
}

type Place = Pick<SessionHead, 'headRunId' | 'activeRunId' | 'parkedRunId' | 'queuePaused'>;

/** The columns that indexes of `sessions` hold: rewriting those indexes is worth a comparison. */
export function placeOf(head: Place): string {
  return `${head.headRunId} ${head.activeRunId} ${head.parkedRunId} ${head.queuePaused}`;
}

export function sessionHead(row: SqlRow): SessionHead {
  const head = {
    key: row.session_key as number,
    sessionId: row.session_id as string,
    projectId: row.project_id as string,
    harness: row.harness as HarnessName,
    archivedAt: row.archived_at as number | null,
    lastActivityAt: row.last_activity_at as number,
    headSeq: row.head_seq as number,
    typeCounts: JSON.parse(row.type_counts as string) as Record<string, number>,
    runCount: row.run_count as number,
    queueLength: row.queue_length as number,
    queuePaused: row.queue_paused === 1,
    pauseOnFailure: row.pause_on_failure === 1,
    delivery: row.delivery as Delivery,
    headRunId: row.head_run_id as string | null,
    activeRunId: row.active_run_id as string | null,
    activeStatus: row.active_status as RunStatus | null,
    parkedRunId: row.parked_run_id as string | null,
    continuation: row.continuation as string | null,
    savedPlace: '',
  };
  head.savedPlace = placeOf(head);
  return head;
}

export function runHead(row: SqlRow): RunHead {
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
    parked: row.parked as string | null,
    interrupted: row.interrupted as Interruption | null,
    spent: row.spent as string | null,
    resumesAt: row.resumes_at as number | null,
    savedStatus: row.status as RunStatus,
  };
}
