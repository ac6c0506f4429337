/**
 * Watches a turn for silence, by what the agent is doing: taking the prompt over, talking, or running a tool. Time in
 * which a person is asked does not count. It reports; what follows from that is its owner's business.
 */
import type { AgentEvent } from '../contract/index.js';
import type { Clock } from './ports/clock.js';

export type Activity = 'handing_over' | 'model' | 'tool';

export interface SilenceBound {
  /** Silence that is noticed, and noticed again as often as it has lasted so long. */
  noticeMs: number;
  /** Further silence after the first notice that is too long; 0: none is. */
  failMs: number;
}

export interface Silence {
  activity: Activity;
  lastsMs: number;
  /** Until it is too long; absent: it never is. 0: it is now, and nothing is reported any more. */
  leftMs?: number;
}

export class SilenceWatch {
  private activity: Activity = 'handing_over';
  private readonly openTools = new Set<string>();
  private people = 0;
  private stopped = false;
  private lastSignMs: number;
  /** How long the silence had lasted at its notices. Too long is counted from the first: nothing is ended unnoticed. */
  private noticedMs: { first: number; last: number } | undefined;
  private disarm: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly bounds: Readonly<Record<Activity, SilenceBound>>,
    private readonly onSilence: (silence: Silence) => void,
  ) {
    this.lastSignMs = clock.monotonicMs();
    this.arm(bounds.handing_over.noticeMs);
  }

  /** A sign of life, with or without something to tell. */
  see(events: readonly AgentEvent[]): void {
    for (const event of events) {
      if (event.type === 'tool_execution_start') this.openTools.add(event.toolUseId);
      if (event.type === 'tool_execution_end') this.openTools.delete(event.toolUseId);
    }
    const activity = this.openTools.size > 0 ? 'tool' : 'model';
    this.restart();
    if (activity === this.activity) return;
    // The timer may be that of a longer bound.
    this.activity = activity;
    this.disarm();
    this.arm(this.bounds[activity].noticeMs);
  }

  /** Between these two a person has the word. */
  askPerson(): void {
    this.see([]);
    this.people += 1;
  }

  personAnswered(): void {
    this.people -= 1;
    this.restart();
  }

  stop(): void {
    this.disarm();
    this.disarm = () => undefined;
    this.stopped = true;
  }

  private restart(): void {
    this.lastSignMs = this.clock.monotonicMs();
    this.noticedMs = undefined;
  }

  /** One timer for each activity, not for each sign: at its end it looks how long the silence has really been. */
  private arm(ms: number): void {
    if (this.stopped) return;
    this.disarm = this.clock.after(ms, () => this.check());
  }

  private check(): void {
    const { noticeMs, failMs } = this.bounds[this.activity];
    if (this.people > 0) {
      this.arm(noticeMs);
      return;
    }
    const lastsMs = this.clock.monotonicMs() - this.lastSignMs;
    const due = (this.noticedMs?.last ?? 0) + noticeMs;
    const end = failMs === 0 ? Number.POSITIVE_INFINITY : (this.noticedMs?.first ?? lastsMs) + failMs;
    if (lastsMs < Math.min(due, end)) this.arm(Math.min(due, end) - lastsMs);
    else this.report(lastsMs, end, noticeMs);
  }

  private report(lastsMs: number, end: number, noticeMs: number): void {
    const { activity } = this;
    if (lastsMs >= end) {
      this.stop();
      this.onSilence({ activity, lastsMs, leftMs: 0 });
      return;
    }
    this.noticedMs = { first: this.noticedMs?.first ?? lastsMs, last: lastsMs };
    const leftMs = end - lastsMs;
    this.onSilence(Number.isFinite(leftMs) ? { activity, lastsMs, leftMs } : { activity, lastsMs });
    this.arm(Math.min(noticeMs, leftMs));
  }
}
