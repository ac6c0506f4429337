/** What becomes of a run after its turn: it has ended, or it is parked. Nothing is written here; that is the work of the driver. */
import type { HarnessName, RunError } from '../contract/index.js';
import { cutMiddle } from './event-bounds.js';
import type { CoreOptions } from './options.js';
import type { TurnResult } from './ports/harness.js';
import type { ClaimedRun, Continuation, RunEnd, RunPark } from './ports/store.js';
import type { BudgetReached, RunMeter } from './run-meter.js';

export type TurnEnd = Pick<RunEnd, 'continuation' | 'checkpoint' | 'usage'> &
  (Pick<RunEnd, 'outcome'> | Pick<RunPark, 'parking'>);

/** What an agent says of its failure has no limit of its own. */
const errorCharsMax = 4000;

/** Whose continuation keys a harness gives. */
const continuationProviders: Partial<Record<HarnessName, Continuation['provider']>> = {
  claude: 'anthropic',
  codex: 'openai',
};

export function continuationOf({ session }: Pick<ClaimedRun, 'session'>, key: string): Continuation {
  return { provider: continuationProviders[session.harness] ?? 'unknown', key };
}

export interface TurnCircumstances {
  meter: Pick<RunMeter, 'reached' | 'turnsLeft' | 'turnsReached'>;
  /** Why the run was given up, when that was not a cancel. */
  failure: RunError | undefined;
  cancelled: TurnEnd | undefined;
  now: number;
  options: Pick<CoreOptions, 'eventBytesMax' | 'usageLimitRetryMs'>;
}

/** What is done is done: a turn that completed stays completed, whatever came up while it did. */
export function turnEndOf(
  run: Pick<ClaimedRun, 'session' | 'maxTurns'>,
  result: TurnResult,
  { meter, failure, cancelled, now, options }: TurnCircumstances,
): TurnEnd {
  const { continuation: key, checkpoint, usage } = result;
  const left = {
    ...(key === undefined ? {} : { continuation: continuationOf(run, key) }),
    // It names a place in that conversation, and nothing without it.
    ...(key === undefined || checkpoint === undefined ? {} : { checkpoint }),
    ...(usage === undefined ? {} : { usage }),
  };
  if (result.outcome === 'completed') {
    // A column of text cannot keep a NUL, and what a tool prints may have some.
    const text = result.finalOutput.replaceAll('\0', '\uFFFD');
    const finalOutput = cutMiddle(text, options.eventBytesMax);
    return { ...left, outcome: { status: 'completed', finalOutput } };
  }
  if (failure !== undefined) return { ...left, ...failed(failure) };
  if (cancelled !== undefined) return { ...left, ...cancelled };
  if (result.outcome === 'failed' && stoppedByBudget(result.error, run, meter))
    meter.turnsReached(usage ?? {});
  if (meter.reached !== undefined) return { ...left, ...parkedAt(meter.reached) };
  if (result.outcome === 'interrupted') {
    const message = 'The agent stopped by itself before it had finished.';
    return { ...left, ...failed({ code: 'agent_failed', message }) };
  }
  if (result.error.code === 'usage_limit_reached') {
    return { ...left, ...parkedByProvider(result.error, now, options.usageLimitRetryMs) };
  }
  return { ...left, ...failed(result.error) };
}

/** The agent kept a bound of turns that was that of a budget, and not of the run itself. */
function stoppedByBudget(
  { code }: RunError,
  { maxTurns = Number.POSITIVE_INFINITY }: Pick<ClaimedRun, 'maxTurns'>,
  { turnsLeft = Number.POSITIVE_INFINITY }: Pick<RunMeter, 'turnsLeft'>,
): boolean {
  return code === 'max_turns_reached' && turnsLeft < maxTurns;
}

export function failed(error: RunError): TurnEnd {
  return {
    outcome: { status: 'failed', error: { ...error, message: cutMiddle(error.message, errorCharsMax) } },
  };
}

/** A day that is over meanwhile has a new budget already; all others wait for somebody to raise them. */
export function parkedAt({ scope, message, renewsAt }: BudgetReached): TurnEnd {
  const resumesAt = renewsAt === undefined ? {} : { resumesAt: renewsAt };
  return { parking: { reason: 'budget', scope, message, ...resumesAt } };
}

/** Where the provider does not say when its limit ends, or names a time that is past, a new try makes sense after a while. */
function parkedByProvider({ message, resumesAt = 0 }: RunError, now: number, retryMs: number): TurnEnd {
  return {
    parking: {
      reason: 'usage_limit',
      message: cutMiddle(message, errorCharsMax),
      resumesAt: resumesAt > now ? resumesAt : now + retryMs,
    },
  };
}
