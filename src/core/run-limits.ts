/**
 * What a target lets one run cost: uses of tools, time, tokens, money. The first limit that is reached is told once,
 * while the turn is under way where that can be known, else from its usage at the end. Time in which a person is asked
 * does not count. Turns are counted by the agent.
 */
import type { AgentEvent, RunError, Usage } from '../contract/index.js';
import type { Clock } from './ports/clock.js';
import type { LaunchLimits } from './ports/harness.js';

/** What a timer can wait for at most; then it looks how much is left. */
const timerMsMax = 2 ** 31 - 1;

export class RunLimits {
  /** The limit that was reached. */
  reached: RunError | undefined;
  private toolCalls = 0;
  private people = 0;
  private leftMs: number;
  private sinceMs: number;
  private disarm: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly limits: LaunchLimits,
    private readonly onReached: () => void,
  ) {
    this.leftMs = limits.maxDurationMs ?? Number.POSITIVE_INFINITY;
    this.sinceMs = clock.monotonicMs();
    this.arm();
  }

  see(events: readonly AgentEvent[]): void {
    const { maxToolCalls } = this.limits;
    if (maxToolCalls === undefined) return;
    this.toolCalls += events.filter(({ type }) => type === 'tool_execution_start').length;
    if (this.toolCalls > maxToolCalls) this.reach('maxToolCalls', `${maxToolCalls} uses of tools`);
  }

  /** Between these two a person has the word. */
  askPerson(): void {
    this.people += 1;
    if (this.people > 1) return;
    this.disarm();
    this.leftMs -= this.clock.monotonicMs() - this.sinceMs;
  }

  personAnswered(): void {
    this.people -= 1;
    if (this.people > 0) return;
    this.sinceMs = this.clock.monotonicMs();
    this.arm();
  }

  /** At the end of the turn, which alone tells what it has used. */
  judge({ inputTokens = 0, outputTokens = 0, costUsd = 0 }: Usage): void {
    const { maxTokens, maxCostUsd } = this.limits;
    const tokens = inputTokens + outputTokens;
    if (maxTokens !== undefined && tokens > maxTokens)
      this.reach('maxTokens', `${maxTokens} tokens, and this one used ${tokens}`);
    if (maxCostUsd !== undefined && costUsd > maxCostUsd)
      this.reach('maxCostUsd', `${maxCostUsd} USD, and this one cost ${costUsd}`);
  }

  stop(): void {
    this.disarm();
    this.leftMs = Number.POSITIVE_INFINITY;
  }

  private arm(): void {
    if (this.leftMs === Number.POSITIVE_INFINITY) return;
    this.disarm = this.clock.after(Math.min(Math.max(0, this.leftMs), timerMsMax), () => this.checkTime());
  }

  private checkTime(): void {
    const nowMs = this.clock.monotonicMs();
    this.leftMs -= nowMs - this.sinceMs;
    this.sinceMs = nowMs;
    if (this.leftMs > 0) this.arm();
    else this.reach('maxDurationMs', `${this.limits.maxDurationMs} ms of work`);
  }

  private reach(name: keyof LaunchLimits, words: string): void {
    if (this.reached !== undefined) return;
    const message = `The target's limit ${name} was reached: a run may take ${words}. Raise it, or ask for less at once.`;
    this.reached = { code: 'limit_reached', message };
    this.stop();
    this.onReached();
  }
}
