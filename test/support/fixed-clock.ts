/** A clock that stands still until a test advances it; its timers fire on the way, its ids count up from one. */
import type { Clock, IdPrefix } from '../../src/core/index.js';

interface Timer {
  dueMs: number;
  call: () => void;
}

export class FixedClock implements Clock {
  private elapsedMs = 0;
  private ids = 0;
  private timers: Timer[] = [];

  constructor(private startMs = 1_750_000_000_000) {}

  now(): number {
    return this.startMs + this.elapsedMs;
  }

  /** Somebody sets the wall clock; the monotonic one does not notice. */
  setBack(ms: number): void {
    this.startMs -= ms;
  }

  /** The clock of the next process on this machine: the same time, ids that go on, and no timers. */
  successor(): FixedClock {
    const next = new FixedClock(this.now());
    next.ids = this.ids;
    return next;
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  newId(prefix: IdPrefix): string {
    this.ids += 1;
    return `${prefix}_${String(this.ids).padStart(12, '0')}`;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { dueMs: this.elapsedMs + ms, call };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Fires what falls due, in order of time, also what is armed on the way. */
  advance(ms: number): void {
    const untilMs = this.elapsedMs + ms;
    for (let next = this.nextDue(untilMs); next !== undefined; next = this.nextDue(untilMs)) {
      const due = next;
      this.timers = this.timers.filter((other) => other !== due);
      this.elapsedMs = due.dueMs;
      due.call();
    }
    this.elapsedMs = untilMs;
  }

  /** How many timers are armed: what a test left behind. */
  get armed(): number {
    return this.timers.length;
  }

  private nextDue(untilMs: number): Timer | undefined {
    return this.timers
      .filter(({ dueMs }) => dueMs <= untilMs)
      .reduce<Timer | undefined>(
        (first, timer) => (first === undefined || timer.dueMs < first.dueMs ? timer : first),
        undefined,
      );
  }
}
