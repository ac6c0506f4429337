/** Waiting for agents: with an end, and only as long as somebody wants it. */
import { AppError } from '../../contract/index.js';
import type { Clock } from '../../core/index.js';

/** False when `work` takes longer than `ms`; how it ends does not matter. Never rejects. */
export function endsWithin(
  clock: Pick<Clock, 'after'>,
  work: Promise<unknown>,
  ms: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(false));
    const done = () => {
      cancel();
      resolve(true);
    };
    work.then(done, done);
  });
}

/** Settles like the opening of a conversation, or rejects with `harness_failed` as soon as `signal` aborts. */
export function unlessAborted<T>(opening: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(givenUp());
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    opening.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

export function givenUp(): AppError {
  return new AppError('harness_failed', 'The conversation was given up before it was open.');
}
