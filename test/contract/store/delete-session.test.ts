import { describe, expect, it } from 'vitest';
import { delta, expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('deleting sessions in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  /** A session with one ended run that has said `events` things. */
  async function sessionWithLog(world: StoreWorld, events: number): Promise<string> {
    const claimed = await world.running();
    await world.append(claimed, ...Array.from({ length: events }, (_, n) => delta(`m${n}`)));
    await world.finish(claimed);
    return claimed.session.sessionId;
  }

  /** How many portions it took. */
  async function purgeAll(world: StoreWorld): Promise<number> {
    let portions = 1;
    while (await world.store.purge(0)) portions += 1;
    return portions;
  }

  it('refuses to delete a session with queued or active runs', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.admit();
    await expectRefusal(world.store.deleteSession(sessionId), 'session_busy');
    const claimed = await world.claimOne();
    await expectRefusal(world.store.deleteSession(sessionId), 'session_busy');
    await world.finish(claimed);
    await world.store.deleteSession(sessionId);
    await expectRefusal(world.store.deleteSession(sessionId), 'session_not_found');
  });

  it('is without the session, its runs, its log and its permissions at once', async () => {
    const world = await worldWithProject();
    const kept = await sessionWithLog(world, 3);
    const claimed = await world.running();
    const { requestId } = await world.ask(claimed);
    await world.finish(claimed);
    const { sessionId } = claimed.session;
    await world.store.deleteSession(sessionId);

    const { store } = world;
    expect(await store.findSession(sessionId)).toBeUndefined();
    expect(await store.findRun(claimed.runId)).toBeUndefined();
    expect(await store.findRunState(claimed.runId)).toBeUndefined();
    expect(await store.findPermission(requestId)).toBeUndefined();
    expect(await store.hasLog(sessionId)).toBe(false);
    expect(await world.log(sessionId)).toEqual([]);
    expect(await store.countEvents({ sessionId })).toBe(0);
    expect((await store.listSessions({}, { limit: 10 })).map((s) => s.sessionId)).toEqual([kept]);
    expect((await store.listRuns({}, { limit: 10 })).total).toBe(1);
    expect(await store.listPermissions({}, { limit: 10 })).toEqual([]);
  });

  it('wakes the readers of the log that is gone', async () => {
    const world = await worldWithProject();
    const sessionId = await sessionWithLog(world, 1);
    const woken = new Promise<boolean>((resolve) => {
      world.wakeup.subscribe(`log:${sessionId}`, () => resolve(world.store.hasLog(sessionId)));
    });
    await world.store.deleteSession(sessionId);
    expect(await woken).toBe(false);
  });

  it('removes long logs in portions and leaves every other log alone', async () => {
    const world = await worldWithProject();
    const kept = await sessionWithLog(world, 50);
    const before = await world.log(kept);
    for (const events of [4500, 10]) await world.store.deleteSession(await sessionWithLog(world, events));
    expect(await purgeAll(world)).toBeGreaterThan(2);
    expect(await world.log(kept)).toEqual(before);
    expect(await world.store.purge(0)).toBe(false);
  });

  it('never mixes a deleted session with a later one, before, during and after the purge', async () => {
    const world = await worldWithProject();
    const deleted = await sessionWithLog(world, 4500);
    await world.store.deleteSession(deleted);
    const claimed = await world.running({ newSession: { sessionId: deleted } });
    const later = ['run_queued', 'run_injecting', 'agent_start', 'run_started'];
    expect(await world.types(deleted)).toEqual(later);
    expect(await world.store.countEvents({ sessionId: deleted })).toBe(4);
    await world.store.purge(0);
    expect(await world.types(deleted)).toEqual(later);
    await purgeAll(world);
    expect(await world.types(deleted)).toEqual(later);
    expect(await world.types(deleted, claimed.runId)).toEqual(later);
  });

  it('forgets the rules and the continuation of a deleted session', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const { requestId } = await world.ask(claimed);
    await world.store.decidePermission(requestId, { decision: 'always_allow', source: 'api', at: world.now });
    await world.finish(claimed, { continuation: { provider: 'unknown', key: 'thread 1' } });
    const { sessionId } = claimed.session;
    await world.store.deleteSession(sessionId);
    const later = await world.running({ newSession: { sessionId } });
    expect(later).not.toHaveProperty('continuation');
    expect((await world.ask(later)).decided).toBeUndefined();
  });

  it('removes the images of a deleted session', async () => {
    const world = await worldWithProject();
    const content = new Uint8Array([1]);
    const { runId, sessionId } = await world.admit({ attachments: [{ mimeType: 'image/png', content }] });
    await world.cancel(runId);
    await world.store.deleteSession(sessionId);
    expect(await world.store.findAttachment(runId, 0)).toBeUndefined();
  });

  it('tells every conversation that a deleted session had, once', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.session();
    for (const key of ['thread 1', 'thread 2', 'thread 1']) {
      const claimed = await world.running({ sessionId });
      await world.finish(claimed, { continuation: { provider: 'unknown', key } });
    }
    const untouched = await world.session();
    expect(await world.store.deleteSession(sessionId)).toEqual({
      sessionId,
      harness: 'builtin',
      continuations: ['thread 1', 'thread 2'],
    });
    expect(await world.store.deleteProject('rex')).toEqual([
      { sessionId: untouched.sessionId, harness: 'builtin', continuations: [] },
    ]);
  });

  it('sees a run that is admitted in the same moment', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.session();
    const admitFirst = await Promise.allSettled([
      world.admit({ sessionId }),
      world.store.deleteSession(sessionId),
    ]);
    expect(admitFirst.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    const other = await world.session();
    const deleteFirst = await Promise.allSettled([
      world.store.deleteSession(other.sessionId),
      world.admit({ sessionId: other.sessionId }),
    ]);
    expect(deleteFirst.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(deleteFirst[1]).toMatchObject({ reason: { code: 'session_not_found' } });
  });

  it('takes the late words of a session’s process for nothing', async () => {
    const world = await worldWithProject();
    const sessionId = await sessionWithLog(world, 1);
    await Promise.all([world.store.deleteSession(sessionId), world.note(sessionId, 'late')]);
    expect(await world.log(sessionId)).toEqual([]);
    await purgeAll(world);
  });

  it('goes on with a purge that was interrupted', async () => {
    const world = await worldWithProject();
    await world.store.deleteSession(await sessionWithLog(world, 4500));
    expect(await world.store.purge(0)).toBe(true);
    if (subject.keepsData) await world.reopen();
    expect(await purgeAll(world)).toBeGreaterThan(1);
    expect(await world.store.purge(0)).toBe(false);
  });
});
