import { describe, expect, it } from 'vitest';
import { waitReasonOf } from './wait-reason.js';

describe('what a queued run waits for', () => {
  const first = { position: 1, queuePaused: false, sessionActive: false, parkReason: null };

  it('is a slot when it is first and nothing is active in its session', () => {
    expect(waitReasonOf(first)).toBe('slot');
  });

  it('is its turn behind an active run or a queued one', () => {
    expect(waitReasonOf({ ...first, sessionActive: true, parkReason: null })).toBe('turn');
    expect(waitReasonOf({ ...first, position: 2 })).toBe('turn');
  });

  it('is the pause of its queue, wherever it stands', () => {
    expect(waitReasonOf({ ...first, queuePaused: true })).toBe('paused');
    expect(waitReasonOf({ position: 3, queuePaused: true, sessionActive: true, parkReason: null })).toBe(
      'paused',
    );
  });
});
