import { describe, expect, it } from 'vitest';
import type { PermissionDecisionKind } from '../../../src/contract/index.js';
import { expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('permissions in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  const decide = (world: StoreWorld, requestId: string, decision: PermissionDecisionKind, message?: string) =>
    world.store.decidePermission(requestId, {
      decision,
      source: 'api',
      at: world.now,
      ...(message === undefined ? {} : { message }),
    });

  it('keeps the request, writes its event and makes the run wait', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const { requestId, decided } = await world.ask(claimed);
    const asked = {
      requestId,
      runId: claimed.runId,
      projectId: 'rex',
      toolUseId: `use ${requestId}`,
      toolName: 'bash',
      toolInput: { command: 'ls' },
      requestedAt: world.now,
    };
    expect(decided).toBeUndefined();
    const permission = { ...asked, sessionId: claimed.session.sessionId, status: 'pending' };
    expect(await world.store.findPermission(requestId)).toEqual(permission);
    expect(await world.status(claimed.runId)).toBe('awaiting_permission');
    const last = (await world.log(claimed.session.sessionId)).at(-1);
    const event = JSON.parse(last?.json ?? '');
    expect(event).toMatchObject({ type: 'permission_request', ...asked });
    expect(event.actions.map(({ kind }: { kind: string }) => kind)).toEqual([
      'approve',
      'always_allow',
      'deny',
    ]);
  });

  it.each(['allow', 'deny'] as const)('is decided at once where the target says %s', async (verdict) => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const { requestId, decided } = await world.ask(claimed, 'bash', verdict);
    expect(decided).toBe(verdict);
    expect(await world.status(claimed.runId)).toBe('running');
    expect(await world.store.findPermission(requestId)).toMatchObject({
      status: 'decided',
      decision: verdict,
    });
    const [asked, answered] = (await world.log(claimed.session.sessionId)).slice(-2);
    expect(asked?.type).toBe('permission_request');
    expect(JSON.parse(answered?.json ?? '')).toMatchObject({
      type: 'permission_decision',
      decision: verdict,
      source: 'policy',
    });
  });

  it('lets the target forbid what a person has allowed for the session', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const { requestId } = await world.ask(claimed);
    await decide(world, requestId, 'always_allow');
    expect(await world.ask(claimed)).toMatchObject({ decided: 'allow' });
    expect(await world.ask(claimed, 'bash', 'deny')).toMatchObject({ decided: 'deny' });
  });

  it('goes on when the request is answered, and says so to whoever waits', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const { requestId } = await world.ask(claimed);
    world.clock.advance(6);
    const answered = await decide(world, requestId, 'deny', 'not today');
    expect(answered).toMatchObject({ status: 'decided', decision: 'deny', decidedAt: world.now });
    expect(await world.store.findPermission(requestId)).toEqual({ ...answered, message: 'not today' });
    expect(await world.status(claimed.runId)).toBe('running');
    expect(world.wakeup.topics).toContain(`permission:${requestId}`);
    const last = (await world.log(claimed.session.sessionId)).at(-1);
    expect(JSON.parse(last?.json ?? '')).toEqual({
      type: 'permission_decision',
      requestId,
      runId: claimed.runId,
      projectId: 'rex',
      toolUseId: `use ${requestId}`,
      decision: 'deny',
      source: 'api',
      message: 'not today',
      decidedAt: world.now,
    });
  });

  it('lets the first answer win and refuses the others', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const { requestId } = await world.ask(claimed);
    const answers = (['allow', 'deny', 'always_allow', 'allow'] as const).map((decision) =>
      decide(world, requestId, decision),
    );
    const results = await Promise.allSettled(answers);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    await expectRefusal(decide(world, requestId, 'deny'), 'permission_already_decided');
    expect(await world.store.findPermission(requestId)).toMatchObject({ decision: 'allow' });
    const types = await world.types(claimed.session.sessionId);
    expect(types.filter((type) => type === 'permission_decision')).toHaveLength(1);
    expect((await world.ask(claimed)).decided).toBeUndefined();
  });

  it('refuses to answer what nobody asked', async () => {
    const world = await worldWithProject();
    await expectRefusal(decide(world, 'prm_none', 'allow'), 'permission_not_found');
    expect(await world.store.findPermission('prm_none')).toBeUndefined();
  });

  it('waits until the last of several requests is answered', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const first = await world.ask(claimed);
    const second = await world.ask(claimed, 'write');
    await decide(world, second.requestId, 'allow');
    expect(await world.status(claimed.runId)).toBe('awaiting_permission');
    await decide(world, first.requestId, 'allow');
    expect(await world.status(claimed.runId)).toBe('running');
  });

  it('lets a rule decide the next request for that tool in that session, and no other', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    await decide(world, (await world.ask(claimed)).requestId, 'always_allow');
    const next = await world.ask(claimed);
    expect(next.decided).toBe('allow');
    expect(await world.status(claimed.runId)).toBe('running');
    expect(await world.store.findPermission(next.requestId)).toMatchObject({
      status: 'decided',
      decision: 'allow',
    });
    const last = (await world.log(claimed.session.sessionId)).at(-1);
    expect(JSON.parse(last?.json ?? '')).toMatchObject({ requestId: next.requestId, source: 'rule' });
    expect((await world.ask(claimed, 'write')).decided).toBeUndefined();
    const elsewhere = await world.running();
    expect((await world.ask(elsewhere)).decided).toBeUndefined();
  });

  it('keeps a rule for the later runs of the session', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    await decide(world, (await world.ask(claimed)).requestId, 'always_allow');
    await world.finish(claimed);
    if (subject.keepsData) await world.reopen();
    const later = await world.running({ sessionId: claimed.session.sessionId });
    expect((await world.ask(later)).decided).toBe('allow');
  });

  it('goes on waiting when a rule decides one request while another is pending', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    await decide(world, (await world.ask(claimed)).requestId, 'always_allow');
    const { requestId } = await world.ask(claimed, 'write');
    expect((await world.ask(claimed)).decided).toBe('allow');
    expect(await world.status(claimed.runId)).toBe('awaiting_permission');
    await decide(world, requestId, 'allow');
    expect(await world.status(claimed.runId)).toBe('running');
  });

  it.each([
    ['cancelled', 'cancel'],
    ['failed', 'run_end'],
    ['completed', 'run_end'],
  ] as const)('closes with deny what a run that is %s has open', async (status, source) => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const { requestId } = await world.ask(claimed);
    if (status === 'cancelled') await world.finish(claimed, { outcome: { status } });
    else await (status === 'failed' ? world.fail(claimed) : world.finish(claimed));
    expect(await world.store.findPermission(requestId)).toMatchObject({ decision: 'deny' });
    const events = await world.log(claimed.session.sessionId);
    const decision = events.find(({ type }) => type === 'permission_decision');
    expect(JSON.parse(decision?.json ?? '')).toMatchObject({ requestId, decision: 'deny', source });
    expect(events.at(-1)?.type).toBe(`run_${status}`);
    await expectRefusal(decide(world, requestId, 'allow'), 'permission_already_decided');
  });

  it('refuses a request before the run has started, and keeps nothing of it', async () => {
    const world = await worldWithProject();
    await world.admit();
    const claimed = await world.claimOne();
    const before = await world.log(claimed.session.sessionId);
    await expectRefusal(world.ask(claimed), 'stale_claim');
    expect(await world.store.listPermissions({}, { limit: 10 })).toEqual([]);
    expect(await world.log(claimed.session.sessionId)).toEqual(before);
  });

  it('lists requests oldest first, by status, page by page', async () => {
    const world = await worldWithProject();
    const all: string[] = [];
    for (let n = 0; n < 11; n += 1) {
      const { requestId } = await world.ask(await world.running());
      if (n % 3 === 0) await decide(world, requestId, 'allow');
      all.push(requestId);
    }
    for (const status of [undefined, 'pending', 'decided'] as const) {
      const filter = status === undefined ? {} : { status };
      const expected = all.filter((_, n) => status === undefined || (status === 'decided') === (n % 3 === 0));
      for (const limit of [1, 3, 100]) {
        const listed: string[] = [];
        for (let cursor: string | undefined; ; cursor = listed.at(-1)) {
          const page = cursor === undefined ? { limit } : { limit, cursor };
          const permissions = await world.store.listPermissions(filter, page);
          listed.push(...permissions.map(({ requestId }) => requestId));
          if (permissions.length < limit) break;
        }
        expect(listed).toEqual(expected);
      }
    }
  });
});
