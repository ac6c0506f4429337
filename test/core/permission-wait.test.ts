import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { awaitPermission } from '../../src/core/await-permission.js';
import { turnsOfTheLoop } from '../support/store-wal-file.js';
import { openMemoryWorld } from '../support/store-world.js';

const log = { info() {}, warn() {}, error() {} };
const options = { eventBytesMax: 10_000, sweepMs: 5000 };

it('a request that waits for long costs no more than one that was just made', async () => {
  const world = await openMemoryWorld();
  await world.project();
  const run = await world.running();
  const { store, wakeup, clock } = world;
  const { signal } = new AbortController();
  const ask = { toolUseId: 'use 1', toolName: 'Bash', toolInput: {} };
  const answer = awaitPermission({ store, wakeup, clock, log, options }, run, ask, { cwd: '/' }, signal);
  for (let looks = 0; looks < 50; looks += 1) {
    await turnsOfTheLoop();
    expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
    clock.advance(options.sweepMs);
  }
  const [pending] = await store.listPermissions({ status: 'pending' }, { limit: 1 });
  const decision = { decision: 'allow' as const, source: 'api' as const, at: clock.now() };
  await store.decidePermission(pending?.requestId ?? '', decision);
  expect(await answer).toEqual({ decision: 'allow' });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(clock.armed).toBe(0);
});
