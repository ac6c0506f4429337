import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/contract/index.js';
import type { ClaimedRun } from '../../../src/core/index.js';
import { liveThrough } from '../../support/store-history.js';
import { SeededRandom } from '../../support/store-random.js';
import { compactAll, trimAll } from '../../support/store-retention.js';
import { delta, messageEnd, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

const toolUseId = 'use 1';
const toolName = 'bash';

function messageStart(messageId: string): AgentEvent {
  return { type: 'message_start', messageId, message: { role: 'assistant', content: '' } };
}

function toolUpdate(partialOutput: string): AgentEvent {
  return { type: 'tool_execution_update', toolUseId, partialOutput };
}

function toolEnd(text: string): AgentEvent {
  const result = { content: [{ type: 'text' as const, text }] };
  return { type: 'tool_execution_end', toolUseId, toolName, result, isError: false, durationMs: 1 };
}

describe.each(storesUnderTest)('retention in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  async function endedRun(world: StoreWorld, events: AgentEvent[], sessionId?: string): Promise<ClaimedRun> {
    const claimed = await world.running(sessionId === undefined ? {} : { sessionId });
    await world.append(claimed, ...events);
    await world.finish(claimed);
    world.clock.advance(1);
    return claimed;
  }

  /** What is left of what the agent said, in the words of the events. */
  async function leftOf(world: StoreWorld, { session, runId }: ClaimedRun): Promise<unknown[]> {
    const log = await world.log(session.sessionId, runId);
    return log.filter(({ source }) => source === 'agent').map(({ json }) => JSON.parse(json));
  }

  async function expectTrueCounts(world: StoreWorld, sessionId: string): Promise<void> {
    const log = await world.log(sessionId);
    const { store } = world;
    expect(await store.countEvents({ sessionId })).toBe(log.length);
    for (const type of new Set(log.map((event) => event.type))) {
      const ofType = log.filter((event) => event.type === type);
      expect(await store.countEvents({ sessionId, types: [type] })).toBe(ofType.length);
    }
    const { runs } = await store.listSessionRuns(sessionId, { limit: 500 });
    for (const { runId } of runs) {
      const ofRun = log.filter((event) => event.runId === runId);
      expect(await store.countEvents({ sessionId, runId })).toBe(ofRun.length);
    }
  }

  describe('compaction', () => {
    it('removes the deltas of what has ended and leaves every other event its seq', async () => {
      const world = await worldWithProject();
      const said = [
        messageStart('a'),
        delta('a'),
        delta('a'),
        messageEnd('a'),
        toolUpdate('one'),
        toolEnd('one'),
      ];
      const run = await endedRun(world, said);
      const { sessionId } = run.session;
      const before = await world.log(sessionId);
      await compactAll(world);
      const deltas = ['message_update', 'tool_execution_update'];
      expect(await world.log(sessionId)).toEqual(before.filter(({ type }) => !deltas.includes(type)));
      expect((await world.store.findSession(sessionId))?.headSeq).toBe(before.length);
      await expectTrueCounts(world, sessionId);
    });

    it('leaves runs alone that are open, or ended later than asked for', async () => {
      const world = await worldWithProject();
      const ended = await endedRun(world, [delta('a'), messageEnd('a')]);
      const open = await world.running();
      await world.append(open, delta('a'), messageEnd('a'));
      const logs = () => Promise.all([ended, open].map(({ session }) => world.log(session.sessionId)));
      const before = await logs();
      await compactAll(world, world.now - 1);
      expect(await logs()).toEqual(before);
      await compactAll(world);
      expect((await logs()).map((log) => log.length)).toEqual([
        (before[0]?.length ?? 0) - 1,
        before[1]?.length,
      ]);
    });

    it.each<[string, AgentEvent[]]>([
      ['a message that never ended', [messageStart('a'), delta('a')]],
      ['a message that ended without its text', [delta('a'), messageEnd('a', '')]],
      ['a message whose end was cut', [delta('a'), messageEnd('a', 'x\n[… 12 characters cut …]\ny')]],
      [
        'thoughts that the end does not repeat',
        [{ type: 'message_update', messageId: 'a', thinkingDelta: 'hm' }, messageEnd('a', 'text')],
      ],
      [
        'blocks',
        [
          { type: 'message_update', messageId: 'a', contentBlocks: [{ type: 'text', text: 'x' }] },
          messageEnd('a', 'text'),
        ],
      ],
      [
        'a second message of the same name',
        [messageStart('a'), messageEnd('a'), messageStart('a'), delta('a')],
      ],
      ['a tool that never ended', [toolUpdate('one')]],
      ['more output than the end of its tool has', [toolUpdate('one two'), toolEnd('one')]],
    ])('keeps the deltas of %s', async (_case, said) => {
      const world = await worldWithProject();
      const run = await endedRun(world, said);
      await compactAll(world);
      expect(await leftOf(world, run)).toEqual(said);
    });

    it('keeps the first of two messages of one name apart from the second', async () => {
      const world = await worldWithProject();
      const said = [messageStart('a'), delta('a'), messageStart('a'), delta('a'), messageEnd('a')];
      const run = await endedRun(world, said);
      await compactAll(world);
      expect(await leftOf(world, run)).toEqual(said.filter((_, n) => n !== 3));
    });

    it('keeps thoughts that the end repeats as little as text', async () => {
      const world = await worldWithProject();
      const end = messageEnd('a', [
        { type: 'thinking', text: 'hm' },
        { type: 'text', text: 'yes' },
      ]);
      const thought: AgentEvent = { type: 'message_update', messageId: 'a', thinkingDelta: 'hm' };
      const run = await endedRun(world, [thought, delta('a', 'yes'), end]);
      await compactAll(world);
      expect(await leftOf(world, run)).toEqual([end]);
    });

    it('takes long runs in portions, each of which leaves true counts and pages', async () => {
      const world = await worldWithProject();
      const deltas = Array.from({ length: 4500 }, () => delta('a'));
      const run = await endedRun(world, [messageStart('a'), ...deltas, messageEnd('a')]);
      const { sessionId } = run.session;
      let portions = 0;
      for (let more = true; more; portions += 1) {
        more = await world.store.compactLogs(world.now + 1);
        const log = await world.log(sessionId);
        expect(await world.store.countEvents({ sessionId, runId: run.runId })).toBe(log.length);
        const offset = log.length - 3;
        const page = await world.store.readEvents({ sessionId, offset, limit: 10, order: 'asc' });
        expect(page).toEqual(log.slice(-3));
      }
      expect(portions).toBeGreaterThan(4);
      expect(await leftOf(world, run)).toEqual([messageStart('a'), messageEnd('a')]);
      await expectTrueCounts(world, sessionId);
    });

    it('goes on with a run that was left half done', async () => {
      const world = await worldWithProject();
      const deltas = Array.from({ length: 2500 }, () => delta('a'));
      const run = await endedRun(world, [...deltas, messageEnd('a')]);
      expect(await world.store.compactLogs(world.now + 1)).toBe(true);
      if (subject.keepsData) await world.reopen();
      await compactAll(world);
      expect(await leftOf(world, run)).toEqual([messageEnd('a')]);
      await expectTrueCounts(world, run.session.sessionId);
      await endedRun(world, [delta('b')], run.session.sessionId);
      await expectTrueCounts(world, run.session.sessionId);
    });

    it('forgets a run whose session is deleted half-way', async () => {
      const world = await worldWithProject();
      const deltas = Array.from({ length: 2500 }, () => delta('a'));
      const run = await endedRun(world, [...deltas, messageEnd('a')]);
      const other = await endedRun(world, [delta('a'), messageEnd('a')]);
      expect(await world.store.compactLogs(world.now + 1)).toBe(true);
      await world.store.deleteSession(run.session.sessionId);
      await compactAll(world);
      expect(await leftOf(world, other)).toEqual([messageEnd('a')]);
    });

    it('looks at each run once', async () => {
      const world = await worldWithProject();
      for (let n = 0; n < 3; n += 1) await endedRun(world, [delta('a'), messageEnd('a')]);
      expect(await compactAll(world)).toBe(1);
      expect(await compactAll(world)).toBe(1);
    });
  });

  describe('trimming', () => {
    it('removes what is older than the end of runs that are due, and says where the log begins', async () => {
      const world = await worldWithProject();
      const first = await endedRun(world, [delta('a')]);
      const { sessionId } = first.session;
      const between = world.now;
      await endedRun(world, [delta('b'), messageEnd('b')], sessionId);
      const before = await world.log(sessionId);
      const kept = before.filter(({ runId }) => runId !== first.runId);
      await trimAll(world, { endedBefore: between });
      const oldestSeq = kept[0]?.seq ?? 0;
      expect(await world.log(sessionId)).toEqual(kept);
      const query = { sessionId, after: 0, limit: 1, order: 'asc' as const };
      expect(await world.store.readEventsBehind(query)).toEqual({ events: kept.slice(0, 1), oldestSeq });
      expect((await world.store.findSession(sessionId))?.oldestSeq).toBe(oldestSeq);
      await expectTrueCounts(world, sessionId);
    });

    it('keeps the run itself with its prompt and its output', async () => {
      const world = await worldWithProject();
      const run = await endedRun(world, [delta('a')]);
      const before = await world.store.findRun(run.runId);
      await trimAll(world, { endedBefore: world.now });
      expect(await world.log(run.session.sessionId)).toEqual([]);
      expect(await world.store.findRun(run.runId)).toEqual(before);
    });

    it('never touches a run that is open, however old the others are', async () => {
      const world = await worldWithProject();
      const first = await endedRun(world, [delta('a')]);
      const { sessionId } = first.session;
      const active = await world.running({ sessionId });
      const { runId } = await world.admit({ sessionId });
      await trimAll(world, { endedBefore: world.now + 1 });
      expect(await world.types(sessionId, active.runId)).toContain('run_queued');
      expect(await world.types(sessionId, runId)).toEqual(['run_queued']);
      expect(await world.types(sessionId, first.runId)).toEqual([]);
      await world.finish(active);
      expect((await world.claimOne()).runId).toBe(runId);
    });

    it('never touches a run that is parked either, whose first events stand within those of an old one', async () => {
      const world = await worldWithProject();
      const first = await world.running();
      const { sessionId } = first.session;
      const { runId } = await world.admit({ sessionId });
      await world.finish(first);
      const parking = { reason: 'budget' as const, message: 'enough' };
      const claimed = await world.claimOne();
      await world.store.parkRun(claimed, { parking, activeMs: 0, toolHistory: [], at: world.now });
      await trimAll(world, { endedBefore: world.now + 1 });
      expect(await world.types(sessionId, runId)).toEqual(['run_queued', 'run_injecting', 'run_parked']);
    });

    it('keeps the latest events of a log that is longer than it may be', async () => {
      const opened = await openWorld({ ...subject, open: () => subject.open({ logEventsMax: 100 }) });
      await opened.project();
      const events = Array.from({ length: 2500 }, () => delta('a'));
      const { session } = await endedRun(opened, events);
      const short = await endedRun(opened, [delta('a')]);
      const before = await opened.log(session.sessionId);
      expect(await trimAll(opened, { eventsMax: 100 })).toBeGreaterThan(2);
      expect(await opened.log(session.sessionId)).toEqual(before.slice(-100));
      expect((await opened.types(short.session.sessionId))[0]).toBe('run_queued');
      await expectTrueCounts(opened, session.sessionId);
    });

    it('keeps the latest events also of a log that was long before there was a bound', async () => {
      const world = await worldWithProject();
      const { session } = await endedRun(
        world,
        Array.from({ length: 300 }, () => delta('a')),
      );
      const before = await world.log(session.sessionId);
      await trimAll(world, { eventsMax: 100 });
      expect(await world.log(session.sessionId)).toEqual(before.slice(-100));
      await expectTrueCounts(world, session.sessionId);
    });

    it('leaves true counts after any history, with compaction before and after', async () => {
      const world = await worldWithProject();
      const random = new SeededRandom(21);
      const history = await liveThrough(world, random, { sessions: 3, steps: 300 });
      const expected = async (endedBefore: number) => {
        await compactAll(world, endedBefore);
        await trimAll(world, { endedBefore: endedBefore - 40 });
        for (const sessionId of history.sessionIds) await expectTrueCounts(world, sessionId);
      };
      await expected(world.now - 100);
      await expected(world.now + 1);
    });
  });

  it('deletes archived sessions by when they were archived, and none that was taken up again', async () => {
    const world = await worldWithProject();
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      const { sessionId } = await world.session();
      ids.push(sessionId);
      world.clock.advance(10);
      await world.store.updateSession(sessionId, { archived: true }, world.now);
    }
    const deleteDue = async () => (await world.store.deleteArchived(world.now))?.sessionId;
    expect(await deleteDue()).toBe(ids[0]);
    const [, next] = await Promise.all([
      world.store.updateSession(ids[1] ?? '', { archived: false }, world.now),
      deleteDue(),
    ]);
    expect(next).toBe(ids[2]);
    expect(await deleteDue()).toBeUndefined();
    const left = await world.store.listSessions({ archived: 'all' }, { limit: 10 });
    expect(left.map(({ sessionId }) => sessionId).sort()).toEqual([ids[1], ids[3]]);
  });
});
