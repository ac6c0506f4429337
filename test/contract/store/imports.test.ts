import { describe, expect, it } from 'vitest';
import type { ImportedEvent, ImportedRun, ImportedSession, SessionDraft } from '../../../src/core/index.js';
import { expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('taking sessions in from files in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  function run(runNo: number, more: Partial<ImportedRun> = {}): ImportedRun {
    return {
      ...{ runNo, runId: `run_there_${runNo}`, status: 'completed', createdAt: 10, startedAt: 11 },
      ...{ completedAt: 12, prompt: `prompt ${runNo}`, freshContext: false, metadata: { n: runNo } },
      ...{ attachments: [], finalOutput: `output ${runNo}`, toolHistory: [], ...more },
    };
  }

  function event(seq: number, type: string, runNo?: number): ImportedEvent {
    const json = JSON.stringify({ type, place: seq });
    return {
      ...{ seq, type, ts: seq, source: 'control-plane', json },
      ...(runNo === undefined ? {} : { runNo }),
    };
  }

  /** A run from its admission to its end, with so many deltas. */
  function story(seq: number, runNo: number, deltas = 1): ImportedEvent[] {
    const types = [
      ...['run_queued', 'run_injecting', 'run_started'],
      ...Array.from({ length: deltas }, () => 'message_update'),
      ...['message_end', 'run_completed'],
    ];
    return types.map((type, index) => event(seq + index, type, runNo));
  }

  function session(headSeq: number, more: Partial<ImportedSession> = {}): ImportedSession {
    return {
      ...{ sessionId: 'ses_there', projectId: 'rex', name: 'From afar', source: { kind: 'batch' } },
      ...{ aspTargetName: 'smokey', harness: 'builtin', direct: false, metadata: { from: 'there' } },
      ...{ pauseOnFailure: true, delivery: 'steer', createdAt: 5, at: 99 },
      ...{
        importedFrom: { sessionId: 'ses_there', exportedAt: 50 },
        fromSeq: headSeq,
        oldestSeq: 1,
        headSeq,
      },
      ...more,
    };
  }

  async function begin(
    world: StoreWorld,
    runs: readonly ImportedRun[],
    events: readonly ImportedEvent[],
  ): Promise<SessionDraft> {
    const draft = await world.store.beginImport(runs.length);
    await draft.addRuns(runs);
    await draft.addEvents(events);
    return draft;
  }

  const page = { limit: 100 };

  it('makes all of it a session at once, with its runs, images and log', async () => {
    const world = await worldWithProject();
    const content = new Uint8Array([1, 2, 3]);
    const runs = [
      run(1, { attachments: [{ mimeType: 'image/png', content }] }),
      run(2, { status: 'failed', error: { code: 'agent_failed', message: 'no' }, retryOf: 'run_there_1' }),
    ];
    const events = [...story(1, 1), ...story(7, 2)];
    const draft = await begin(world, runs, events);
    const { store } = world;
    expect(await store.findSession('ses_there')).toBeUndefined();
    expect(await store.findRun('run_there_1')).toBeUndefined();
    expect(await store.listSessions({ archived: 'all' }, page)).toEqual([]);
    expect((await store.listRuns({}, page)).total).toBe(0);

    const published = await draft.publish(session(12), undefined);
    expect(published).toEqual(await store.findSession('ses_there'));
    expect(published).toMatchObject({
      ...{ name: 'From afar', status: 'idle', headSeq: 12, createdAt: 5, lastActivityAt: 99 },
      ...{ metadata: { from: 'there' }, source: { kind: 'batch' } },
      importedFrom: { sessionId: 'ses_there', exportedAt: 50 },
      queue: { paused: false, pauseOnFailure: true, delivery: 'steer', length: 0 },
      runtime: { continuationKeyPresent: false, active: false },
    });
    expect(published.oldestSeq).toBeUndefined();
    const listed = await store.listSessionRuns('ses_there', page);
    expect(listed.runs.map(({ runId, status }) => [runId, status])).toEqual([
      ['run_there_1', 'completed'],
      ['run_there_2', 'failed'],
    ]);
    expect(await store.findRun('run_there_2')).toMatchObject({
      ...{ retryOf: 'run_there_1', createdAt: 10, startedAt: 11, completedAt: 12, metadata: { n: 2 } },
      error: { code: 'agent_failed', message: 'no' },
    });
    expect(await store.findAttachment('run_there_1', 0)).toMatchObject({ mimeType: 'image/png' });
    expect([...((await store.findAttachment('run_there_1', 0))?.content ?? [])]).toEqual([1, 2, 3]);
    expect((await world.log('ses_there')).map(({ seq, json }) => [seq, json])).toEqual(
      events.map(({ seq, json }) => [seq, json]),
    );
    expect(await world.types('ses_there', 'run_there_2')).toEqual(story(7, 2).map(({ type }) => type));
    expect((await store.listRuns({ projectId: 'rex', status: 'failed' }, page)).total).toBe(1);
    expect((await store.sumUsage({ by: 'day', fromDay: 0, toDay: 99_999, limit: 9 })).total.runs).toBe(0);
  });

  it('keeps seqs with their gaps, and pages by offset over them', async () => {
    const world = await worldWithProject();
    const all = [...story(1, 1, 20), ...story(26, 2, 3)];
    const kept = all.filter(({ type, seq }) => type !== 'message_update' || seq === 9 || seq > 25);
    const draft = await begin(world, [run(1), run(2)], kept);
    await draft.publish(session(33), undefined);
    const seqs = kept.map(({ seq }) => seq);
    const { store } = world;
    const read = async (query: object) =>
      (await store.readEvents({ sessionId: 'ses_there', limit: 3, order: 'asc', ...query })).map(
        ({ seq }) => seq,
      );
    for (let offset = 0; offset <= seqs.length; offset += 1) {
      expect(await read({ offset })).toEqual(seqs.slice(offset, offset + 3));
      expect(await read({ offset, order: 'desc' })).toEqual([...seqs].reverse().slice(offset, offset + 3));
    }
    for (const runId of ['run_there_1', 'run_there_2']) {
      const ofRun = kept.filter(({ runNo }) => runId.endsWith(String(runNo))).map(({ seq }) => seq);
      expect(await read({ runId, limit: 100 })).toEqual(ofRun);
      expect(await read({ runId, after: ofRun[1], limit: 100 })).toEqual(ofRun.slice(2));
      expect(await read({ runId, offset: 2, limit: 2 })).toEqual(ofRun.slice(2, 4));
    }
    expect(await store.countEvents({ sessionId: 'ses_there' })).toBe(kept.length);
  });

  it('still pages right when the deltas of what came whole are removed later', async () => {
    const world = await worldWithProject();
    const whole = [
      event(1, 'run_queued', 1),
      event(2, 'run_injecting', 1),
      ...[3, 4, 5].map((seq) => ({
        ...event(seq, 'message_update', 1),
        json: JSON.stringify({ type: 'message_update', messageId: 'm', textDelta: 'a' }),
      })),
      {
        ...event(6, 'message_end', 1),
        json: JSON.stringify({
          ...{ type: 'message_end', messageId: 'm', message: { role: 'assistant', content: 'aaa' } },
        }),
      },
      event(7, 'run_completed', 1),
    ];
    const bare = story(8, 2, 5).filter(({ type }) => type !== 'message_update');
    const draft = await begin(world, [run(1), run(2)], [...whole, ...bare]);
    await draft.publish(session(17), undefined);
    while (await world.store.compactLogs(world.now));
    const left = [1, 2, 6, 7, ...bare.map(({ seq }) => seq)];
    for (let offset = 0; offset < left.length; offset += 1) {
      const [first] = await world.store.readEvents({
        ...{ sessionId: 'ses_there', offset, limit: 1, order: 'asc' },
      });
      expect(first?.seq).toBe(left[offset]);
    }
  });

  it('knows where a log begins whose start was removed before', async () => {
    const world = await worldWithProject();
    const events = story(1, 2)
      .slice(3)
      .map((one) => ({ ...one, seq: one.seq + 100 }));
    const draft = await begin(world, [run(1), run(2)], events);
    const published = await draft.publish(session(106, { oldestSeq: 104 }), undefined);
    expect(published.oldestSeq).toBe(104);
    const behind = (runId?: string) =>
      world.store.readEventsBehind({
        ...{ sessionId: 'ses_there', limit: 10, order: 'asc', after: 0, ...(runId && { runId }) },
      });
    for (const runId of [undefined, 'run_there_2']) {
      const { events: found, oldestSeq } = await behind(runId);
      expect([found.map(({ seq }) => seq), oldestSeq]).toEqual([[104, 105, 106], 104]);
    }
    expect(await behind('run_there_1')).toEqual({ events: [], oldestSeq: 104 });
  });

  it('takes the next run of the session with a new context, and says that it was imported', async () => {
    const world = await worldWithProject();
    const draft = await begin(world, [run(1)], story(1, 1));
    await draft.publish(session(6), undefined);
    const { runId } = await world.admit({ sessionId: 'ses_there' });
    const claimed = await world.claimOne();
    expect(claimed).toMatchObject({ runId, followsOthers: true, imported: true });
    expect(claimed.continuation).toBeUndefined();
    await world.begin(claimed);
    await world.finish(claimed);
    expect((await world.log('ses_there', runId)).map(({ seq }) => seq)[0]).toBe(7);
  });

  it('finds its prompts and messages once they were indexed', async () => {
    const world = await worldWithProject();
    const said = {
      ...event(1, 'message_end', 1),
      json: JSON.stringify({
        ...{ type: 'message_end', messageId: 'm', message: { role: 'assistant', content: 'rutabaga' } },
      }),
    };
    const draft = await begin(world, [run(1)], [said]);
    await world.store.indexLogs();
    const find = () => world.store.findText({ terms: [{ words: 'rutabaga', prefix: false }], limit: 5 });
    expect(await find()).toEqual([]);
    await draft.publish(session(1), undefined);
    while (await world.store.indexLogs());
    expect((await find()).map(({ sessionId, seq }) => [sessionId, seq])).toEqual([['ses_there', 1]]);
  });

  it('leaves no trace of what was given up', async () => {
    const world = await worldWithProject();
    const other = await world.running();
    const content = new Uint8Array(1000);
    const runs = [run(1, { attachments: [{ mimeType: 'image/png', content }] })];
    const draft = await begin(world, runs, story(1, 1, 3000));
    await draft.discard();
    await draft.discard();
    while (await world.store.purge(0));
    await world.finish(other);
    expect((await world.store.listSessions({ archived: 'all' }, page)).map((one) => one.sessionId)).toEqual([
      other.session.sessionId,
    ]);
    const again = await begin(world, runs, story(1, 1, 10));
    await again.publish(session(15), undefined);
    expect(await world.store.countEvents({ sessionId: 'ses_there' })).toBe(15);
  });

  it.runIf(subject.keepsData)('removes after the next start what a crash left on its way in', async () => {
    const world = await worldWithProject();
    await begin(world, [run(1)], story(1, 1));
    await world.reopen();
    expect(await world.store.findRun('run_there_1')).toBeUndefined();
    expect(await world.store.purge(0)).toBe(true);
    while (await world.store.purge(0));
    const draft = await begin(world, [run(1)], story(1, 1));
    await draft.publish(session(6), undefined);
    expect(await world.types('ses_there')).toHaveLength(6);
  });

  it('is refused with nothing changed when its project is gone, and answers a key once', async () => {
    const world = await worldWithProject();
    const draft = await begin(world, [run(1)], story(1, 1));
    await expectRefusal(draft.publish(session(6, { projectId: 'gone' }), undefined), 'project_not_found');
    const record = { scope: 'POST /import', key: 'k', bodyHash: 'h' };
    const published = await draft.publish(session(6), record);
    const second = await begin(world, [run(1, { runId: 'run_other' })], story(1, 1));
    const other = session(6, { sessionId: 'ses_other' });
    await expectRefusal(second.publish(other, record), 'idempotency_conflict');
    await second.discard();
    expect(await world.store.findAnswer('POST /import', 'k')).toEqual({ bodyHash: 'h', response: published });
    expect(await world.store.findSession('ses_other')).toBeUndefined();
  });

  it('says which ids are known', async () => {
    const world = await worldWithProject();
    const { runId, sessionId } = await world.admit();
    expect(await world.store.findKnownIds([runId, 'run_x', sessionId, 'ses_x'])).toEqual(
      new Set([runId, sessionId]),
    );
  });

  it('never forgets conversations that only a file speaks of', async () => {
    const world = await worldWithProject();
    const observed = {
      ...event(2, 'continuation_key_observed', 1),
      json: JSON.stringify({
        type: 'continuation_key_observed',
        provider: 'unknown',
        continuationKey: 'theirs',
      }),
    };
    const draft = await begin(world, [run(1)], [event(1, 'run_queued', 1), observed]);
    await draft.publish(session(2), undefined);
    await world.admit({ sessionId: 'ses_there' });
    const claimed = await world.claimOne();
    await world.begin(claimed);
    await world.finish(claimed, { continuation: { provider: 'unknown', key: 'ours' } });
    expect((await world.store.deleteSession('ses_there')).continuations).toEqual(['ours']);
  });
});
