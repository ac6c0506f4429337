/**
 * The store port: durable state behind the verbs of the domain.
 *
 * Promises common to every method that writes:
 * - It is one transaction. State, its event in the session's log, and every counter change together or not at all.
 * - When its promise resolves, the change survives a crash of this process. Methods marked *durable* resolve only
 *   when it survives power loss too.
 * - It notifies the wake-up topics of what it changed after the commit.
 * - It throws AppError with the codes named; anything else is a failure of the store itself.
 * Reads never show what would not survive a crash, nor a durable change that would not survive power loss.
 * Time and ids come in as parameters.
 */
import type {
  AdmittedRun,
  AgentEvent,
  Budget,
  Delivery,
  EventSource,
  HarnessName,
  Project,
  RestartPolicy,
  ResumeReport,
  Run,
  RunError,
  RunStatus,
  RunSummary,
  Session,
  SessionEvent,
  ToolHistoryEntry,
  Usage,
} from '../../contract/index.js';
import type { AnswerRecord, AnswerStore } from './answer-store.js';
import type { EventStore } from './event-store.js';
import type { ForkOrigin, ForkStore } from './fork-store.js';
import type { PermissionPolicy } from './harness.js';
import type { Page } from './page.js';
import type { BudgetLine, Interruption, ParkingStore } from './parking-store.js';
import type { PermissionStore } from './permission-store.js';
import type { ProcessLedger, RecordedProcess } from './processes.js';
import type { QueueStore } from './queue-store.js';
import type { RemovedSession } from './removed-session.js';
import type { RetentionStore } from './retention-store.js';
import type { Continuation, RunClaim } from './run-claim.js';
import type { SearchStore } from './search-store.js';
import type { SessionFileStore } from './session-file-store.js';
import type { UsageStore } from './usage-store.js';

export * from './answer-store.js';
export * from './event-store.js';
export * from './fork-store.js';
export * from './page.js';
export * from './parking-store.js';
export * from './permission-store.js';
export * from './queue-store.js';
export * from './removed-session.js';
export * from './retention-store.js';
export * from './run-claim.js';
export * from './search-store.js';
export * from './session-file-store.js';
export * from './usage-store.js';

/** `null` removes what it names. */
export interface ProjectChange {
  name?: string;
  defaultTarget?: string | null;
  budget?: Budget | null;
  dailyBudget?: Budget | null;
  autoResume?: boolean;
  onRestart?: RestartPolicy;
}

export interface ProjectStore {
  /** Durable. Its answer is the project. Throws `project_exists`. */
  createProject(project: Project, record: AnswerRecord | undefined): Promise<Project>;
  /** Durable. Throws `project_not_found`. */
  updateProject(projectId: string, change: ProjectChange, at: number): Promise<Project>;
  /** Durable. Removes its sessions with their runs and logs. Throws `project_not_found`; `project_busy` while runs are open. */
  deleteProject(projectId: string): Promise<RemovedSession[]>;
  findProject(projectId: string): Promise<Project | undefined>;
  /** In order of their ids. */
  listProjects(page: Page): Promise<Project[]>;
}

/** How a session's queue is set up. */
export interface QueueSettings {
  pauseOnFailure?: boolean | undefined;
  delivery?: Delivery | undefined;
}

export type NewSession = Pick<
  Session,
  'sessionId' | 'projectId' | 'name' | 'source' | 'aspTargetName' | 'harness' | 'model' | 'metadata'
> & {
  /** The client chose the agent itself; there is no target to resolve. */
  direct: boolean;
  queue: QueueSettings;
  budget?: Budget;
  at: number;
};

export interface SessionStore {
  /** Durable. Its answer is the session. Throws `project_not_found`. */
  createSession(session: NewSession, record: AnswerRecord | undefined): Promise<Session>;
  /** Durable. Throws `session_not_found`; `session_busy` when a session with open runs is to be archived. */
  updateSession(
    sessionId: string,
    change: {
      name?: string;
      metadata?: Record<string, unknown>;
      archived?: boolean;
      queue?: QueueSettings;
      budget?: Budget | null;
    },
    at: number,
  ): Promise<Session>;
  /**
   * Durable. Its runs are gone at once, its log is removed in portions by `purge`. Throws `session_not_found`;
   * `session_busy` with open runs, or while a fork of it has not begun: what it is to copy goes with this session.
   */
  deleteSession(sessionId: string): Promise<RemovedSession>;
  findSession(sessionId: string): Promise<Session | undefined>;
  /**
   * Newest first. `archived` absent: only those that are not, unless `status` asks for them. `name`: part of it, where
   * the case of `a` to `z` does not matter.
   */
  listSessions(
    filter: {
      projectId?: string;
      target?: string;
      status?: Session['status'];
      name?: string;
      archived?: boolean | 'all';
    },
    page: Page,
  ): Promise<Session[]>;
  /** Durable. Idempotent. Throws `session_not_found`. */
  setQueuePaused(sessionId: string, paused: boolean, reason: string, at: number): Promise<Session>;
}

export interface NewRun {
  runId: string;
  projectId: string;
  prompt: string;
  maxTurns?: number;
  freshContext: boolean;
  metadata: Record<string, unknown>;
  /** Absent: none. */
  attachments?: readonly StoredAttachment[];
  permissions?: PermissionPolicy;
  budget?: Budget;
  /** Absent: as its project says. */
  autoResume?: boolean;
  /** Absent: that of the session. */
  model?: string;
  /** The run that this one tries again. When its failure paused the queue, this one goes first and the queue goes on. */
  retryOf?: string;
  at: number;
}

/** A run as it was asked for. */
export interface RunRequest {
  sessionId: string;
  status: RunStatus;
  run: Omit<NewRun, 'runId' | 'at'>;
}

export interface StoredAttachment {
  mimeType: string;
  content: Uint8Array;
}

export interface Admission {
  run: NewRun;
  session: { create: NewSession } | { resume: string };
  /**
   * Absent: as the session is set up. `reject` throws `session_busy` when the session has an open run; `interrupt` puts
   * the run first and asks the active one to end; `steer` sets it aside for the turn under way, where there is one.
   */
  delivery?: Delivery | undefined;
  /** Whether the turn of such an agent can take the run in. */
  steerable: (harness: HarnessName) => boolean;
  queuedPerSessionMax: number;
  queuedTotalMax: number;
  record: AnswerRecord | undefined;
}

export interface Admitted {
  /** The answer that is kept. Of a run that is `steering` it says `queued`, until `settleSteer` knows better. */
  answer: AdmittedRun;
  /** The run is `steering`: whoever drives this one must be told, and `settleSteer` called. */
  steerInto?: string;
}

export type SteerEnd =
  | { outcome: 'injected'; into: string }
  | { outcome: 'missed' }
  /** Nobody knows whether the agent has it. */
  | { outcome: 'failed'; error: RunError };

export interface ClaimedRun extends RunClaim {
  session: Pick<Session, 'sessionId' | 'projectId' | 'harness' | 'aspTargetName' | 'model'>;
  /** The project's folder as it is now. */
  root: string;
  /** The session's agent was chosen without a target. */
  direct: boolean;
  prompt: string;
  maxTurns?: number;
  freshContext: boolean;
  /** The session had runs before this one. */
  followsOthers: boolean;
  /** The session came from a file. */
  imported: boolean;
  continuation?: string;
  /** Present: there is no continuation yet, and the agent begins with a copy of this. */
  fork?: ForkOrigin;
  /** Media types of its attachments. */
  attachments?: readonly string[];
  /** Its own; stronger than the target's. */
  permissions?: PermissionPolicy;
  /** Whatever bounds it, the run's own first. */
  budgets: readonly BudgetLine[];
  /** The agent has begun with it before. */
  interrupted?: Interruption;
}

export interface ClaimRequest {
  workerId: string;
  limit: number;
  globalActiveMax: number;
  projectActiveMax: number;
  /** Active runs per harness. */
  harnessActiveMax: (harness: string) => number;
  /** Projects take turns; the one after this is served first. */
  afterProjectId?: string;
  at: number;
}

/** An event on its way into the log, serialised once. */
export interface PendingEvent {
  event: SessionEvent;
  /** `event` as JSON. */
  json: string;
  source: EventSource;
}

export interface RunEnd {
  outcome:
    | { status: 'completed'; finalOutput: string; injectedInto?: string }
    | { status: 'failed'; error: RunError }
    | { status: 'cancelled'; reason?: string };
  continuation?: Continuation;
  /** Of the conversation that the continuation restores, as it is after this run. */
  checkpoint?: string;
  usage?: Usage;
  /** Work of the agent, in ms; absent: since the run started. */
  activeMs?: number;
  toolHistory: readonly ToolHistoryEntry[];
  at: number;
}

/** What becomes of the runs that are queued behind a cancelled one. */
export type CancelQueue = 'keep' | 'clear' | 'pause';

export type CancelResult =
  /** The run was queued and is cancelled now. */
  | { kind: 'cancelled' }
  /** It is active: whoever drives it must end it. `first` on the first request. */
  | { kind: 'requested'; first: boolean }
  /** It had ended before. */
  | { kind: 'ended'; status: RunStatus };

export interface RunStore {
  /**
   * Durable. Writes the run and `run_queued`, with its session when that is new.
   * Throws `project_not_found`, `session_not_found`, `session_mismatch`, `session_archived`, `session_busy`, `queue_full`.
   */
  admitRun(admission: Admission): Promise<Admitted>;
  /**
   * Durable. `steering` → `completed`, `failed`, or back to its place in the queue; a run that missed the turn and whose
   * cancel was asked for is cancelled. Its answer, what became of the run, takes the place of the one that was kept.
   * A run that is not `steering` any more stays as it is. Throws `run_not_found`.
   */
  settleSteer(
    runId: string,
    end: SteerEnd,
    record: AnswerRecord | undefined,
    at: number,
  ): Promise<AdmittedRun>;
  /** Takes the first queued run of ready sessions, oldest first within a project, projects in turn, within the limits. */
  claimRuns(request: ClaimRequest): Promise<ClaimedRun[]>;
  /**
   * Durable. From here on the prompt may have reached the agent. Throws `stale_claim`; `resume_lost` when the run begins
   * a fork without a checkpoint and the source has gone on since: what the agent copied is not what was forked.
   */
  handOverRun(claim: RunClaim, at: number): Promise<void>;
  /** `injecting` → `running`. Throws `stale_claim`. */
  startRun(claim: RunClaim, resume: ResumeReport, at: number): Promise<void>;
  /** Appends what the agent reported, or the server says of the run, in order. Throws `stale_claim`. */
  appendRunEvents(claim: RunClaim, events: readonly PendingEvent[], at: number): Promise<void>;
  /** What restores the conversation from here on. Idempotent. Throws `stale_claim`. */
  observeContinuation(claim: RunClaim, continuation: Continuation, at: number): Promise<void>;
  /** Appends what concerns a session and no run. A session that is gone takes nothing. */
  appendSessionEvents(sessionId: string, events: readonly PendingEvent[], at: number): Promise<void>;
  /**
   * Durable. The terminal state, its one terminal event, and what the run leaves behind. What is still `steering` into
   * it has missed its turn. Throws `stale_claim`.
   */
  finishRun(claim: RunClaim, end: RunEnd): Promise<void>;
  /** Durable. Back to `queued`, in front of what waits. Only before `handOverRun`. Throws `stale_claim`. */
  requeueRun(claim: RunClaim, reason: string, at: number): Promise<void>;
  /** Durable. Idempotent. Throws `run_not_found`. */
  requestCancel(runId: string, queue: CancelQueue, at: number): Promise<CancelResult>;
  /**
   * Durable. Asks the run that is active at this moment to end; its id, where there is one. `queue` holds for all that
   * is queued, also when nothing is active. Throws `session_not_found`.
   */
  requestInterrupt(sessionId: string, queue: CancelQueue, at: number): Promise<string | undefined>;
  /**
   * Every run that a dead server left active: requeued when its prompt was provably not handed over, or
   * its project wants its agents to go on (`continued`), else ended.
   */
  recoverRuns(
    at: number,
  ): Promise<{ requeued: number; continued: number; failed: number; cancelled: number }>;

  findRun(runId: string): Promise<Run | undefined>;
  findRunRequest(runId: string): Promise<RunRequest | undefined>;
  /** `index` counts from 0. */
  findAttachment(runId: string, index: number): Promise<StoredAttachment | undefined>;
  /** Cheap: for whoever waits or drives. */
  findRunState(runId: string): Promise<RunState | undefined>;
  /** Oldest first, texts cut for a list. `cursor` is a run id. Throws `session_not_found`. */
  listSessionRuns(sessionId: string, page: Page): Promise<{ runs: Run[]; total: number }>;
  /** Newest first. `total` counts what the filter matches. */
  listRuns(
    filter: { sessionId?: string; projectId?: string; status?: RunStatus },
    page: Page,
  ): Promise<{ runs: RunSummary[]; total: number }>;
}

export interface RunState {
  runId: string;
  sessionId: string;
  status: RunStatus;
  cancelRequested: boolean;
  completedAt?: number;
  finalOutput?: string;
  error?: RunError;
}

export interface Store
  extends ProjectStore,
    SessionStore,
    ForkStore,
    RunStore,
    ParkingStore,
    QueueStore,
    EventStore,
    PermissionStore,
    RetentionStore,
    SearchStore,
    SessionFileStore,
    UsageStore,
    AnswerStore,
    ProcessLedger {
  /** Identifies the data, across restarts: the mark of every process started for it. */
  readonly storeId: string;
  /** The latest of the ids that it had when it was opened: new ones must come behind. */
  readonly latestId: string | undefined;
  /** What a server before this one recorded and did not forget. */
  listProcesses(): Promise<RecordedProcess[]>;
  /** Removes one portion of what is due: logs of deleted sessions, answers older than `answersBefore`. True: there is more. */
  purge(answersBefore: number): Promise<boolean>;
  /** Throws `store_unavailable` while the disk takes no writes; looks again each time. Costs nothing while it does. */
  checkWritable(): Promise<void>;
  /** Resolves when what was begun is finished and the file is closed. Idempotent. Later calls throw `store_unavailable`. */
  close(): Promise<void>;
}

/** Serialises an event once, for the log and every reader. */
export function pendingEvent(event: SessionEvent, source: EventSource = 'control-plane'): PendingEvent {
  return { event, json: JSON.stringify(event), source };
}

export function pendingAgentEvent(event: AgentEvent): PendingEvent {
  return pendingEvent(event, 'agent');
}
