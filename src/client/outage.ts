/** When to try again: later each time, never all clients at once, never sooner than the server says, not for ever. */
import { ApiError, ClientError } from './errors.js';
import type { Surroundings } from './surroundings.js';

export interface Backoff {
  /** The longest first delay; each further one may be twice as long. */
  delayFirstMs: number;
  delayMsMax: number;
}

/** Failures in a row. */
export class Outage {
  private tries = 0;
  private sinceMs = 0;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly backoff: Backoff,
    /** From the first failure on. */
    private readonly lastsMsMax: number,
  ) {}

  /** How long to wait before the next try. Throws the error where none would help, or the time is over. */
  next(error: unknown): number {
    const { clock, random } = this.surroundings;
    if (!(error instanceof ClientError && error.retryable)) throw error;
    if (this.tries === 0) this.sinceMs = clock.now();
    const { delayFirstMs, delayMsMax } = this.backoff;
    const delayMs = Math.min(delayMsMax, delayFirstMs * 2 ** this.tries) * (0.5 + random() / 2);
    const askedMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
    // Spread out behind what the server asked for as well: it asked everybody for the same.
    const waitMs = askedMs === 0 ? delayMs : askedMs + delayFirstMs * random();
    if (clock.now() + waitMs - this.sinceMs > this.lastsMsMax) throw error;
    this.tries += 1;
    return waitMs;
  }

  over(): void {
    this.tries = 0;
  }
}
