/**
 * What a run may use, by every budget that concerns it: its own, its session's, its project's, that of the day. The
 * first bound that is reached is told once, while the turn is under way where that can be known, else when it ends.
 * Before that, a warning is told for each bound. Time in which a person is asked does not count.
 */
import type { AgentEvent, Budget, BudgetScope, Usage } from '../contract/index.js';
import type { Clock } from './ports/clock.js';
import type { BudgetLine, Spent } from './ports/store.js';

/** What a timer can wait for at most; then it looks how much is left. */
const timerMsMax = 2 ** 31 - 1;

type Bound = keyof Budget;

/** A bound of a budget that a run has come to. */
export interface BudgetReached {
  scope: BudgetScope;
  bound: Bound;
  message: string;
  renewsAt?: number;
}

const measures: Record<Bound, { used: (spent: Spent) => number; unit: string }> = {
  maxTurns: { used: ({ usage }) => usage.turns ?? 0, unit: 'turns' },
  maxToolCalls: { used: ({ usage }) => usage.toolCalls ?? 0, unit: 'tool calls' },
  maxDurationMs: { used: ({ activeMs }) => activeMs, unit: 'ms of work' },
  maxTokens: {
    used: ({ usage: { inputTokens = 0, outputTokens = 0 } }) => inputTokens + outputTokens,
    unit: 'tokens',
  },
  maxCostUsd: { used: ({ usage }) => usage.costUsd ?? 0, unit: 'USD' },
};
const bounds = Object.keys(measures) as Bound[];

const owners: Record<BudgetScope, string> = {
  run: 'the run',
  session: 'its session',
  project: 'its project',
  day: 'its project for this day (UTC)',
};

/** One bound of one budget, and what was used of it before this turn. */
interface Allowance extends Pick<BudgetLine, 'scope' | 'renewsAt'> {
  bound: Bound;
  limit: number;
  before: number;
}

function allowancesOf(lines: readonly BudgetLine[]): Allowance[] {
  return lines.flatMap(({ limits, spent, ...line }) =>
    bounds.flatMap((bound) => {
      const limit = limits[bound];
      return limit === undefined ? [] : [{ ...line, bound, limit, before: measures[bound].used(spent) }];
    }),
  );
}

function reachedOf(allowance: Allowance, used: number): BudgetReached {
  const { scope, bound, renewsAt } = allowance;
  const message = `${wordsOf(allowance, used, 'is used up')} Raise it to go on.`;
  return { scope, bound, message, ...(renewsAt === undefined ? {} : { renewsAt }) };
}

function wordsOf({ scope, bound, limit }: Allowance, used: number, state: string): string {
  const amounts = `${round(used)} of ${limit} ${measures[bound].unit}`;
  return `The budget of ${owners[scope]} ${state}: ${amounts} (${bound}).`;
}

function round(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}

/** The first bound that nothing is left of. */
export function usedUp(lines: readonly BudgetLine[]): BudgetReached | undefined {
  const empty = allowancesOf(lines).find(({ limit, before }) => before >= limit);
  return empty && reachedOf(empty, empty.before);
}

/** The target's limits are the run's own budget where the run itself says nothing. */
export function withTargetLimits(lines: readonly BudgetLine[], limits: Budget = {}): BudgetLine[] {
  return lines.map((line) =>
    line.scope === 'run' ? { ...line, limits: { ...limits, ...line.limits } } : line,
  );
}

export class RunMeter {
  /** The bound that was reached. */
  reached: BudgetReached | undefined;
  private readonly allowances: readonly Allowance[];
  private readonly warned = new Set<Allowance>();
  private toolCalls = 0;
  private people = 0;
  private stopped = false;
  private workMs = 0;
  private sinceMs: number;
  private disarm: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    lines: readonly BudgetLine[],
    /** Of a bound; from there on it is told that it comes near. */
    private readonly warnPercent: number,
    private readonly told: { onWarning: (message: string) => void; onReached: () => void },
  ) {
    this.allowances = allowancesOf(lines);
    this.sinceMs = clock.monotonicMs();
    this.arm();
  }

  /** What the turn has worked, in whole ms. */
  get activeMs(): number {
    const open = this.stopped || this.people > 0 ? 0 : this.clock.monotonicMs() - this.sinceMs;
    return Math.round(this.workMs + open);
  }

  /** The bound of turns that the agent itself must keep: what is left in the tightest budget. */
  get turnsLeft(): number | undefined {
    const left = this.of('maxTurns').map(({ limit, before }) => limit - before);
    return left.length === 0 ? undefined : Math.max(1, Math.min(...left));
  }

  see(events: readonly AgentEvent[]): void {
    const calls = events.filter(({ type }) => type === 'tool_execution_start').length;
    if (calls === 0) return;
    this.toolCalls += calls;
    for (const allowance of this.of('maxToolCalls')) {
      const used = allowance.before + this.toolCalls;
      // The last one is still within the budget; one more is not.
      if (used > allowance.limit) this.reach(allowance, used - 1);
      else this.warn(allowance, used);
    }
  }

  /** Between these two a person has the word. */
  askPerson(): void {
    this.people += 1;
    if (this.people > 1) return;
    this.disarm();
    this.workMs += this.clock.monotonicMs() - this.sinceMs;
  }

  personAnswered(): void {
    this.people -= 1;
    if (this.people > 0) return;
    this.sinceMs = this.clock.monotonicMs();
    this.arm();
  }

  /** The agent stopped at the bound of turns that `turnsLeft` gave it. */
  turnsReached(usage: Usage): void {
    const [tightest] = this.of('maxTurns').sort((a, b) => a.limit - a.before - (b.limit - b.before));
    if (tightest !== undefined) this.reach(tightest, tightest.before + (usage.turns ?? 0));
  }

  /**
   * At the end of the turn, which alone tells turns, tokens and cost. What is done is done: a bound that only now
   * turns out to be reached stops no work, and the next run finds it so.
   */
  settle(usage: Usage): void {
    this.stop();
    for (const bound of ['maxTurns', 'maxTokens', 'maxCostUsd'] as const) {
      const used = measures[bound].used({ usage, activeMs: 0 });
      for (const allowance of this.of(bound)) this.warn(allowance, allowance.before + used);
    }
  }

  /** What the turn used, also where its agent did not come to tell. */
  usageOf(usage: Usage | undefined): Usage {
    return { ...usage, toolCalls: usage?.toolCalls ?? this.toolCalls };
  }

  stop(): void {
    if (this.stopped) return;
    this.workMs = this.activeMs;
    this.stopped = true;
    this.disarm();
  }

  private of(bound: Bound): Allowance[] {
    return this.allowances.filter((allowance) => allowance.bound === bound);
  }

  /** One timer, for the next bound or warning that time alone leads to. */
  private arm(): void {
    if (this.stopped || this.reached !== undefined) return;
    const marks = this.of('maxDurationMs').flatMap((allowance) => [
      ...(this.warned.has(allowance) ? [] : [this.warnAt(allowance) - allowance.before]),
      allowance.limit - allowance.before,
    ]);
    if (marks.length === 0) return;
    const waitMs = Math.max(0, Math.ceil(Math.min(...marks) - this.activeMs));
    this.disarm = this.clock.after(Math.min(waitMs, timerMsMax), () => this.checkTime());
  }

  private checkTime(): void {
    for (const allowance of this.of('maxDurationMs')) {
      const used = allowance.before + this.activeMs;
      if (used >= allowance.limit) this.reach(allowance, used);
      else this.warn(allowance, used);
    }
    this.arm();
  }

  private warnAt({ limit }: Allowance): number {
    return (limit * this.warnPercent) / 100;
  }

  private warn(allowance: Allowance, used: number): void {
    if (used < this.warnAt(allowance) || this.warned.has(allowance)) return;
    this.warned.add(allowance);
    const state = used >= allowance.limit ? 'is used up' : 'is nearly used up';
    this.told.onWarning(wordsOf(allowance, used, state));
  }

  private reach(allowance: Allowance, used: number): void {
    if (this.reached !== undefined) return;
    this.reached = reachedOf(allowance, used);
    this.stop();
    this.told.onReached();
  }
}
