import { describe, expect, test } from 'vitest';
import { type EventEnvelope, isTerminalEventType } from '../../../src/contract/index.js';
import { refusedStream } from '../../support/sse-reader.js';
import type { InWorld } from './world.js';

export function describeStreams(world: InWorld): void {
  const logOf = async (params: Record<string, string>): Promise<EventEnvelope[]> =>
    (await world().events({ params, query: { limit: 1000 } })).events;
  const ended = ({ type }: EventEnvelope) => isTerminalEventType(type);
  const seqs = (events: readonly { seq: number }[]) => events.map(({ seq }) => seq);

  describe('streams', () => {
    test('the answer is an event stream that nobody keeps', async () => {
      const { sessionId } = await world().complete('Hello');
      const reader = await world().streamSession(sessionId);
      expect(reader.response.headers).toMatchObject({
        'content-type': expect.stringMatching(/^text\/event-stream/),
        'cache-control': 'no-store',
      });
      reader.close();
    });

    test('the ack has the state of the session and all that was before', async () => {
      const { sessionId, runId } = await world().complete('What is 2+2?');
      const reader = await world().streamSession(sessionId, { mode: 'attach' });
      const ack = await reader.ack();
      const log = await logOf({ sessionId });
      const { projectId } = world().project;
      expect(ack).toMatchObject({ projectId, sessionId, mode: 'attach', streamId: log[0]?.streamId });
      const { snapshot } = ack;
      expect(snapshot.seq).toBe(log.length);
      expect(snapshot.replay).toEqual(
        log.map(({ seq, runId: run, event }) =>
          run === undefined ? { seq, event } : { seq, runId: run, event },
        ),
      );
      expect(snapshot.replayInfo).toEqual({ truncated: false, oldestSeq: 1 });
      expect(snapshot.runs).toMatchObject([{ runId, status: 'completed' }]);
      expect(snapshot.sessionRuntime.continuationKeyPresent).toBe(true);
      reader.close();
    });

    test('a session without events has an empty ack, and its first events follow', async () => {
      const sessionId = await world().newSession();
      const reader = await world().streamSession(sessionId);
      const { snapshot, mode } = await reader.ack();
      expect(mode).toBe('watch');
      expect(snapshot).toMatchObject({ seq: 0, replay: [], runs: [], replayInfo: { truncated: false } });
      const { runId } = await world().start('Hello', sessionId);
      const events = await reader.eventsUntil(ended);
      expect(seqs(events)).toEqual(events.map((_, index) => index + 1));
      expect(events.at(-1)?.runId).toBe(runId);
      expect(events).toEqual(await logOf({ sessionId }));
      reader.close();
    });

    test('one who joins in the middle has what was before in the ack and the rest as frames', async () => {
      const { sessionId, gate, runId } = await world().hold();
      const reader = await world().streamSession(sessionId);
      const { snapshot } = await reader.ack();
      expect(snapshot.focusedRunId).toBe(runId);
      gate.open();
      const events = await reader.eventsUntil(ended);
      const log = await logOf({ sessionId });
      expect([...seqs(snapshot.replay), ...seqs(events)]).toEqual(seqs(log));
      reader.close();
    });

    test('one who comes back gets what was missed, and no replay', async () => {
      const { sessionId } = await world().complete('Hello');
      const log = await logOf({ sessionId });
      for (const [query, options] of [
        [{}, { lastEventId: 3 }],
        [{ after: 3 }, {}],
        // The header wins: a browser that comes back by itself has moved on since the address was made.
        [{ after: 1 }, { lastEventId: 3 }],
      ] as const) {
        const reader = await world().streamSession(sessionId, query, options);
        const { snapshot } = await reader.ack();
        expect(snapshot).toMatchObject({ seq: log.length, replay: [] });
        const events = await reader.eventsUntil(({ seq }) => seq === log.length);
        expect(events).toEqual(log.slice(3));
        reader.close();
      }
    });

    test('an empty Last-Event-ID is none', async () => {
      const { sessionId } = await world().complete('Hello');
      const reader = await world().streamSession(sessionId, {}, { headers: { 'last-event-id': '' } });
      expect((await reader.ack()).snapshot.replay.length).toBeGreaterThan(0);
      reader.close();
    });

    test('from the beginning the whole log comes as frames', async () => {
      const { sessionId } = await world().complete('Hello');
      const reader = await world().streamSession(sessionId, { after: 0 });
      expect((await reader.ack()).snapshot.replay).toEqual([]);
      const log = await logOf({ sessionId });
      expect(await reader.eventsUntil(({ seq }) => seq === log.length)).toEqual(log);
      reader.close();
    });

    test('a cursor that the log has not reached, or that is none, is refused', async () => {
      const { sessionId, runId } = await world().complete('Hello');
      const head = (await logOf({ sessionId })).length;
      for (const query of [{ after: head + 1 }, { after: 999_999_999 }, { after: -1 }, { after: 'x' }]) {
        for (const opening of [world().streamSession(sessionId, query), world().streamRun(runId, query)]) {
          expect(await refusedStream(opening)).toMatchObject({ status: 400, code: 'validation_failed' });
        }
      }
      for (const id of [String(head + 1), '-1', '1.5', 'x', '9'.repeat(40)]) {
        const opening = world().streamSession(sessionId, {}, { headers: { 'last-event-id': id } });
        expect(await refusedStream(opening)).toMatchObject({ status: 400, code: 'validation_failed' });
      }
      const atHead = await world().streamSession(sessionId, { after: head });
      expect((await atHead.ack()).snapshot.seq).toBe(head);
      atHead.close();
    });

    test('types choose what comes, in the ack and as frames', async () => {
      const { sessionId } = await world().complete('Hello');
      const types = ['run_queued', 'run_completed'];
      const reader = await world().streamSession(sessionId, { types: types.join(',') });
      const { snapshot } = await reader.ack();
      expect(snapshot.replay.map(({ event }) => event.type)).toEqual(types);
      await world().complete('Hello', sessionId);
      const events = await reader.eventsUntil(ended);
      expect(events.map(({ type }) => type)).toEqual(types);
      reader.close();
    });

    test('the stream of a run has its events only and ends behind the last', async () => {
      const { sessionId, runId, gate } = await world().hold();
      const reader = await world().streamRun(runId);
      const ack = await reader.ack();
      expect(ack).toMatchObject({ runId, snapshot: { focusedRunId: runId } });
      const behind = await world().start('Hello', sessionId);
      gate.open();
      const events = await reader.eventsToEnd();
      expect([...seqs(ack.snapshot.replay), ...seqs(events)]).toEqual(seqs(await logOf({ runId })));
      await world().ended(behind.runId);
    });

    test('the stream of a run that has ended ends at once, whatever was asked of it', async () => {
      const { runId } = await world().complete('Hello');
      const log = await logOf({ runId });
      const last = log.at(-1)?.seq ?? 0;
      const whole = await world().streamRun(runId);
      expect(seqs((await whole.ack()).snapshot.replay)).toEqual(seqs(log));
      expect(await whole.eventsToEnd()).toEqual([]);
      const expected: [Record<string, string | number>, number | undefined, EventEnvelope[]][] = [
        [{ after: 0 }, undefined, log],
        [{ after: 0, types: 'turn_start' }, undefined, log.filter(({ type }) => type === 'turn_start')],
        [{ after: 0, types: 'nothing' }, undefined, []],
        [{}, last, []],
        [{ types: 'turn_start' }, last, []],
        [{}, last - 1, log.slice(-1)],
      ];
      for (const [query, lastEventId, events] of expected) {
        const options = lastEventId === undefined ? {} : { lastEventId };
        const reader = await world().streamRun(runId, query, options);
        await reader.ack();
        expect(await reader.eventsToEnd()).toEqual(events);
      }
    });

    test('the stream of a run ends also for one who wants other types only', async () => {
      const { runId, gate } = await world().hold();
      const reader = await world().streamRun(runId, { types: 'turn_end' });
      await reader.ack();
      gate.open();
      expect((await reader.eventsToEnd()).map(({ type }) => type)).toEqual(['turn_end']);
    });

    test('the stream of a queued run ends when the run is cancelled in the queue', async () => {
      const held = await world().hold();
      const queued = await world().start('Hello', held.sessionId);
      const reader = await world().streamRun(queued.runId);
      await reader.ack();
      await world().client.ask('cancelRun', { params: { runId: queued.runId } });
      expect((await reader.eventsToEnd()).map(({ type }) => type)).toEqual(['run_cancelled']);
      held.gate.open();
      await world().ended(held.runId);
    });

    test('a session can be followed for one of its runs', async () => {
      const { sessionId, runId } = await world().complete('Hello');
      const other = await world().complete('Hello');
      const reader = await world().streamSession(sessionId, { runId });
      expect((await reader.ack()).runId).toBe(runId);
      expect(await reader.eventsToEnd()).toEqual([]);
      const foreign = world().streamSession(sessionId, { runId: other.runId });
      expect(await refusedStream(foreign)).toMatchObject({ status: 404, message: 'run not found' });
    });

    test('streams of what is not there are refused', async () => {
      expect(await refusedStream(world().streamRun('nothing'))).toMatchObject({
        status: 404,
        code: 'run_not_found',
      });
      expect(await refusedStream(world().streamSession('nothing'))).toMatchObject({
        status: 404,
        code: 'session_not_found',
      });
      const { sessionId } = await world().complete('Hello');
      const odd = world().streamSession(sessionId, { mode: 'own' });
      expect(await refusedStream(odd)).toMatchObject({ status: 400, code: 'validation_failed' });
    });

    test('a session that is deleted ends its streams', async () => {
      const { sessionId } = await world().complete('Hello');
      const readers = await Promise.all([
        world().streamSession(sessionId),
        world().streamSession(sessionId, { types: 'nothing' }),
        world().streamSession(sessionId, { after: 0 }),
      ]);
      for (const reader of readers) await reader.ack();
      await world().client.ask('deleteSession', { params: { sessionId } });
      await Promise.all(readers.map((reader) => reader.eventsToEnd()));
    });
  });
}
