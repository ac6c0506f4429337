/** Time and ids, injected everywhere so that a test decides both. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. It may be set back; nothing orders by it. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. For durations and deadlines. */
  monotonicMs(): number;
  /** A new id such as `run_0198…`: the prefix, then a UUIDv7 in hexadecimal. They rise, also where the wall clock is set back. */
  newId(prefix: IdPrefix): string;
  /** Calls once after `ms`. The returned function cancels; calling it late is harmless. Never keeps the process alive. */
  after(ms: number, call: () => void): () => void;
}

/** Sessions, runs, permission requests, harness processes, workers. */
export type IdPrefix = 'ses' | 'run' | 'prm' | 'hpr' | 'wrk';
