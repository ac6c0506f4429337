import type { ParkReason, WaitReason } from '../contract/index.js';

export interface QueuedPlace {
  /** From 1. */
  position: number;
  queuePaused: boolean;
  /** Another run of the session is active. */
  sessionActive: boolean;
  /** Of another run of the session, which comes first; null: none is parked. */
  parkReason: ParkReason | null;
}

/** What a queued run waits for first of all: a pause holds everybody, then come those before it, then the server's slots. */
export function waitReasonOf({ position, queuePaused, sessionActive, parkReason }: QueuedPlace): WaitReason {
  if (queuePaused) return 'paused';
  if (parkReason !== null) return parkReason;
  return position > 1 || sessionActive ? 'turn' : 'slot';
}
