/** The use cases of runs: admit, look, wait, cancel. None of them drives an agent; the dispatcher does. */
import {
  AppError,
  type Attachment,
  type HarnessName,
  limits,
  type PolicyInput,
  type Run,
  type RunOutcome,
  type RunStatus,
  type RunSummary,
} from '../contract/index.js';
import { type AgentsByName, refuseWhatAgentCannot } from './agent-abilities.js';
import type { CoreOptions } from './options.js';
import { policyFrom } from './permission-policy.js';
import type { Clock } from './ports/clock.js';
import type { AnswerRecord, NewSession, Page, RunState, Store, StoredAttachment } from './ports/store.js';
import type { Wakeup } from './ports/wakeup.js';
import { isActive, isTerminal } from './run-state.js';
import type { SessionRequest, Sessions } from './sessions.js';

export interface AdmitRequest {
  projectId: string;
  prompt: string;
  session?:
    | ({ policy?: 'new' | 'resume' | undefined; sessionId?: string | undefined } & SessionRequest)
    | undefined;
  maxTurns?: number | undefined;
  metadata?: Record<string, unknown> | undefined;
  delivery?: 'queue' | 'reject' | 'steer' | 'interrupt' | undefined;
  resume?: 'fresh' | undefined;
  attachments?: readonly Attachment[] | undefined;
  permissions?: PolicyInput | undefined;
}

export interface Admitted {
  runId: string;
  sessionId: string;
  status: 'queued';
}

export type CancelQueue = 'keep' | 'clear' | 'pause';

/** How long the answer to a cancel waits for the end; the cancel itself goes on. */
const cancelAnswerMs = 15_000;

export class Runs {
  private readonly waits = new Set<() => void>();

  constructor(
    private readonly store: Store,
    private readonly sessions: Sessions,
    private readonly harnesses: AgentsByName,
    private readonly wakeup: Wakeup,
    private readonly clock: Clock,
    private readonly options: CoreOptions,
    private readonly refuseWhenDraining: () => void,
  ) {}

  /**
   * Durable when it resolves. Throws `validation_failed`, `prompt_too_large`, `unsupported`, `draining`, what a new
   * session throws, and what `admitRun` of the store throws.
   */
  async admit(request: AdmitRequest, record: AnswerRecord | undefined): Promise<Admitted> {
    this.refuseWhenDraining();
    refuseLargePrompt(request.prompt);
    const delivery = supportedDelivery(request.delivery);
    const session = await this.chooseSession(request);
    const { attachments = [], permissions } = request;
    if (attachments.length > 0 || permissions !== undefined)
      refuseWhatAgentCannot(request, await this.harnessOf(session), this.harnesses);
    const runId = this.clock.newId('run');
    const sessionId = 'create' in session ? session.create.sessionId : session.resume;
    const response: Admitted = { runId, sessionId, status: 'queued' };
    await this.store.admitRun({
      run: {
        runId,
        projectId: request.projectId,
        prompt: request.prompt,
        ...(request.maxTurns === undefined ? {} : { maxTurns: request.maxTurns }),
        freshContext: request.resume === 'fresh',
        metadata: request.metadata ?? {},
        ...(attachments.length === 0 ? {} : { attachments: attachments.map(decodeAttachment) }),
        ...(permissions === undefined ? {} : { permissions: policyFrom(permissions) }),
        at: this.clock.now(),
      },
      session,
      delivery,
      queuedPerSessionMax: this.options.queuedRunsPerSessionMax,
      queuedTotalMax: this.options.queuedRunsMax,
      answer: record && { record, response },
    });
    return response;
  }

  async get(runId: string): Promise<Run> {
    const run = await this.store.findRun(runId);
    if (run === undefined) throw runNotFound();
    return run;
  }

  /** Throws `attachment_not_found`. */
  async attachment(runId: string, index: number): Promise<StoredAttachment> {
    const found = Number.isSafeInteger(index) ? await this.store.findAttachment(runId, index) : undefined;
    if (found === undefined) throw new AppError('attachment_not_found', 'There is no such attachment.');
    return found;
  }

  list(
    filter: { sessionId?: string; projectId?: string; status?: RunStatus },
    page: Page,
  ): Promise<{ runs: RunSummary[]; total: number }> {
    return this.store.listRuns(filter, page);
  }

  listOfSession(sessionId: string, page: Page): Promise<{ runs: Run[]; total: number }> {
    return this.store.listSessionRuns(sessionId, page);
  }

  /** Resolves when the run has ended, or after `timeoutMs` with its present state. Throws `run_not_found`, `too_many_waits`. */
  async wait(runId: string, timeoutMs: number, signal: AbortSignal): Promise<RunOutcome> {
    if (this.waits.size >= this.options.waitsMax) {
      throw new AppError(
        'too_many_waits',
        'Too many requests wait for runs: try again, or follow a stream.',
        {
          retryAfterMs: 1000,
        },
      );
    }
    const closing = new AbortController();
    const giveUp = () => closing.abort();
    signal.addEventListener('abort', giveUp);
    this.waits.add(giveUp);
    try {
      const state = await this.waitForEnd(runId, timeoutMs, closing.signal);
      return outcomeOf(state, isTerminal(state.status));
    } finally {
      this.waits.delete(giveUp);
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Every wait answers now, with the present state: the server is about to go. */
  endWaits(): void {
    for (const giveUp of this.waits) giveUp();
  }

  /** Resolves when the run is cancelled. Throws `run_not_found`; `run_already_ended` when it completed or failed, also meanwhile. */
  async cancel(runId: string, queue: CancelQueue): Promise<{ runId: string; status: RunStatus }> {
    const result = await this.store.requestCancel(runId, queue, this.clock.now());
    if (result.kind === 'cancelled') return { runId, status: 'cancelled' };
    const state = await this.waitForEnd(runId, cancelAnswerMs);
    if (state.status === 'completed' || state.status === 'failed') {
      throw new AppError(
        'run_already_ended',
        `The run is ${state.status} already: there is nothing to cancel.`,
      );
    }
    return { runId, status: state.status };
  }

  /** Cancels what is active in the session, if anything. Throws `session_not_found`. */
  async interrupt(
    sessionId: string,
    queue: CancelQueue,
  ): Promise<{ sessionId: string; runId?: string; status?: RunStatus }> {
    await this.sessions.get(sessionId);
    const active = await this.findActive(sessionId);
    if (active === undefined) return { sessionId };
    try {
      return { sessionId, ...(await this.cancel(active, queue)) };
    } catch (error) {
      // It ended by itself in the meantime: nothing is active, which is what was asked for.
      if (error instanceof AppError && error.code === 'run_already_ended') return { sessionId };
      throw error;
    }
  }

  /** A run that is not queued and has not ended; at most one per session. */
  async findActive(sessionId: string): Promise<string | undefined> {
    const lists = await Promise.all(
      (['injecting', 'running', 'awaiting_permission'] as const).map((status) =>
        this.store.listRuns({ sessionId, status }, { limit: 1 }),
      ),
    );
    return lists.flatMap(({ runs }) => runs).find((run) => isActive(run.status))?.runId;
  }

  private async chooseSession(request: AdmitRequest) {
    const { policy = 'new', sessionId, ...wanted } = request.session ?? {};
    if (policy === 'new') return { create: await this.sessions.plan(request.projectId, wanted, 'batch') };
    if (sessionId !== undefined) return { resume: sessionId };
    throw new AppError('validation_failed', 'To resume a session, say which: session.sessionId is missing.', {
      details: [{ path: 'session.sessionId', message: 'is needed with policy "resume"' }],
    });
  }

  private async harnessOf(session: { create: NewSession } | { resume: string }): Promise<HarnessName> {
    return 'create' in session ? session.create.harness : (await this.sessions.get(session.resume)).harness;
  }

  /** The run's state when it has ended, at the timeout, or when the signal aborts. */
  private async waitForEnd(runId: string, timeoutMs: number, signal?: AbortSignal): Promise<RunState> {
    let wake: () => void = () => undefined;
    let expired = timeoutMs === 0;
    const unsubscribe = this.wakeup.subscribe(`ended:${runId}`, () => wake());
    const cancelTimeout = this.clock.after(timeoutMs, () => {
      expired = true;
      wake();
    });
    const onAbort = () => wake();
    signal?.addEventListener('abort', onAbort);
    try {
      for (;;) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const state = await this.store.findRunState(runId);
        if (state === undefined) throw runNotFound();
        if (isTerminal(state.status) || expired || signal?.aborted === true) return state;
        // A lost wake-up is made good by looking again.
        const cancelSweep = this.clock.after(this.options.sweepMs, wake);
        await woken;
        cancelSweep();
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      cancelTimeout();
      unsubscribe();
    }
  }
}

function outcomeOf({ cancelRequested: _request, ...state }: RunState, ended: boolean): RunOutcome {
  return ended ? state : { ...state, timedOut: true };
}

export function runNotFound(): AppError {
  return new AppError('run_not_found', 'run not found');
}

/** Throws `prompt_too_large`. */
export function refuseLargePrompt(prompt: string): void {
  if (Buffer.byteLength(prompt) <= limits.promptBytesMax) return;
  throw new AppError(
    'prompt_too_large',
    `A prompt takes up to ${limits.promptBytesMax} bytes: write the rest to a file of the project and name it.`,
  );
}

function decodeAttachment({ mimeType, data }: Attachment): StoredAttachment {
  return { mimeType, content: Buffer.from(data, 'base64') };
}

function supportedDelivery(delivery: AdmitRequest['delivery'] = 'queue'): 'queue' | 'reject' {
  if (delivery === 'queue' || delivery === 'reject') return delivery;
  throw new AppError(
    'unsupported',
    `The delivery "${delivery}" is not supported yet: use "queue" or "reject".`,
  );
}
