import { describe, expect, test } from 'vitest';
import type { EventEnvelope } from '../../../src/contract/index.js';
import { isTerminalEventType } from '../../../src/contract/index.js';
import { type InWorld, script } from './world.js';

export function describeQueue(world: InWorld): void {
  const session = (sessionId: string) => world().client.ask('getSession', { params: { sessionId } });
  const allEvents = async (sessionId: string) => {
    const events: EventEnvelope[] = [];
    for (let more = true; more; ) {
      const query = { limit: 1000, after: events.at(-1)?.seq ?? 0 };
      const page = await world().events({ params: { sessionId }, query });
      events.push(...page.events);
      more = page.hasMore;
    }
    return events;
  };

  describe('the queue of a session', () => {
    test('a hundred runs posted at once run one at a time, in the order in which they were queued', async () => {
      const sessionId = await world().newSession();
      const started = await Promise.all(
        Array.from({ length: 100 }, (_, index) => world().start(script({ say: `${index}` }), sessionId)),
      );
      await Promise.all(started.map(({ runId }) => world().ended(runId)));
      const events = await allEvents(sessionId);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      const runsOf = (fits: (type: string) => boolean) =>
        events.filter(({ type }) => fits(type)).map(({ runId }) => runId);
      const queued = runsOf((type) => type === 'run_queued');
      expect(queued).toHaveLength(100);
      expect(runsOf((type) => type === 'run_completed')).toEqual(queued);
      let active: string | undefined;
      for (const { type, runId } of events) {
        if (type === 'run_injecting') {
          expect(active).toBeUndefined();
          active = runId;
        } else if (isTerminalEventType(type)) {
          expect(runId).toBe(active);
          active = undefined;
        } else if (type !== 'run_queued' && runId !== undefined) {
          expect(runId).toBe(active);
        }
      }
    });

    test('queued runs know their position, and the session its length', async () => {
      const { sessionId, runId, gate } = await world().hold();
      const behind = [];
      for (let index = 0; index < 3; index += 1) behind.push(await world().start('Hello', sessionId));
      const positions = await Promise.all(
        behind.map(async (one) => (await world().run(one.runId)).queuePosition),
      );
      expect(positions).toEqual([1, 2, 3]);
      expect(await session(sessionId)).toMatchObject({ status: 'running', queue: { length: 3 } });
      expect(await world().run(runId)).not.toHaveProperty('queuePosition');
      await world().client.ask('cancelRun', { params: { runId: behind[0]?.runId ?? '' } });
      expect((await world().run(behind[2]?.runId ?? '')).queuePosition).toBe(2);
      gate.open();
      for (const one of behind.slice(1)) await world().ended(one.runId);
      expect(await session(sessionId)).toMatchObject({ status: 'idle', queue: { length: 0 } });
    });

    test('a paused queue starts nothing, lets the active run go on, and goes on when it is resumed', async () => {
      const { sessionId, runId, gate } = await world().hold();
      const params = { sessionId };
      const { client } = world();
      expect(await client.ask('pauseQueue', { params })).toMatchObject({ queue: { paused: true } });
      expect(await client.ask('pauseQueue', { params })).toMatchObject({ queue: { paused: true } });
      const behind = await world().start('Hello', sessionId);
      gate.open();
      await world().ended(runId);
      const waited = { params: { runId: behind.runId }, query: { timeoutMs: 100 } };
      expect(await client.ask('waitForRun', waited)).toMatchObject({ status: 'queued' });
      expect(await session(sessionId)).toMatchObject({
        status: 'queued',
        queue: { paused: true, length: 1 },
      });
      expect(await client.ask('resumeQueue', { params })).toMatchObject({ queue: { paused: false } });
      await world().ended(behind.runId);
      const types = (await allEvents(sessionId)).map(({ type }) => type);
      expect(types.filter((type) => type === 'queue_paused' || type === 'queue_resumed')).toEqual([
        'queue_paused',
        'queue_resumed',
      ]);
    });

    test('a session does not wait for another', async () => {
      const held = await world().hold();
      await world().complete('Hello');
      expect((await world().run(held.runId)).status).toBe('running');
      held.gate.open();
      await world().ended(held.runId);
    });
  });
}
