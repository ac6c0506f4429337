/** What the load generator is asked to do, and what it found. Both servers, product and floor, get the same. */
import type { Spread } from '../run/statistics.js';

export interface Lane {
  /** Body of `POST /admin/runs`. */
  body: unknown;
}

export interface LoadJob {
  port: number;
  /** One connection each; each sends its next request when the one before is answered. */
  lanes: Lane[];
  /** After each POST, wait for the run and check that it completed. */
  wait: boolean;
  /** Until then … */
  durationMs?: number;
  /** … or so many times per lane. */
  times?: number;
}

export interface LoadResult {
  /** POSTs, each with its wait where it was asked for. */
  flows: number;
  elapsedMs: number;
  perSecond: number;
  latency: Spread;
  /** What the generator itself took of one core; near 1 it would be the bottleneck. */
  generatorShare: number;
}
