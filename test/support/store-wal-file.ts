/** A WAL file whose syncs end when a test says so: what would be lost if the power went away now. */
import type { FileHandle } from 'node:fs/promises';

interface Sync {
  done: () => void;
  fail: (error: Error) => void;
}

export class HeldWalFile implements Pick<FileHandle, 'datasync' | 'close'> {
  /** Syncs that were begun and have not ended. */
  readonly open: Sync[] = [];
  begun = 0;
  closed = false;

  datasync(): Promise<void> {
    this.begun += 1;
    return new Promise((resolve, reject) => {
      const sync: Sync = { done: () => end(resolve), fail: (error) => end(() => reject(error)) };
      const end = (settle: () => void) => {
        this.open.splice(this.open.indexOf(sync), 1);
        settle();
      };
      this.open.push(sync);
    });
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  /** As the connection takes it: it uses nothing else of a handle. */
  get handle(): FileHandle {
    return this as unknown as FileHandle;
  }
}

/** Lets everything happen that needs no more than a few turns of the event loop. */
export async function turnsOfTheLoop(count = 5): Promise<void> {
  for (let n = 0; n < count; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** What has become of a promise by now. */
export function watch<T>(promise: Promise<T>): {
  state: 'open' | 'resolved' | 'rejected';
  value?: T;
  error?: unknown;
} {
  const seen: ReturnType<typeof watch<T>> = { state: 'open' };
  promise.then(
    (value) => Object.assign(seen, { state: 'resolved', value }),
    (error: unknown) => Object.assign(seen, { state: 'rejected', error }),
  );
  return seen;
}
