/**
 * The time as it is shown: one timer for all that shows it at the same pace, and none while nothing does. What the server
 * dated is compared with the time of the server, because the clock of a device may be wrong by hours.
 */
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

  tick(): void {
    this.now = Date.now();
    for (const listener of this.listeners) listener();
  }
}

const seconds = new Ticker(1000);
/** How old something is changes no faster than people read. */
const moments = new Ticker(10_000);

/** The clock of the server, told by that of this device. */
export interface ServerClock {
  aheadMs: number;
  /** While the server is away its clock stands still here: what is old does not move. */
  stoppedAtMs: number | undefined;
}

let server: ServerClock = { aheadMs: 0, stoppedAtMs: undefined };

export function setServerClock(clock: ServerClock): void {
  server = clock;
  seconds.tick();
  moments.tick();
}

function onServer(ticker: Ticker): () => number {
  return () => (server.stoppedAtMs ?? ticker.read()) + server.aheadMs;
}

const secondsOnServer = onServer(seconds);
const momentsOnServer = onServer(moments);

/** The time of the server, to the second. */
export function useNow(): number {
  return useSyncExternalStore(seconds.subscribe, secondsOnServer);
}

/** The time of the server, to ten seconds. */
export function useRoughNow(): number {
  return useSyncExternalStore(moments.subscribe, momentsOnServer);
}

/** The time of this device, to the second: for what it does itself. */
export function useDeviceNow(): number {
  return useSyncExternalStore(seconds.subscribe, seconds.read);
}
