import { describe, expect, it } from 'vitest';
import type { AnswerRecord } from '../../../src/core/index.js';
import { expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('answers to idempotency keys in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  const record = (key: string, scope = 'POST /admin/x'): AnswerRecord => ({ scope, key, bodyHash: 'hash' });

  it('creates one run for a key, however many ask at once, and keeps its answer', async () => {
    const world = await worldWithProject();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => world.admit({ key: 'k' })));
    const admitted = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(admitted).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'idempotency_conflict' });
    }
    expect(await world.store.findAnswer('POST /admin/runs', 'k')).toEqual({
      bodyHash: 'hash',
      response: { ...admitted[0], status: 'queued' },
    });
    expect((await world.store.listRuns({}, { limit: 10 })).total).toBe(1);
    expect(await world.store.listSessions({}, { limit: 10 })).toHaveLength(1);
  });

  it('keeps no answer of an effect that was refused, so that the key is free', async () => {
    const world = await worldWithProject();
    await expectRefusal(world.admit({ key: 'k', queuedTotalMax: 0 }), 'queue_full');
    expect(await world.store.findAnswer('POST /admin/runs', 'k')).toBeUndefined();
    await world.admit({ key: 'k' });
  });

  it('creates one project or session for a key', async () => {
    const world = await worldWithProject();
    const { store } = world;
    const project = await store.createProject(world.newProject('ace'), record('p'));
    await expectRefusal(store.createProject(world.newProject('max'), record('p')), 'idempotency_conflict');
    expect(await store.findProject('max')).toBeUndefined();
    expect((await store.findAnswer('POST /admin/x', 'p'))?.response).toEqual(project);

    const session = await store.createSession(world.newSession(), record('s'));
    await expectRefusal(store.createSession(world.newSession(), record('s')), 'idempotency_conflict');
    expect(await store.listSessions({}, { limit: 10 })).toEqual([session]);
    expect((await store.findAnswer('POST /admin/x', 's'))?.response).toEqual(session);
  });

  it('takes the same key on another route for another key', async () => {
    const world = await worldWithProject();
    await world.store.recordAnswer(record('k'), 1, world.now);
    await world.store.recordAnswer(record('k', 'POST /admin/y'), 2, world.now);
    expect((await world.store.findAnswer('POST /admin/x', 'k'))?.response).toBe(1);
    expect((await world.store.findAnswer('POST /admin/y', 'k'))?.response).toBe(2);
    expect(await world.store.findAnswer('POST /admin/z', 'k')).toBeUndefined();
  });

  it('keeps the first answer and gives it to whoever records another', async () => {
    const world = await worldWithProject();
    const answers = await Promise.all(
      [1, 2, 3].map((n) =>
        world.store.recordAnswer({ ...record('k'), bodyHash: `hash ${n}` }, { n }, world.now),
      ),
    );
    const first = { bodyHash: 'hash 1', response: { n: 1 } };
    expect(answers).toEqual([first, first, first]);
    expect(await world.store.findAnswer('POST /admin/x', 'k')).toEqual(first);
  });

  it('forgets answers that are older than asked, and no others', async () => {
    const world = await worldWithProject();
    await world.store.recordAnswer(record('old'), 1, world.now);
    world.clock.advance(1000);
    await world.store.recordAnswer(record('new'), 2, world.now);
    await world.store.purge(world.now);
    expect(await world.store.findAnswer('POST /admin/x', 'old')).toBeUndefined();
    expect((await world.store.findAnswer('POST /admin/x', 'new'))?.response).toBe(2);
  });

  it('forgets many old answers in portions, until it says that there are no more', async () => {
    const world = await worldWithProject();
    const keys = Array.from({ length: 2300 }, (_, n) => `k${n}`);
    await Promise.all(keys.map((key) => world.store.recordAnswer(record(key), key, world.now)));
    let portions = 1;
    while (await world.store.purge(world.now + 1)) portions += 1;
    expect(portions).toBeGreaterThan(1);
    const left = await Promise.all(keys.map((key) => world.store.findAnswer('POST /admin/x', key)));
    expect(left.filter((answer) => answer !== undefined)).toEqual([]);
  });
});
