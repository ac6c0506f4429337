/** The time as it is shown: one timer for all that shows it at the same pace, and none while nothing does. */
import { useSyncExternalStore } from 'react';

class Ticker {
  private now = Date.now();
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly tickMs: number) {}

  readonly read = () => this.now;

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    if (this.timer === undefined) {
      this.now = Date.now();
      this.timer = setInterval(() => this.tick(), this.tickMs);
    }
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  };

  private tick(): void {
    this.now = Date.now();
    for (const listener of this.listeners) listener();
  }
}

const seconds = new Ticker(1000);
/** How old something is changes no faster than people read. */
const moments = new Ticker(10_000);

/** To the second. */
export function useNow(): number {
  return useSyncExternalStore(seconds.subscribe, seconds.read);
}

/** To ten seconds. */
export function useRoughNow(): number {
  return useSyncExternalStore(moments.subscribe, moments.read);
}
