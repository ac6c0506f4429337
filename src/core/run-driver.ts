/**
 * Drives one claimed run from its claim to its one terminal event. It talks to the agent through the harness port,
 * to the world through the store, and decides nothing about other runs.
 *
 *   claim → open or reuse the conversation → hand over (durable) → turn → release the conversation → finish (durable)
 *
 * Cancel: the turn is interrupted; after the grace the conversation is ended by force; only when nothing of it runs
 * any more is the run `cancelled`. A turn that completed before the interrupt reached it stays completed.
 */
import { AppError, attachmentPath, type HarnessName, isAppError, type RunError } from '../contract/index.js';
import { awaitPermission } from './await-permission.js';
import type { Acquired, Conversations } from './conversations.js';
import { withDeadline } from './deadline.js';
import { endTurn } from './end-turn.js';
import { cutMiddle } from './event-bounds.js';
import type { Log } from './log.js';
import type { CoreOptions } from './options.js';
import type { Clock } from './ports/clock.js';
import type { LaunchPlan, PermissionAnswer, PromptImage, TurnResult } from './ports/harness.js';
import type { ClaimedRun, Continuation, RunEnd, Store } from './ports/store.js';
import type { Targets } from './ports/targets.js';
import type { Wakeup } from './ports/wakeup.js';
import { RunLimits } from './run-limits.js';
import { RunLog } from './run-log.js';
import { type Silence, SilenceWatch } from './silence-watch.js';
import { silenceBounds, silenceError, silenceNotice } from './silence-words.js';
import { TurnSteers } from './turn-steers.js';

export interface DriverParts {
  store: Store;
  conversations: Conversations;
  targets: Targets;
  wakeup: Wakeup;
  clock: Clock;
  log: Log;
  options: CoreOptions;
}

type TurnEnd = Pick<RunEnd, 'outcome' | 'continuation' | 'checkpoint' | 'usage'>;

/** Whose continuation keys a harness gives. */
const continuationProviders: Partial<Record<HarnessName, Continuation['provider']>> = {
  claude: 'anthropic',
  codex: 'openai',
};

/** Tries to write the end of a run, `sweepMs` apart. */
const finishAttemptsMax = 12;
/** What an agent says of its failure has no limit of its own. */
const errorCharsMax = 4000;

export class RunDriver {
  readonly steers: TurnSteers;
  private readonly giveUp = new AbortController();
  private cancelReason: string | undefined;
  private runLog: RunLog | undefined;
  /** Why the run was given up, when that was not a cancel. */
  private failure: RunError | undefined;
  /** A limit of the target, reached by the turn. */
  private limitReached: RunError | undefined;
  /** The agent did not obey an interrupt and was ended by force. */
  private abandoned = false;

  constructor(
    private readonly run: ClaimedRun,
    private readonly parts: DriverParts,
  ) {
    this.steers = new TurnSteers(parts.clock, parts.log, parts.options.steerTimeoutMs);
  }

  /** Idempotent; `reason` of the first call stands in the terminal event. */
  cancel(reason: string): void {
    this.cancelReason ??= reason;
    this.steers.close();
    this.giveUp.abort();
  }

  /** Looks whether somebody asked to cancel: after a wake-up, and from time to time in case one was lost. */
  async checkCancel(): Promise<void> {
    const state = await this.parts.store.findRunState(this.run.runId);
    if (state?.cancelRequested === true) this.cancel('cancelled by request');
  }

  /** Never rejects. */
  async drive(): Promise<void> {
    const { wakeup, clock, log } = this.parts;
    const { runId } = this.run;
    const unsubscribe = wakeup.subscribe(`cancel:${runId}`, () => {
      this.checkCancel().catch((error: unknown) => log.warn('a cancel could not be read', { runId, error }));
    });
    try {
      const end = await this.runTurn();
      await this.steers.settled();
      this.runLog?.close();
      await this.finish({ ...end, toolHistory: this.runLog?.toolHistory ?? [], at: clock.now() });
    } catch (error) {
      // The store refused: another attempt owns the run, or the disk is gone. Recovery at the next start decides.
      log.error('a run could not be finished', { runId, error });
    } finally {
      unsubscribe();
    }
  }

  /** Tries again for a while, because a full disk may be emptied. Throws when that does not help. */
  private async finish(end: RunEnd): Promise<void> {
    const { store, clock, log, options } = this.parts;
    const { runId } = this.run;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await store.finishRun(this.run, end);
      } catch (error) {
        if (isAppError(error, 'stale_claim') || attempt === finishAttemptsMax) throw error;
        log.warn('a run could not be finished yet', { runId, attempt, error });
        await new Promise<void>((resolve) => clock.after(options.sweepMs, resolve));
      }
    }
  }

  private async runTurn(): Promise<TurnEnd> {
    const { session } = this.run;
    let images: PromptImage[];
    let acquired: Acquired;
    try {
      images = await this.readImages();
      acquired = await this.openConversation();
    } catch (error) {
      return this.endWithoutTurn(error);
    }
    let keep = false;
    try {
      if (this.cancelReason !== undefined) {
        keep = true;
        return this.cancelled();
      }
      const refused = await this.handOver();
      if (refused !== undefined) return failed(refused);
      const result = await this.takeTurn(acquired, images);
      keep = !this.abandoned;
      return this.turnEnd(result);
    } finally {
      this.parts.conversations.release(session.sessionId, keep);
    }
  }

  /** Why the prompt must not be sent: what is not written down could run twice. Throws `stale_claim`. */
  private async handOver(): Promise<RunError | undefined> {
    const { store, clock } = this.parts;
    try {
      await store.handOverRun(this.run, clock.now());
      return undefined;
    } catch (error) {
      if (isAppError(error, 'stale_claim')) throw error;
      if (isAppError(error, 'resume_lost')) return { code: error.code, message: error.message };
      this.fail(error);
      return this.failure;
    }
  }

  private async openConversation(): Promise<Acquired> {
    const { conversations, clock, options } = this.parts;
    const { session, continuation, fork, freshContext, permissions, followsOthers } = this.run;
    const opening = conversations.acquire(
      {
        sessionId: session.sessionId,
        launch: () => this.resolveLaunch(),
        continuation,
        fork,
        fresh: freshContext,
        permissions,
        model: session.model,
        followsOthers,
      },
      this.giveUp.signal,
    );
    return withDeadline(
      clock,
      opening,
      options.openTimeoutMs,
      'agent_unresponsive',
      `The agent did not open a conversation within ${options.openTimeoutMs} ms.`,
    ).catch((error: unknown) => {
      // An agent that answers after all must not stay behind.
      this.giveUp.abort();
      opening.then(
        () => conversations.close(session.sessionId),
        () => undefined,
      );
      throw error;
    });
  }

  private async resolveLaunch(): Promise<LaunchPlan> {
    const { session, root, direct } = this.run;
    const { targets } = this.parts;
    const plan = direct
      ? targets.direct(root, session.harness)
      : await targets.resolve(root, session.aspTargetName);
    if (plan.harness !== session.harness) {
      throw new AppError(
        'target_invalid',
        `The target "${session.aspTargetName}" now names the agent "${plan.harness}", but this session belongs to "${session.harness}": start a new session.`,
      );
    }
    return session.model === undefined ? plan : { ...plan, model: session.model };
  }

  private async readImages(): Promise<PromptImage[]> {
    const { runId, attachments = [] } = this.run;
    return Promise.all(
      attachments.map(async (mimeType, index) => {
        const found = await this.parts.store.findAttachment(runId, index);
        if (found === undefined) throw new Error(`attachment ${index} of run ${runId} is missing`);
        const data = Buffer.from(found.content).toString('base64');
        return { mimeType, data, url: attachmentPath(runId, index) };
      }),
    );
  }

  private endWithoutTurn(error: unknown): TurnEnd {
    if (this.cancelReason !== undefined) return this.cancelled();
    if (isAppError(error)) return failed({ code: error.code, message: error.message });
    this.parts.log.error('a conversation could not be opened', { runId: this.run.runId, error });
    return failed({
      code: 'harness_failed',
      message: 'The agent could not be started. The log of the server says why.',
    });
  }

  private async takeTurn(
    { conversation, resume, terms }: Acquired,
    images: readonly PromptImage[],
  ): Promise<TurnResult> {
    const { store, clock, options } = this.parts;
    const { permissions, limits = {} } = terms;
    const runLog = new RunLog(this.run, resume, store, clock, options, (error) => this.fail(error));
    this.runLog = runLog;
    const watch = new SilenceWatch(clock, silenceBounds(options), (silence) => this.onSilence(silence));
    const runLimits = new RunLimits(clock, limits, () => this.giveUp.abort());
    const { runId, prompt } = this.run;
    const turn = conversation.turn(
      {
        runId,
        prompt,
        ...(images.length === 0 ? {} : { images }),
        ...strictest(this.run.maxTurns, limits.maxTurns),
      },
      {
        signal: this.giveUp.signal,
        emit: (events) => {
          watch.see(events);
          runLimits.see(events);
          return runLog.emit(events);
        },
        acknowledge: (key) => {
          watch.see([]);
          if (key !== this.run.continuation) runLog.acknowledge(this.continuationOf(key));
        },
        permit: async (ask) => {
          watch.askPerson();
          runLimits.askPerson();
          runLog.begin();
          return awaitPermission(this.parts, this.run, ask, permissions, this.giveUp.signal)
            .catch((error: unknown) => this.refuseAsk(error))
            .finally(() => {
              watch.personAnswered();
              runLimits.personAnswered();
            });
        },
      },
    );
    this.steers.open(conversation);
    try {
      const end = await endTurn(clock, options, turn, conversation, this.giveUp.signal);
      this.abandoned = end.abandoned;
      if (end.leftBehind !== undefined) this.reportLeftBehind(end.leftBehind);
      runLimits.judge(end.result.usage ?? {});
      this.limitReached = runLimits.reached;
      return end.result;
    } finally {
      this.steers.close();
      watch.stop();
      runLimits.stop();
    }
  }

  private turnEnd(result: TurnResult): TurnEnd {
    const { continuation: key, checkpoint, usage } = result;
    const left: Omit<TurnEnd, 'outcome'> = {
      ...(key === undefined ? {} : { continuation: this.continuationOf(key) }),
      // It names a place in that conversation, and nothing without it.
      ...(key === undefined || checkpoint === undefined ? {} : { checkpoint }),
      ...(usage === undefined ? {} : { usage }),
    };
    if (result.outcome === 'completed' && this.limitReached === undefined) {
      // A column of text cannot keep a NUL, and what a tool prints may have some.
      const text = result.finalOutput.replaceAll('\0', '\uFFFD');
      const finalOutput = cutMiddle(text, this.parts.options.eventBytesMax);
      return { ...left, outcome: { status: 'completed', finalOutput } };
    }
    if (this.failure !== undefined) return { ...left, ...failed(this.failure) };
    if (this.cancelReason !== undefined) return { ...left, ...this.cancelled() };
    if (this.limitReached !== undefined) return { ...left, ...failed(this.limitReached) };
    if (result.outcome === 'failed') return { ...left, ...failed(result.error) };
    return {
      ...left,
      ...failed({ code: 'agent_failed', message: 'The agent stopped by itself before it had finished.' }),
    };
  }

  private continuationOf(key: string): Continuation {
    return { provider: continuationProviders[this.run.session.harness] ?? 'unknown', key };
  }

  private cancelled(): TurnEnd {
    return { outcome: { status: 'cancelled', reason: this.cancelReason ?? 'cancelled by request' } };
  }

  private onSilence(silence: Silence): void {
    // It has been interrupted, and has the grace of that.
    if (this.giveUp.signal.aborted) return;
    if (silence.leftMs !== 0) {
      this.runLog?.note(silenceNotice(silence));
      return;
    }
    this.failure = silenceError(silence);
    this.giveUp.abort();
  }

  private reportLeftBehind(error: unknown): void {
    this.parts.log.error('processes of an agent are left', { runId: this.run.runId, error });
    this.failure = {
      code: 'harness_failed',
      message:
        'The agent was stopped, but not all of its processes could be ended. The log of the server says which.',
    };
  }

  private refuseAsk(error: unknown): PermissionAnswer {
    this.fail(error);
    return { decision: 'deny', message: 'the request could not be written' };
  }

  private fail(error: unknown): void {
    this.parts.log.error('events of a run could not be written', { runId: this.run.runId, error });
    this.failure = { code: 'store_unavailable', message: 'The events of the run could not be written.' };
    this.giveUp.abort();
  }
}

function strictest(...bounds: (number | undefined)[]): { maxTurns?: number } {
  const given = bounds.filter((bound) => bound !== undefined);
  return given.length === 0 ? {} : { maxTurns: Math.min(...given) };
}

function failed(error: RunError): TurnEnd {
  return {
    outcome: { status: 'failed', error: { ...error, message: cutMiddle(error.message, errorCharsMax) } },
  };
}
