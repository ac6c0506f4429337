import { describe, expect, it } from 'vitest';
import { expectRefusal, openMemoryWorld, type StoreWorld } from '../../test/support/store-world.js';
import { createAnswerOnce } from './answer-once.js';
import type { AnswerRecord } from './ports/store.js';

const scope = 'POST /admin/runs';

async function worldWithProject() {
  const world = await openMemoryWorld();
  await world.project();
  return { world, once: createAnswerOnce(world.store, world.clock) };
}

/** Creates a run and keeps the answer in its transaction. */
function admit(world: StoreWorld) {
  return async (record: AnswerRecord | undefined) => {
    const { runId: _run, sessionId: _session, ...admission } = world.admission();
    return (await world.store.admitRun({ ...admission, record })).answer;
  };
}

const runCount = async (world: StoreWorld) => (await world.store.listRuns({}, { limit: 1 })).total;

describe('a request with an idempotency key', () => {
  it('is done once and answered the same again', async () => {
    const { world, once } = await worldWithProject();
    const request = { key: 'k', scope, body: { prompt: 'sit' } };
    const first = await once(request, admit(world));
    const second = await once(request, admit(world));
    expect(first.replayed).toBe(false);
    expect(second).toEqual({ response: first.response, replayed: true });
    expect(await runCount(world)).toBe(1);
  });

  it('is done once when many come at the same time, and all get one answer', async () => {
    const { world, once } = await worldWithProject();
    const request = { key: 'k', scope, body: {} };
    const answers = await Promise.all(Array.from({ length: 20 }, () => once(request, admit(world))));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ response }) => response.runId)).size).toBe(1);
    expect(await runCount(world)).toBe(1);
  });

  it('is done once when it comes to two servers at the same time', async () => {
    const { world, once } = await worldWithProject();
    const other = createAnswerOnce(world.store, world.clock);
    const request = { key: 'k', scope, body: {} };
    const answers = await Promise.all(
      [once, other, once, other].map((server) => server(request, admit(world))),
    );
    expect(new Set(answers.map(({ response }) => response.runId)).size).toBe(1);
    expect(await runCount(world)).toBe(1);
  });

  it('is done again without a key', async () => {
    const { world, once } = await worldWithProject();
    for (const _ of [1, 2]) {
      expect(await once({ scope, body: {} }, admit(world))).toMatchObject({ replayed: false });
    }
    expect(await runCount(world)).toBe(2);
  });

  it('is refused when the key was used for another body, also while that is under way', async () => {
    const { world, once } = await worldWithProject();
    const results = await Promise.allSettled([
      once({ key: 'k', scope, body: { prompt: 'sit' } }, admit(world)),
      once({ key: 'k', scope, body: { prompt: 'stay' } }, admit(world)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expectRefusal(once({ key: 'k', scope, body: undefined }, admit(world)), 'idempotency_conflict');
    expect(await runCount(world)).toBe(1);
  });

  it('is another request on another route', async () => {
    const { world, once } = await worldWithProject();
    for (const path of ['POST /a', 'POST /b']) {
      expect(await once({ key: 'k', scope: path, body: {} }, admit(world))).toMatchObject({
        replayed: false,
      });
    }
    expect(await runCount(world)).toBe(2);
  });

  it('may be tried again when it failed', async () => {
    const { world, once } = await worldWithProject();
    const request = { key: 'k', scope, body: {} };
    const failing = () => Promise.reject(new Error('no'));
    await expect(once(request, failing)).rejects.toThrow('no');
    expect(await once(request, admit(world))).toMatchObject({ replayed: false });
    expect(await runCount(world)).toBe(1);
  });

  it('is not given up by those who wait when the first of them fails', async () => {
    const { world, once } = await worldWithProject();
    const request = { key: 'k', scope, body: {} };
    const failing = () => Promise.reject(new Error('no'));
    const results = await Promise.allSettled([
      once<unknown>(request, failing),
      once<unknown>(request, admit(world)),
      once<unknown>(request, admit(world)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(await runCount(world)).toBe(1);
  });

  it('has its answer recorded when the effect does not keep one itself', async () => {
    const { once } = await worldWithProject();
    let done = 0;
    const effect = async () => {
      done += 1;
      return { done };
    };
    const request = { key: 'k', scope, body: null };
    expect(await once(request, effect)).toEqual({ response: { done: 1 }, replayed: false });
    expect(await once(request, effect)).toEqual({ response: { done: 1 }, replayed: true });
  });
});
