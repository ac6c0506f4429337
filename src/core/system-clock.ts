import { v7 as uuidv7 } from 'uuid';
import type { Clock } from './ports/clock.js';

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  // The library's v7 rises strictly within one process, also within one millisecond.
  newId: (prefix) => `${prefix}_${uuidv7().replaceAll('-', '')}`,
  after(ms, call) {
    const timer = setTimeout(call, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
