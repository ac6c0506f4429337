/** The use cases of runs that are there: look, wait, cancel. None of them drives an agent; the dispatcher does. */
import { AppError, type Run, type RunOutcome, type RunStatus, type RunSummary } from '../contract/index.js';
import type { CoreOptions } from './options.js';
import type { Clock } from './ports/clock.js';
import type { CancelQueue, Page, RunState, Store, StoredAttachment } from './ports/store.js';
import type { Wakeup } from './ports/wakeup.js';
import { isTerminal } from './run-state.js';

/** How long the answer to a cancel waits for the end; the cancel itself goes on. */
const cancelAnswerMs = 15_000;

export class Runs {
  private readonly waits = new Set<() => void>();

  constructor(
    private readonly store: Store,
    private readonly wakeup: Wakeup,
    private readonly clock: Clock,
    private readonly options: CoreOptions,
  ) {}

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
    const runId = await this.store.requestInterrupt(sessionId, queue, this.clock.now());
    if (runId === undefined) return { sessionId };
    const { status } = await this.waitForEnd(runId, cancelAnswerMs);
    // It ended by itself in the meantime: nothing of it is active, which is what was asked for.
    return status === 'completed' || status === 'failed' ? { sessionId } : { sessionId, runId, status };
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
