import { describe, expect, it } from 'vitest';
import { sessionEvent } from '../../../src/contract/index.js';
import { liveThrough } from '../../support/store-history.js';
import { SeededRandom } from '../../support/store-random.js';
import { delta, notice, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('the log in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  it('serves an event exactly as it was appended', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const text = 'wörds "quoted" \\ back\u2028slash \u0000 nul 🐕 \ud83d';
    const events = [
      delta('m', text),
      notice(text),
      { type: 'turn_end' as const, turnId: 't', toolResults: [text] },
    ];
    await world.append(claimed, ...events);
    const appended = (await world.log(claimed.session.sessionId)).slice(-3);
    expect(appended.map(({ json }) => json)).toEqual(events.map((event) => JSON.stringify(event)));
    expect(appended.map(({ type, source, ts, runId }) => ({ type, source, ts, runId }))).toEqual(
      events.map(({ type }) => ({ type, source: 'agent', ts: world.now, runId: claimed.runId })),
    );
  });

  it('counts each session’s events from 1 without a gap, whoever appends at the same time', async () => {
    const world = await worldWithProject();
    for (let n = 0; n < 8; n += 1) await world.admit();
    const claims = await world.claim();
    const appends = Array.from({ length: 800 }, (_, n) => {
      const claim = claims[n % claims.length];
      if (claim === undefined) throw new Error('no run was claimed');
      const { sessionId } = claim.session;
      return n % 5 === 0
        ? world.note(sessionId, `note ${n}`)
        : world.append(claim, delta(`m${n}`), delta(`n${n}`));
    });
    await Promise.all(appends);
    for (const { session, runId } of claims) {
      const log = await world.log(session.sessionId);
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, n) => n + 1));
      expect(log).toHaveLength(2 + 20 + 160);
      expect(await world.store.findSession(session.sessionId)).toMatchObject({ headSeq: log.length });
      expect(await world.store.countEvents({ sessionId: session.sessionId, runId })).toBe(162);
    }
  });

  it('keeps what one caller appended in its order', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const { sessionId } = claimed.session;
    await Promise.all(Array.from({ length: 100 }, (_, n) => world.append(claimed, delta(`m${n}`))));
    const events = (await world.log(sessionId)).filter(({ type }) => type === 'message_update');
    expect(events.map(({ json }) => JSON.parse(json).messageId)).toEqual(events.map((_, n) => `m${n}`));
  });

  it('takes nothing for a session that is gone, and says nothing about it', async () => {
    const world = await worldWithProject();
    await world.note('ses_none', 'nobody is here');
    expect(await world.log('ses_none')).toEqual([]);
    expect(await world.store.hasLog('ses_none')).toBe(false);
  });

  it('shows a reader that was woken what it was woken for', async () => {
    const world = await worldWithProject();
    const claimed = await world.running();
    const { sessionId } = claimed.session;
    const { headSeq = 0 } = (await world.store.findSession(sessionId)) ?? {};
    const seen: number[] = [];
    const done = new Promise<void>((resolve, reject) => {
      world.wakeup.subscribe(`log:${sessionId}`, () => {
        const next = { sessionId, after: seen.at(-1) ?? headSeq, limit: 100, order: 'asc' as const };
        world.store.readEvents(next).then((events) => {
          seen.push(...events.map(({ seq }) => seq));
          if (seen.length === 20) resolve();
        }, reject);
      });
    });
    for (let n = 0; n < 20; n += 1) await world.append(claimed, delta(`m${n}`));
    await done;
    expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => headSeq + 1 + n));
  });

  it('writes events that fit the contract, whatever happens to runs', async () => {
    const world = await worldWithProject();
    const { sessionIds } = await liveThrough(world, new SeededRandom(11), { sessions: 2, steps: 120 });
    const claimed = await world.running();
    const { requestId } = await world.ask(claimed);
    await world.store.decidePermission(requestId, { decision: 'always_allow', source: 'api', at: world.now });
    await world.ask(claimed);
    await world.store.updateSession(sessionIds[0] ?? '', { name: 'New' }, world.now);
    for (const sessionId of [...sessionIds, claimed.session.sessionId]) {
      for (const { json, type } of await world.log(sessionId)) {
        const event = sessionEvent.parse(JSON.parse(json));
        expect(event).toEqual(JSON.parse(json));
        expect(event.type).toBe(type);
      }
    }
  });
});
