import { describe, expect, it } from 'vitest';
import { expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('admitting runs in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  it('writes the session, the run and its event together', async () => {
    const world = await worldWithProject();
    const { runId, sessionId } = await world.admit({ prompt: 'sit', metadata: { ticket: 7 } });
    expect(await world.store.findRun(runId)).toEqual({
      runId,
      sessionId,
      projectId: 'rex',
      status: 'queued',
      queuePosition: 1,
      waitingFor: 'slot',
      inputPreview: 'sit',
      input: { content: 'sit' },
      createdAt: world.now,
      metadata: { ticket: 7 },
    });
    const [event, ...others] = await world.log(sessionId);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ seq: 1, ts: world.now, runId, source: 'control-plane' });
    expect(JSON.parse(event?.json ?? '')).toEqual({
      type: 'run_queued',
      runId,
      projectId: 'rex',
      queuedAt: world.now,
      input: { content: 'sit' },
      queuePosition: 1,
    });
    expect(await world.store.findSession(sessionId)).toMatchObject({ headSeq: 1, queue: { length: 1 } });
  });

  it('keeps a long prompt whole and shows its beginning', async () => {
    const world = await worldWithProject();
    const prompt = 'sit and stay 🐕 '.repeat(1000);
    const { runId } = await world.admit({ prompt });
    const run = await world.store.findRun(runId);
    expect(run?.input).toEqual({ content: prompt });
    expect(prompt.startsWith(run?.inputPreview ?? '?')).toBe(true);
  });

  it('gives everything the run asked for to whoever claims it', async () => {
    const world = await worldWithProject();
    const newSession = { harness: 'claude', direct: true, model: 'large' } as const;
    await world.admit({ prompt: 'sit', maxTurns: 3, freshContext: true, newSession });
    const claimed = await world.claimOne();
    expect(claimed).toMatchObject({
      prompt: 'sit',
      maxTurns: 3,
      freshContext: true,
      direct: true,
      attempt: 1,
    });
    expect(claimed.session).toMatchObject({ projectId: 'rex', harness: 'claude', model: 'large' });
    expect(claimed.root).toBe('/projects/rex');
    expect(claimed).not.toHaveProperty('continuation');
  });

  it('keeps images and permissions of a run as they came', async () => {
    const world = await worldWithProject();
    const attachments = [
      { mimeType: 'image/png', content: new Uint8Array([0, 1, 255]) },
      { mimeType: 'image/gif', content: new Uint8Array(100_000).fill(7) },
    ];
    const permissions = { mode: 'ask' as const, rules: [{ tool: 'Bash', decision: 'deny' as const }] };
    const { runId, sessionId } = await world.admit({ attachments, permissions });
    const named = [
      { type: 'media_ref', url: `/admin/runs/${runId}/attachments/0`, mimeType: 'image/png' },
      { type: 'media_ref', url: `/admin/runs/${runId}/attachments/1`, mimeType: 'image/gif' },
    ];
    expect(await world.store.findRun(runId)).toMatchObject({ input: { attachments: named }, permissions });
    const [event] = await world.log(sessionId);
    expect(JSON.parse(event?.json ?? '').input.attachments).toEqual(named);
    expect(await world.claimOne()).toMatchObject({ attachments: ['image/png', 'image/gif'], permissions });
    for (const [index, attachment] of attachments.entries()) {
      const found = await world.store.findAttachment(runId, index);
      expect(found?.mimeType).toBe(attachment.mimeType);
      expect(Buffer.from(found?.content ?? [])).toEqual(Buffer.from(attachment.content));
    }
    expect(await world.store.findAttachment(runId, 2)).toBeUndefined();
    expect(await world.store.findAttachment('run_none', 0)).toBeUndefined();
  });

  it('tells the position in the queue behind the active run', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.admit();
    await world.claimOne();
    const positions = [];
    for (const _ of [1, 2, 3]) {
      const { runId } = await world.admit({ sessionId });
      positions.push((await world.store.findRun(runId))?.queuePosition);
    }
    expect(positions).toEqual([1, 2, 3]);
  });

  it('refuses what names something that does not exist or does not fit', async () => {
    const world = await worldWithProject();
    await world.project('ace');
    const { sessionId } = await world.session();
    await expectRefusal(world.admit({ projectId: 'none' }), 'project_not_found');
    await expectRefusal(world.admit({ sessionId: 'ses_none' }), 'session_not_found');
    await expectRefusal(world.admit({ projectId: 'ace', sessionId }), 'session_mismatch');
    expect((await world.store.listRuns({}, { limit: 10 })).total).toBe(0);
    expect(await world.log(sessionId)).toEqual([]);
  });

  it('refuses a run that wants an idle session while a run is queued or active', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.session();
    await world.admit({ sessionId, delivery: 'reject' });
    await expectRefusal(world.admit({ sessionId, delivery: 'reject' }), 'session_busy');
    const claimed = await world.claimOne();
    await expectRefusal(world.admit({ sessionId, delivery: 'reject' }), 'session_busy');
    await world.finish(claimed);
    await world.admit({ sessionId, delivery: 'reject' });
  });

  it('admits one of many simultaneous runs that want an idle session', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.session();
    const wishes = Array.from({ length: 30 }, () => world.admit({ sessionId, delivery: 'reject' }));
    const results = await Promise.allSettled(wishes);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await world.store.listSessionRuns(sessionId, { limit: 100 })).total).toBe(1);
  });

  it('fills the queue of a session exactly, and counts only what is queued', async () => {
    const world = await worldWithProject();
    const { sessionId } = await world.session();
    const admit = () => world.admit({ sessionId, queuedPerSessionMax: 5 });
    const results = await Promise.allSettled(Array.from({ length: 9 }, admit));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    await expectRefusal(admit(), 'queue_full');
    await world.claimOne();
    await admit();
    await expectRefusal(admit(), 'queue_full');
  });

  it('fills the queue of the whole server exactly, and says when to come again', async () => {
    const world = await worldWithProject();
    await world.project('ace');
    const admit = (projectId: string) => world.admit({ projectId, queuedTotalMax: 4 });
    const wishes = Array.from({ length: 8 }, (_, n) => admit(n % 2 === 0 ? 'ace' : 'rex'));
    const results = await Promise.allSettled(wishes);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    await expectRefusal(admit('rex'), 'queue_full');
    await expect(admit('rex')).rejects.toMatchObject({ retryAfterMs: expect.any(Number) });
    const [first] = (await world.store.listRuns({ status: 'queued' }, { limit: 1 })).runs;
    await world.cancel(first?.runId ?? '');
    await admit('rex');
    expect((await world.store.listRuns({}, { limit: 1 })).total).toBe(5);
  });

  it('gives a refused run no session and no trace', async () => {
    const world = await worldWithProject();
    const admission = world.admission({ queuedTotalMax: 0 });
    await expectRefusal(world.store.admitRun(admission), 'queue_full');
    expect(await world.store.findSession(admission.sessionId)).toBeUndefined();
    expect(await world.store.findRun(admission.runId)).toBeUndefined();
  });

  it('wakes the dispatcher and the readers of the log once the run is there', async () => {
    const world = await worldWithProject();
    const seen: unknown[] = [];
    const admission = world.admission();
    const woken = new Promise<void>((resolve) => {
      world.wakeup.subscribe('queue', () => {
        void world.store.findRunState(admission.runId).then((state) => {
          seen.push(state?.status);
          resolve();
        });
      });
    });
    await world.store.admitRun(admission);
    await woken;
    expect(seen).toEqual(['queued']);
    expect(world.wakeup.topics).toContain(`log:${admission.sessionId}`);
  });
});
