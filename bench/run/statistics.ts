export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The smallest value that `share` of all values do not exceed. NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export interface Spread {
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

export function spreadOf(durationsMs: readonly number[]): Spread {
  return {
    p50Ms: percentile(durationsMs, 0.5),
    p99Ms: percentile(durationsMs, 0.99),
    maxMs: percentile(durationsMs, 1),
  };
}

export function pauseMs(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Comparable between processes. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}
