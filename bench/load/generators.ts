import { BenchChild } from '../run/bench-child.js';
import type { LoadJob, LoadResult } from './load-job.js';
import type { SseJob, SseResult } from './sse-job.js';

export function startLoadGenerator(): BenchChild<LoadJob, LoadResult> {
  return new BenchChild(new URL('./load-generator.js', import.meta.url));
}

export function startSseReaders(): BenchChild<SseJob, SseResult> {
  return new BenchChild(new URL('./sse-readers.js', import.meta.url));
}
