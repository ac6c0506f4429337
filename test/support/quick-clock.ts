import type { Clock } from '../../src/client/index.js';

/** Delays of this length and above never pass: deadlines that a test does not want to meet. */
export const neverMs = 1_000_000;

/** Time that passes at once when somebody waits for it, and is written down. */
export class QuickClock implements Clock {
  readonly waited: number[] = [];
  private ms = 0;

  now(): number {
    return this.ms;
  }

  after(ms: number, action: () => void): () => void {
    if (ms >= neverMs) return () => undefined;
    this.waited.push(ms);
    const timer = setImmediate(() => {
      this.ms += ms;
      action();
    });
    return () => clearImmediate(timer);
  }
}
