/**
 * Drives one claimed run from its claim to its one terminal event, or until it is parked. It talks to the agent through
 * the harness port, to the world through the store, and decides nothing about other runs.
 *
 *   claim → open or reuse the conversation → hand over (durable) → turn → release the conversation → finish (durable)
 *
 * Cancel: the turn is interrupted; after the grace the conversation is ended by force; only when nothing of it runs
 * any more is the run `cancelled`. A turn that completed before the interrupt reached it stays completed.
 */
import { AppError, attachmentPath, isAppError, type RunError } from '../contract/index.js';
import { awaitPermission } from './await-permission.js';
import type { Acquired, Conversations } from './conversations.js';
import { withDeadline } from './deadline.js';
import { endTurn } from './end-turn.js';
import { noteOf } from './interruption-note.js';
import type { Log } from './log.js';
import type { CoreOptions } from './options.js';
import type { Clock } from './ports/clock.js';
import type { LaunchPlan, PermissionAnswer, PromptImage, TurnRequest, TurnResult } from './ports/harness.js';
import type { BudgetLine, ClaimedRun, Store } from './ports/store.js';
import type { Targets } from './ports/targets.js';
import type { Wakeup } from './ports/wakeup.js';
import { RunLog } from './run-log.js';
import { RunMeter, usedUp, withTargetLimits } from './run-meter.js';
import { type Silence, SilenceWatch } from './silence-watch.js';
import { silenceBounds, silenceError, silenceNotice } from './silence-words.js';
import { continuationOf, failed, parkedAt, type TurnEnd, turnEndOf } from './turn-end.js';
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

/** Tries to write the end of a run, `sweepMs` apart. */
const finishAttemptsMax = 12;

export class RunDriver {
  readonly steers: TurnSteers;
  private readonly giveUp = new AbortController();
  private cancelReason: string | undefined;
  private runLog: RunLog | undefined;
  private meter: RunMeter | undefined;
  /** Why the run was given up, when that was not a cancel. */
  private failure: RunError | undefined;
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
    const { wakeup, log } = this.parts;
    const { runId } = this.run;
    const unsubscribe = wakeup.subscribe(`cancel:${runId}`, () => {
      this.checkCancel().catch((error: unknown) => log.warn('a cancel could not be read', { runId, error }));
    });
    try {
      const end = await this.runTurn();
      await this.steers.settled();
      this.runLog?.close();
      await this.finish(end);
    } catch (error) {
      // The store refused: another attempt owns the run, or the disk is gone. Recovery at the next start decides.
      log.error('a run could not be finished', { runId, error });
    } finally {
      unsubscribe();
    }
  }

  /** Tries again for a while, because a full disk may be emptied. Throws when that does not help. */
  private async finish(end: TurnEnd): Promise<void> {
    const { store, clock, log, options } = this.parts;
    const { runId } = this.run;
    const used = {
      toolHistory: this.runLog?.toolHistory ?? [],
      activeMs: this.meter?.activeMs ?? 0,
      at: clock.now(),
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        if ('parking' in end) return await store.parkRun(this.run, { ...end, ...used });
        return await store.finishRun(this.run, { ...end, ...used });
      } catch (error) {
        if (isAppError(error, 'stale_claim') || attempt === finishAttemptsMax) throw error;
        log.warn('a run could not be finished yet', { runId, attempt, error });
        await new Promise<void>((resolve) => clock.after(options.sweepMs, resolve));
      }
    }
  }

  private async runTurn(): Promise<TurnEnd> {
    const { session, budgets } = this.run;
    const empty = usedUp(budgets);
    if (empty !== undefined) return parkedAt(empty);
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
      const lines = withTargetLimits(budgets, acquired.terms.limits);
      const spent = usedUp(lines);
      if (spent !== undefined) {
        keep = true;
        return parkedAt(spent);
      }
      const refused = await this.handOver();
      if (refused !== undefined) return failed(refused);
      const meter = this.startMeter(lines);
      const result = await this.takeTurn(acquired, images, meter);
      keep = !this.abandoned;
      return this.turnEnd(result, meter);
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
    const { session, continuation, fork, freshContext, permissions, followsOthers, imported } = this.run;
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
        imported,
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

  private startMeter(lines: readonly BudgetLine[]): RunMeter {
    const { clock, options } = this.parts;
    this.meter = new RunMeter(clock, lines, options.budgetWarnPercent, {
      onWarning: (message) => this.runLog?.note(message),
      onReached: () => this.giveUp.abort(),
    });
    return this.meter;
  }

  private async takeTurn(
    { conversation, resume, terms }: Acquired,
    images: readonly PromptImage[],
    meter: RunMeter,
  ): Promise<TurnResult> {
    const { store, clock, options } = this.parts;
    const runLog = new RunLog(this.run, resume, store, clock, options, (error) => this.fail(error));
    this.runLog = runLog;
    const watch = new SilenceWatch(clock, silenceBounds(options), (silence) => this.onSilence(silence));
    const turn = conversation.turn(this.turnRequest(images, meter), {
      signal: this.giveUp.signal,
      emit: (events) => {
        watch.see(events);
        meter.see(events);
        return runLog.emit(events);
      },
      acknowledge: (key) => {
        watch.see([]);
        if (key === this.run.continuation) runLog.begin();
        else runLog.acknowledge(continuationOf(this.run, key));
      },
      permit: async (ask) => {
        watch.askPerson();
        meter.askPerson();
        runLog.begin();
        return awaitPermission(this.parts, this.run, ask, terms, this.giveUp.signal)
          .catch((error: unknown) => this.refuseAsk(error))
          .finally(() => {
            watch.personAnswered();
            meter.personAnswered();
          });
      },
    });
    this.steers.open(conversation);
    try {
      const end = await endTurn(clock, options, turn, conversation, this.giveUp.signal);
      this.abandoned = end.abandoned;
      if (end.leftBehind !== undefined) this.reportLeftBehind(end.leftBehind);
      return end.result;
    } finally {
      this.steers.close();
      watch.stop();
      meter.stop();
    }
  }

  private turnRequest(images: readonly PromptImage[], meter: RunMeter): TurnRequest {
    const { runId, prompt, interrupted } = this.run;
    const maxTurns = tighter(this.run.maxTurns, meter.turnsLeft);
    return {
      runId,
      prompt,
      ...(interrupted === undefined ? {} : { note: noteOf(interrupted) }),
      ...(images.length === 0 ? {} : { images }),
      ...(maxTurns === undefined ? {} : { maxTurns }),
    };
  }

  private turnEnd(result: TurnResult, meter: RunMeter): TurnEnd {
    const { clock, options } = this.parts;
    meter.settle(result.usage ?? {});
    const end = turnEndOf(this.run, result, {
      meter,
      failure: this.failure,
      cancelled: this.cancelReason === undefined ? undefined : this.cancelled(),
      now: clock.now(),
      options,
    });
    return 'parking' in end ? { ...end, usage: meter.usageOf(end.usage) } : end;
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

/** The smaller one, where there are two. */
function tighter(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
