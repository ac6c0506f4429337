import { describe, expect, it } from 'vitest';
import { sessionStatuses } from '../../../src/contract/resources.js';
import { expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('sessions in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  it('keeps a session as it was created, idle and with an empty log', async () => {
    const world = await worldWithProject();
    const wanted = world.newSession({ model: 'large', metadata: { ticket: 7 }, harness: 'claude' });
    const session = await world.store.createSession(wanted, undefined);
    const { direct: _direct, at, ...fields } = wanted;
    expect(session).toMatchObject(fields);
    expect(session).toMatchObject({ status: 'idle', headSeq: 0, queue: { paused: false, length: 0 } });
    expect(session).toMatchObject({ createdAt: at, updatedAt: at, lastActivityAt: at });
    expect(session.runtime).toMatchObject({ continuationKeyPresent: false, active: false });
    expect(await world.store.findSession(session.sessionId)).toEqual(session);
    expect(await world.log(session.sessionId)).toEqual([]);
  });

  it('refuses a session of a project that does not exist', async () => {
    const world = await openWorld(subject);
    await expectRefusal(world.session(), 'project_not_found');
  });

  it('writes a change of the session and its event in one transaction', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.session();
    world.clock.advance(3);
    const change = { name: 'New', metadata: { a: [1] } };
    const session = await world.store.updateSession(sessionId, change, world.now);
    expect(session).toMatchObject({ ...change, headSeq: 1, updatedAt: world.now, lastActivityAt: world.now });
    const [event] = await world.log(sessionId);
    expect(JSON.parse(event?.json ?? '')).toEqual({
      type: 'session_updated',
      updatedAt: world.now,
      ...change,
    });
  });

  it('refuses to change, pause or delete a session that does not exist', async () => {
    const { store, now } = await worldWithProject();
    await expectRefusal(store.updateSession('ses_none', { name: 'New' }, now), 'session_not_found');
    await expectRefusal(store.setQueuePaused('ses_none', true, 'why', now), 'session_not_found');
    await expectRefusal(store.deleteSession('ses_none'), 'session_not_found');
    await expectRefusal(store.listSessionRuns('ses_none', { limit: 1 }), 'session_not_found');
  });

  it('shows what the session is doing', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.admit();
    const status = async () => (await world.store.findSession(sessionId))?.status;
    expect(await status()).toBe('queued');
    const claimed = await world.claimOne();
    expect(await status()).toBe('running');
    await world.begin(claimed);
    const { requestId } = await world.ask(claimed);
    expect(await status()).toBe('awaiting_permission');
    await world.store.decidePermission(requestId, { decision: 'allow', source: 'api', at: world.now });
    expect(await status()).toBe('running');
    await world.finish(claimed);
    expect(await status()).toBe('idle');
    await world.store.updateSession(sessionId, { archived: true }, world.now);
    expect(await status()).toBe('archived');
  });

  it('refuses to archive a session with open runs', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.admit();
    const archive = () => world.store.updateSession(sessionId, { archived: true }, world.now);
    await expectRefusal(archive(), 'session_busy');
    const claimed = await world.claimOne();
    await expectRefusal(archive(), 'session_busy');
    await world.finish(claimed);
    expect(await archive()).toMatchObject({ archivedAt: world.now });
  });

  it('takes no runs while it is archived, and takes them again afterwards', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.session();
    await world.store.updateSession(sessionId, { archived: true }, world.now);
    await expectRefusal(world.admit({ sessionId }), 'session_archived');
    const session = await world.store.updateSession(sessionId, { archived: false }, world.now);
    expect(session).not.toHaveProperty('archivedAt');
    await world.admit({ sessionId });
    expect(await world.claim()).toHaveLength(1);
  });

  it('does not claim from a paused queue, and pausing twice is one event', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.admit();
    for (const _ of [1, 2]) {
      const session = await world.store.setQueuePaused(sessionId, true, 'a person', world.now);
      expect(session.queue).toMatchObject({ paused: true, pausedReason: 'a person', length: 1 });
    }
    expect(await world.claim()).toEqual([]);
    await world.store.setQueuePaused(sessionId, false, 'a person', world.now);
    expect(await world.claim()).toHaveLength(1);
    expect(await world.types(sessionId)).toEqual([
      'run_queued',
      'queue_paused',
      'queue_resumed',
      'run_injecting',
    ]);
  });

  it('lets the active run go on when the queue is paused', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    await world.store.setQueuePaused(claimed.session.sessionId, true, 'a person', world.now);
    await world.finish(claimed);
    expect(await world.status(claimed.runId)).toBe('completed');
  });

  it('lists sessions newest first; every combination of filters, page by page, equals the whole list', async () => {
    const world = await worldWithProject();
    await world.project('ace');
    const all = [];
    for (let n = 0; n < 23; n += 1) {
      const { sessionId } = await world.session({ projectId: n % 3 === 0 ? 'ace' : 'rex' });
      const archived = n % 4 === 0;
      all.push(await world.store.updateSession(sessionId, { archived }, world.now));
    }
    const newestFirst = all.reverse();
    for (const projectId of [undefined, 'ace', 'rex', 'none']) {
      for (const archived of [undefined, true, false, 'all'] as const) {
        const expected = newestFirst
          .filter((session) => projectId === undefined || session.projectId === projectId)
          .filter((s) => archived === 'all' || (archived ?? false) === (s.status === 'archived'));
        const filter = {
          ...(projectId === undefined ? {} : { projectId }),
          ...(archived === undefined ? {} : { archived }),
        };
        for (const limit of [1, 4, 100]) {
          const listed = [];
          for (let cursor: string | undefined; ; cursor = listed.at(-1)?.sessionId) {
            const page = cursor === undefined ? { limit } : { limit, cursor };
            const sessions = await world.store.listSessions(filter, page);
            listed.push(...sessions);
            if (sessions.length < limit) break;
          }
          expect(listed).toEqual(expected);
        }
      }
    }
  });

  it('lists the sessions of a status, whatever is archived', async () => {
    const world = await worldWithProject();
    const archived = await world.session();
    await world.store.updateSession(archived.sessionId, { archived: true }, world.now);
    const idle = await world.session();
    const waiting = await world.running();
    await world.ask(waiting);
    const running = await world.running();
    const parked = await world.running();
    await world.admit({ sessionId: parked.session.sessionId });
    const parking = { reason: 'usage_limit', message: 'later' } as const;
    await world.store.parkRun(parked, { parking, activeMs: 0, toolHistory: [], at: world.now });
    const queued = await world.admit();
    const found = {
      archived: [archived.sessionId],
      idle: [idle.sessionId],
      awaiting_permission: [waiting.session.sessionId],
      running: [running.session.sessionId],
      parked: [parked.session.sessionId],
      queued: [queued.sessionId],
    };
    for (const status of sessionStatuses) {
      const ids = async (wanted: object) =>
        (await world.store.listSessions({ status, ...wanted }, { limit: 10 })).map((one) => one.sessionId);
      expect(await ids({})).toEqual(found[status]);
      expect(await ids({ archived: 'all' })).toEqual(found[status]);
    }
  });

  it('lists the sessions of a target, and those with a part of a name, taken as it is written', async () => {
    const world = await worldWithProject();
    const plain = await world.session({ name: 'Fix the Build', aspTargetName: 'smokey' });
    const odd = await world.session({ name: '100% of a_b\\c', aspTargetName: 'rover' });
    const ids = async (filter: object) =>
      (await world.store.listSessions(filter, { limit: 10 })).map((one) => one.sessionId);
    expect(await ids({ target: 'rover' })).toEqual([odd.sessionId]);
    expect(await ids({ name: 'the build' })).toEqual([plain.sessionId]);
    for (const part of ['0%', 'a_b', 'b\\c']) expect(await ids({ name: part })).toEqual([odd.sessionId]);
    expect(await ids({ name: 'f_x' })).toEqual([]);
    expect(await ids({ name: 'a', target: 'smokey' })).toEqual([]);
  });
});
