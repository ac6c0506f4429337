/** The part of the store port that takes whole sessions out, and in. */
import type {
  Budget,
  Delivery,
  HarnessName,
  ResumeReport,
  RunError,
  RunStatus,
  Session,
  ToolHistoryEntry,
  Usage,
} from '../../contract/index.js';
import type { AnswerRecord } from './answer-store.js';
import type { StoredEvent } from './event-store.js';

/** A session at one moment. */
export interface SessionSnapshot {
  session: Session;
  /** Its agent was chosen without a target. */
  direct: boolean;
  runCount: number;
  /** Runs that have not ended. */
  openRuns: readonly { runId: string; status: RunStatus; startedAt?: number }[];
}

/** A run that has ended, somewhere else. */
export interface ImportedRun {
  /** Counts the runs of the session from 1: the order of its queue. */
  runNo: number;
  runId: string;
  status: 'completed' | 'failed' | 'cancelled';
  createdAt: number;
  startedAt?: number;
  completedAt: number;
  prompt: string;
  maxTurns?: number;
  freshContext: boolean;
  metadata: Record<string, unknown>;
  model?: string;
  budget?: Budget;
  retryOf?: string;
  attachments: readonly { mimeType: string; content: Uint8Array }[];
  finalOutput?: string;
  error?: RunError;
  resume?: ResumeReport;
  usage?: Usage;
  toolHistory: readonly ToolHistoryEntry[];
  injectedInto?: string;
}

/** An event under the seq that it had; `runNo` in place of the run's id. */
export interface ImportedEvent extends Omit<StoredEvent, 'runId'> {
  runNo?: number;
}

export interface ImportedSession {
  sessionId: string;
  projectId: string;
  name: string;
  source: Session['source'];
  aspTargetName: string;
  harness: HarnessName;
  model?: string | undefined;
  direct: boolean;
  budget?: Budget;
  metadata: Record<string, unknown>;
  pauseOnFailure: boolean;
  delivery: Delivery;
  createdAt: number;
  importedFrom: NonNullable<Session['importedFrom']>;
  /** Where the log ends that came with the file. */
  fromSeq: number;
  /** Where the log begins: what is before was not in the file. */
  oldestSeq: number;
  headSeq: number;
  at: number;
}

/**
 * A session on its way in. Nothing reaches it before it is published, and what a crash leaves of it is removed by
 * `purge` after the next start. Runs come before the events that name them, both in their order.
 */
export interface SessionDraft {
  addRuns(runs: readonly ImportedRun[]): Promise<void>;
  /** Their seqs rise; numbers may be missing. */
  addEvents(events: readonly ImportedEvent[]): Promise<void>;
  /**
   * Durable, and all at once. Its answer is the session. Throws `project_not_found`, and `idempotency_conflict` when the
   * key was answered before. What was used elsewhere is not added to the usage of this store.
   */
  publish(session: ImportedSession, record: AnswerRecord | undefined): Promise<Session>;
  /** Idempotent; after `publish` it changes nothing. */
  discard(): Promise<void>;
}

export interface SessionFileStore {
  /** All in one look. */
  findSnapshot(sessionId: string): Promise<SessionSnapshot | undefined>;
  /** Which of these sessions and runs are there. */
  findKnownIds(ids: readonly string[]): Promise<ReadonlySet<string>>;
  beginImport(runCount: number): Promise<SessionDraft>;
}
