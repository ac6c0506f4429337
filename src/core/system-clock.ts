import { randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Clock } from './ports/clock.js';

/** What counts within one millisecond; it begins in the lower half, so that it has room. */
const seqMax = 2 ** 32 - 1;

/** The clock of this machine; its ids come behind `latestId`, whatever the wall clock says by now. */
export function createSystemClock(latestId?: string): Clock {
  let msecs = timeOf(latestId);
  let seq = seqMax;

  function next(): { msecs: number; seq: number } {
    const now = Date.now();
    const later = now > msecs || seq === seqMax;
    msecs = later ? Math.max(now, msecs + 1) : msecs;
    seq = later ? randomInt(2 ** 31) : seq + 1;
    return { msecs, seq };
  }

  return {
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
    newId: (prefix) => `${prefix}_${uuidv7(next()).replaceAll('-', '')}`,
    after(ms, call) {
      const timer = setTimeout(call, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

export const systemClock = createSystemClock();

/** The first 48 bits of a UUIDv7 are its milliseconds. */
function timeOf(id: string | undefined): number {
  const digits = /^[a-z]+_([0-9a-f]{12})7[0-9a-f]{19}$/.exec(id ?? '')?.[1];
  return digits === undefined ? 0 : Number.parseInt(digits, 16);
}
