import { describe, expect, it } from 'vitest';
import type { EventQuery, StoredEvent } from '../../../src/core/index.js';
import { type History, liveThrough } from '../../support/store-history.js';
import { SeededRandom } from '../../support/store-random.js';
import { compactAll } from '../../support/store-retention.js';
import { delta, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

const queriesPerSeed = 4000;
const typesChoices: readonly (readonly string[] | undefined)[] = [
  undefined,
  undefined,
  [],
  ['run_queued'],
  ['run_cancelled'],
  ['message_update'],
  ['run_queued', 'run_queued'],
  ['run_queued', 'run_cancelled', 'run_requeued'],
  ['run_edited'],
  ['run_edited', 'run_moved', 'run_steering', 'run_queued'],
  ['turn_start', 'turn_end', 'message_update', 'notice'],
  ['run_injecting', 'no_such_type', 'run_completed', 'run_failed'],
  ['no_such_type'],
  ['constructor', '__proto__', 'turn_start'],
];

describe.each(storesUnderTest)('pages of events in $name', (subject) => {
  it.each([1, 2, 3, 4])('every page equals that slice of the whole filtered log (seed %i)', async (seed) => {
    const random = new SeededRandom(seed);
    const { world, history, logs } = await worldWithHistory(random);
    for (let n = 0; n < queriesPerSeed; n += 1) {
      const query = randomQuery(random, history, logs);
      const found = await world.store.readEvents(query);
      expect(
        found.map(({ seq }) => seq),
        JSON.stringify(query),
      ).toEqual(slice(logs.get(query.sessionId) ?? [], query).map(({ seq }) => seq));
      const total = await world.store.countEvents(query);
      expect(total, JSON.stringify(query)).toBe(filter(logs.get(query.sessionId) ?? [], query).length);
    }
  });

  it.each([11, 12, 13, 15])(
    'every page equals that slice also where retention left gaps (seed %i)',
    async (seed) => {
      const random = new SeededRandom(seed);
      const world = await openWorld(subject);
      await world.project();
      const history = await liveThrough(world, random, { sessions: 2, steps: 200 });
      const endedBefore = world.now;
      world.clock.advance(1);
      await compactAll(world, endedBefore);
      const trimBefore = endedBefore - random.int(120);
      while (await world.store.trimLogs({ endedBefore: trimBefore, eventsMax: 0 }));
      await liveThrough(world, random, { sessions: 1, steps: 20 });
      const logs = new Map<string, StoredEvent[]>();
      for (const sessionId of history.sessionIds) {
        const log = await world.log(sessionId);
        expect(log.length).toBeLessThan((await world.store.findSession(sessionId))?.headSeq ?? 0);
        logs.set(sessionId, log);
      }
      for (let n = 0; n < queriesPerSeed / 2; n += 1) {
        const query = randomQuery(random, history, logs);
        const log = logs.get(query.sessionId) ?? [];
        const found = await world.store.readEvents(query);
        expect(found, JSON.stringify(query)).toEqual(slice(log, query));
        const total = await world.store.countEvents(query);
        expect(total, JSON.stringify(query)).toBe(filter(log, query).length);
      }
    },
  );

  it('serves the same event in every page that holds it', async () => {
    const { world, history, logs } = await worldWithHistory(new SeededRandom(5));
    for (const sessionId of history.sessionIds) {
      const whole = logs.get(sessionId) ?? [];
      for (const query of [{ types: [...new Set(whole.map(({ type }) => type))] }, { after: 0 }]) {
        expect(await world.store.readEvents({ sessionId, limit: 10_000, order: 'asc', ...query })).toEqual(
          whole,
        );
      }
      const ofRuns = await Promise.all(history.runIds.map((runId) => world.log(sessionId, runId)));
      const bySeq = ofRuns.flat().sort((a, b) => a.seq - b.seq);
      expect(bySeq).toEqual(whole.filter(({ runId }) => runId !== undefined));
    }
  });

  it('gives each run the events that speak of it, and the session those that speak of none', async () => {
    const { history, logs } = await worldWithHistory(new SeededRandom(6));
    for (const events of history.sessionIds.flatMap((sessionId) => logs.get(sessionId) ?? [])) {
      const event = JSON.parse(events.json) as { runId?: string; messageId?: string; turnId?: string };
      const named = event.runId ?? event.messageId ?? event.turnId?.replace(' turn', '');
      if (named !== undefined) expect(events.runId).toBe(named);
      if (['notice', 'queue_paused', 'queue_resumed'].includes(events.type)) {
        expect(events.runId).toBeUndefined();
      }
    }
  });

  it('has pages behind any offset within a run, also behind a cursor', async () => {
    const { world, history, logs } = await worldWithHistory(new SeededRandom(7), 60);
    const [sessionId = ''] = history.sessionIds;
    const whole = logs.get(sessionId) ?? [];
    for (const runId of history.runIds) {
      for (let offset = 0; offset <= 12; offset += 1) {
        for (const after of [undefined, 0, whole.length >> 1]) {
          for (const order of ['asc', 'desc'] as const) {
            const query = {
              sessionId,
              runId,
              offset,
              order,
              limit: 3,
              ...(after === undefined ? {} : { after }),
            };
            expect(await world.store.readEvents(query)).toEqual(slice(whole, query));
          }
        }
      }
    }
  });

  it('steps over as many events of a run as it is told, also behind a cursor', async () => {
    const world = await openWorld(subject);
    await world.project();
    const run = await world.running();
    const thousand = Array.from({ length: 1000 }, () => delta('m'));
    for (let n = 0; n < 101; n += 1) await world.append(run, ...thousand);
    const query = { sessionId: run.session.sessionId, runId: run.runId, offset: 100_500, limit: 1 };
    for (const cursor of [{}, { after: 0 }]) {
      const [found] = await world.store.readEvents({ ...query, ...cursor, order: 'asc' });
      expect(found?.seq).toBe(100_501);
    }
  });

  it('has no events of a session or run that does not exist, nor of another session’s run', async () => {
    const { world, history } = await worldWithHistory(new SeededRandom(8), 40);
    const [mine = '', other = ''] = history.sessionIds;
    await world.admit({ sessionId: other });
    const [foreign] = (await world.store.listSessionRuns(other, { limit: 1 })).runs;
    for (const target of [
      { sessionId: 'ses_none' },
      { sessionId: mine, runId: 'run_none' },
      { sessionId: mine, runId: foreign?.runId ?? '' },
    ]) {
      expect(await world.store.readEvents({ ...target, limit: 10, order: 'asc' })).toEqual([]);
      expect(await world.store.countEvents(target)).toBe(0);
    }
    expect(await world.store.hasLog('ses_none')).toBe(false);
    expect(await world.store.hasLog(mine)).toBe(true);
  });

  async function worldWithHistory(random: SeededRandom, steps = 150) {
    const world = await openWorld(subject);
    await world.project();
    const history = await liveThrough(world, random, { sessions: 2, steps });
    return { world, history, logs: await wholeLogs(world, history) };
  }
});

/** The logs as they are, checked here not to be a page of themselves: seqs from 1 without a gap, up to the head. */
async function wholeLogs(world: StoreWorld, { sessionIds }: History): Promise<Map<string, StoredEvent[]>> {
  const logs = new Map<string, StoredEvent[]>();
  for (const sessionId of sessionIds) {
    const log = await world.log(sessionId);
    const session = await world.store.findSession(sessionId);
    expect(log.map(({ seq }) => seq)).toEqual(
      Array.from({ length: session?.headSeq ?? -1 }, (_, n) => n + 1),
    );
    logs.set(sessionId, log);
  }
  return logs;
}

function randomQuery(
  random: SeededRandom,
  history: History,
  logs: ReadonlyMap<string, readonly StoredEvent[]>,
): EventQuery {
  const sessionId = random.pick(history.sessionIds);
  const head = logs.get(sessionId)?.at(-1)?.seq ?? 0;
  const runId = random.pick([undefined, ...history.runIds]);
  const types = random.pick(typesChoices);
  const seq = () =>
    random.pick([undefined, undefined, 0, 1, random.int(head + 1), random.int(head + 1), head, head + 5]);
  const offset = random.pick([
    undefined,
    0,
    1,
    2,
    5,
    random.int(head + 1),
    head + 5,
    Number.MAX_SAFE_INTEGER,
  ]);
  const fields = { runId, types, after: seq(), before: seq(), offset };
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    sessionId,
    limit: random.pick([1, 2, 5, head, 1000]),
    order: random.pick(['asc', 'desc']),
    ...Object.fromEntries(present),
  };
}

function filter(
  log: readonly StoredEvent[],
  { runId, types }: Pick<EventQuery, 'runId' | 'types'>,
): StoredEvent[] {
  return log.filter(
    (event) =>
      (runId === undefined || event.runId === runId) && (types === undefined || types.includes(event.type)),
  );
}

function slice(log: readonly StoredEvent[], query: EventQuery): StoredEvent[] {
  const { after = 0, before = Number.MAX_SAFE_INTEGER, offset = 0, limit } = query;
  const matching = filter(log, query).filter(({ seq }) => seq > after && seq < before);
  if (query.order === 'desc') matching.reverse();
  return matching.slice(offset, offset + limit);
}
