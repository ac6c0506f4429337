/** A store with a fixed clock, and the steps that tests of a store are made of. */
import { expect, onTestFinished } from 'vitest';
import type {
  AgentEvent,
  ContentBlock,
  ErrorCode,
  Project,
  RunError,
  Session,
} from '../../src/contract/index.js';
import {
  type Admission,
  type CancelQueue,
  type ClaimedRun,
  type ClaimRequest,
  type NewSession,
  pendingAgentEvent,
  pendingEvent,
  type RunClaim,
  type RunEnd,
  type Store,
  type StoredEvent,
} from '../../src/core/index.js';
import { FixedClock } from './fixed-clock.js';
import { type OpenedStore, type RecordingWakeup, type StoreUnderTest, storesUnderTest } from './stores.js';

/** Opened for one test and closed when it is over. */
export async function openWorld(subject: StoreUnderTest): Promise<StoreWorld> {
  const opened = await subject.open();
  onTestFinished(() => opened.close());
  return new StoreWorld(opened);
}

/** For suites whose subject is not the store: a real one that costs no disk. */
export function openMemoryWorld(): Promise<StoreWorld> {
  const subject = storesUnderTest.find(({ keepsData }) => !keepsData);
  if (subject === undefined) throw new Error('no store in memory is listed');
  return openWorld(subject);
}

export async function expectRefusal(call: Promise<unknown>, code: ErrorCode): Promise<void> {
  await expect(call).rejects.toMatchObject({ name: 'AppError', code });
}

export interface AdmitOptions {
  projectId?: string;
  /** Absent: a new session. */
  sessionId?: string;
  newSession?: Partial<NewSession>;
  prompt?: string;
  maxTurns?: number;
  freshContext?: boolean;
  metadata?: Record<string, unknown>;
  delivery?: Admission['delivery'];
  steerable?: Admission['steerable'];
  queuedPerSessionMax?: number;
  queuedTotalMax?: number;
  attachments?: Admission['run']['attachments'];
  permissions?: Admission['run']['permissions'];
  /** An idempotency key. */
  key?: string;
}

export interface Admitted {
  runId: string;
  sessionId: string;
}

export class StoreWorld {
  store: Store;
  readonly wakeup: RecordingWakeup;

  constructor(
    private readonly opened: OpenedStore,
    readonly clock = new FixedClock(),
  ) {
    this.store = opened.store;
    this.wakeup = opened.wakeup;
  }

  get now(): number {
    return this.clock.now();
  }

  async reopen(): Promise<void> {
    this.store = await this.opened.reopen();
  }

  newProject(projectId: string): Project {
    const { now } = this;
    return {
      projectId,
      name: `Project ${projectId}`,
      root: `/projects/${projectId}`,
      sessionBackend: { kind: 'asp' },
      createdAt: now,
      updatedAt: now,
    };
  }

  async project(projectId = 'rex'): Promise<string> {
    await this.store.createProject(this.newProject(projectId), undefined);
    return projectId;
  }

  newSession(fields: Partial<NewSession> = {}): NewSession {
    return {
      sessionId: this.clock.newId('ses'),
      projectId: 'rex',
      name: 'A session',
      source: { kind: 'interactive' },
      aspTargetName: 'smokey',
      harness: 'builtin',
      metadata: {},
      direct: false,
      queue: {},
      at: this.now,
      ...fields,
    };
  }

  session(fields: Partial<NewSession> = {}): Promise<Session> {
    return this.store.createSession(this.newSession(fields), undefined);
  }

  admission(options: AdmitOptions = {}): Admission & Admitted {
    const { projectId = 'rex', key, maxTurns, attachments, permissions } = options;
    const create = this.newSession({ projectId, ...options.newSession });
    const sessionId = options.sessionId ?? create.sessionId;
    const runId = this.clock.newId('run');
    return {
      runId,
      sessionId,
      run: {
        runId,
        projectId,
        prompt: options.prompt ?? `prompt of ${runId}`,
        freshContext: options.freshContext ?? false,
        metadata: options.metadata ?? {},
        at: this.now,
        ...(maxTurns === undefined ? {} : { maxTurns }),
        ...(attachments === undefined ? {} : { attachments }),
        ...(permissions === undefined ? {} : { permissions }),
      },
      session: options.sessionId === undefined ? { create } : { resume: options.sessionId },
      delivery: options.delivery,
      steerable: options.steerable ?? (() => false),
      queuedPerSessionMax: options.queuedPerSessionMax ?? 1000,
      queuedTotalMax: options.queuedTotalMax ?? 10_000,
      record: key === undefined ? undefined : { scope: 'POST /admin/runs', key, bodyHash: 'hash' },
    };
  }

  async admit(options: AdmitOptions = {}): Promise<Admitted> {
    const { runId, sessionId } = await this.deliver(options);
    return { runId, sessionId };
  }

  /** What became of it, with the answer that is kept. */
  async deliver(options: AdmitOptions = {}) {
    const { runId, sessionId, ...admission } = this.admission(options);
    return { runId, sessionId, ...(await this.store.admitRun(admission)) };
  }

  claim(request: Partial<ClaimRequest> = {}): Promise<ClaimedRun[]> {
    return this.store.claimRuns({
      workerId: 'wrk_1',
      limit: 100,
      globalActiveMax: 10_000,
      projectActiveMax: 10_000,
      harnessActiveMax: () => 10_000,
      at: this.now,
      ...request,
    });
  }

  async claimOne(): Promise<ClaimedRun> {
    const [claimed] = await this.claim({ limit: 1 });
    if (claimed === undefined) throw new Error('nothing was queued');
    return claimed;
  }

  /** A run that an agent works on, in a session of its own or the named one. */
  async running(options: AdmitOptions = {}): Promise<ClaimedRun> {
    await this.admit(options);
    const claimed = await this.claimOne();
    await this.begin(claimed);
    return claimed;
  }

  async begin(claim: RunClaim): Promise<void> {
    await this.store.handOverRun(claim, this.now);
    await this.store.startRun(claim, { mode: 'fresh' }, this.now);
  }

  append(claim: RunClaim, ...events: AgentEvent[]): Promise<void> {
    return this.store.appendRunEvents(claim, events.map(pendingAgentEvent), this.now);
  }

  /** Says something about the session, outside of any run. */
  note(sessionId: string, message: string): Promise<void> {
    return this.store.appendSessionEvents(sessionId, [pendingEvent(notice(message))], this.now);
  }

  finish(claim: RunClaim, end: Partial<RunEnd> = {}): Promise<void> {
    const outcome = { status: 'completed' as const, finalOutput: `output of ${claim.runId}` };
    return this.store.finishRun(claim, { outcome, toolHistory: [], at: this.now, ...end });
  }

  fail(claim: RunClaim, error: RunError = { code: 'agent_failed', message: 'no' }): Promise<void> {
    return this.finish(claim, { outcome: { status: 'failed', error } });
  }

  cancel(runId: string, queue: CancelQueue = 'keep') {
    return this.store.requestCancel(runId, queue, this.now);
  }

  ask(claim: RunClaim, toolName = 'bash', verdict: 'allow' | 'ask' | 'deny' = 'ask') {
    const requestId = this.clock.newId('prm');
    const request = { requestId, toolUseId: `use ${requestId}`, toolName, toolInput: { command: 'ls' } };
    return this.store
      .requestPermission(claim, { ...request, verdict, at: this.now })
      .then(({ decided }) => ({ requestId, decided }));
  }

  log(sessionId: string, runId?: string): Promise<StoredEvent[]> {
    return this.store.readEvents({
      sessionId,
      limit: 100_000,
      order: 'asc',
      ...(runId === undefined ? {} : { runId }),
    });
  }

  async types(sessionId: string, runId?: string): Promise<string[]> {
    return (await this.log(sessionId, runId)).map(({ type }) => type);
  }

  async status(runId: string): Promise<string | undefined> {
    return (await this.store.findRunState(runId))?.status;
  }
}

export function notice(message: string): Extract<AgentEvent, { type: 'notice' }> {
  return { type: 'notice', level: 'info', message };
}

export function delta(messageId: string, textDelta = 'text'): AgentEvent {
  return { type: 'message_update', messageId, textDelta };
}

export function messageEnd(messageId: string, content: string | ContentBlock[] = 'text'): AgentEvent {
  return { type: 'message_end', messageId, message: { role: 'assistant', content } };
}
