/** What the client needs of the world: a way to ask, time and chance. Tests bring their own. */
import { ClientError, ConnectionError } from './errors.js';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Clock {
  /** Milliseconds that only rise. */
  now(): number;
  /** Calls `action` once after `ms`; the returned function calls it off. */
  after(ms: number, action: () => void): () => void;
}

export interface Surroundings {
  fetch: Fetch;
  clock: Clock;
  /** From 0 up to 1. */
  random: () => number;
}

/** Timers take longer ones for none at all. */
const timerMsMax = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, Math.min(ms, timerMsMax));
    return () => clearTimeout(timer);
  },
};

/** Rejects with the signal's reason as soon as it aborts. */
export function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const leave = () => {
      callOff();
      reject(signal?.reason);
    };
    const callOff = clock.after(ms, () => {
      signal?.removeEventListener('abort', leave);
      resolve();
    });
    signal?.addEventListener('abort', leave, { once: true });
  });
}

/** One connection: it ends with the caller's signal, or when a step of it takes too long. */
export class Leash {
  private readonly controller = new AbortController();
  private readonly follow = () => this.controller.abort(this.outer?.reason);

  constructor(
    private readonly clock: Clock,
    private readonly outer: AbortSignal | undefined,
  ) {
    if (outer?.aborted) this.follow();
    else outer?.addEventListener('abort', this.follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The step's value. Rejects with the caller's reason when the caller leaves, else with a ConnectionError. */
  async step<T>(msMax: number, what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const callOff = this.clock.after(msMax, () =>
      this.controller.abort(new ConnectionError(`${what} took longer than ${msMax} ms.`)),
    );
    try {
      return await work(this.signal);
    } catch (cause) {
      if (this.outer?.aborted) throw this.outer.reason;
      if (this.signal.aborted) throw this.signal.reason;
      if (cause instanceof ClientError) throw cause;
      throw new ConnectionError(`${what} failed: ${wordsOf(cause)}`, { cause });
    } finally {
      callOff();
    }
  }

  /** Cuts the connection if it is still there, and lets go of the caller's signal. */
  drop(): void {
    this.outer?.removeEventListener('abort', this.follow);
    this.controller.abort();
  }
}

/** `fetch` of Node says only "fetch failed"; the reason stands behind it. */
function wordsOf(error: unknown): string {
  const { message, cause } = error as { message?: unknown; cause?: { message?: unknown; code?: unknown } };
  return String(cause?.message || cause?.code || message || error);
}
