import { AppError, type ErrorCode } from '../contract/index.js';
import type { Clock } from './ports/clock.js';

/** Settles like `work`, or rejects with `code` after `ms`; the work itself is not stopped by that. */
export function withDeadline<T>(
  clock: Clock,
  work: Promise<T>,
  ms: number,
  code: ErrorCode,
  message: string,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(new AppError(code, message)));
    work.then(resolve, reject).finally(cancel);
  });
}

/** Resolves when the signal aborts, at once if it has. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
