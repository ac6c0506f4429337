import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSystemClock } from './system-clock.js';

describe('the ids of the system clock', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const ids = (count: number, clock = createSystemClock()) =>
    Array.from({ length: count }, () => clock.newId('run'));

  it('rise, however many there are in one millisecond', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const made = ids(5000);
    expect([...new Set(made)].sort()).toEqual(made);
  });

  it('rise when the clock is set back', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const clock = createSystemClock();
    const before = ids(3, clock);
    vi.setSystemTime(Date.now() - 86_400_000);
    const made = [...before, ...ids(3, clock)];
    expect([...made].sort()).toEqual(made);
  });

  it('come behind the latest of an earlier process, whatever the clock says by now', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const [latest = ''] = ids(1);
    for (const backMs of [0, 1, 86_400_000]) {
      vi.setSystemTime(Date.now() - backMs);
      const [next = ''] = ids(1, createSystemClock(latest.replace('run_', 'ses_')));
      expect(next > latest, `${next} > ${latest}`).toBe(true);
    }
  });

  it.each([undefined, '', 'nonsense', 'run_000000000001'])('are of now after %j', (latest) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const [id = ''] = ids(1, createSystemClock(latest));
    expect(Number.parseInt(id.slice(4, 16), 16)).toBe(Date.now());
  });
});
