/**
 * Watches a turn for silence, by what the agent is doing: taking the prompt over, talking, or running a tool. Time in
 * which a person is asked does not count. It reports; what follows from that is its owner's business.
 */
import type { AgentEvent } from '../contract/index.js';
import type { Clock } from './ports/clock.js';

export type Activity = 'handing_over' | 'model' | 'tool';

export interface SilenceLimits {
  handing_over: number;
  model: number;
  tool: number;
}

export class SilenceWatch {
  private activity: Activity = 'handing_over';
  private readonly openTools = new Set<string>();
  private people = 0;
  private stopped = false;
  private lastSignMs: number;
  private disarm: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly limits: SilenceLimits,
    private readonly onSilence: (activity: Activity, silentMs: number) => void,
  ) {
    this.lastSignMs = clock.monotonicMs();
    this.arm(limits.handing_over);
  }

  see(events: readonly AgentEvent[]): void {
    for (const event of events) {
      if (event.type === 'tool_execution_start') this.openTools.add(event.toolUseId);
      if (event.type === 'tool_execution_end') this.openTools.delete(event.toolUseId);
    }
    const activity = this.openTools.size > 0 ? 'tool' : 'model';
    this.lastSignMs = this.clock.monotonicMs();
    if (activity === this.activity) return;
    // The timer may be that of a longer limit.
    this.activity = activity;
    this.disarm();
    this.arm(this.limits[activity]);
  }

  /** Between these two a person has the word. */
  askPerson(): void {
    this.people += 1;
  }

  personAnswered(): void {
    this.people -= 1;
    this.lastSignMs = this.clock.monotonicMs();
  }

  stop(): void {
    this.disarm();
    this.disarm = () => undefined;
    this.stopped = true;
  }

  /** One timer for each activity, not for each sign: at its end it looks how long the silence has really been. */
  private arm(ms: number): void {
    if (this.stopped) return;
    this.disarm = this.clock.after(ms, () => this.check());
  }

  private check(): void {
    const limit = this.limits[this.activity];
    const silentMs = this.clock.monotonicMs() - this.lastSignMs;
    if (this.people > 0 || silentMs >= limit) {
      if (this.people === 0) this.onSilence(this.activity, silentMs);
      this.arm(limit);
    } else {
      this.arm(limit - silentMs);
    }
  }
}
