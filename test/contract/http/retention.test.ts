/** What a client sees of logs whose deltas, oldest events or sessions are removed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../support/processes.js';
import { startServerProcess } from '../../support/server-process.js';
import { World } from './world.js';

async function enterWith(settings: Record<string, number>): Promise<World> {
  const args = { 'sweep-ms': 20, ...settings };
  const { url, stop } = await startServerProcess({
    args: Object.entries(args).flatMap(([flag, value]) => [`--${flag}`, String(value)]),
  });
  return World.enter({ baseUrl: url, token: 'dev', stop });
}

test('the status of the server tells what it keeps, and for how long', async () => {
  const world = await enterWith({ 'logs-kept-ms': 86_400_000, 'log-events-max': 5000 });
  expect(await world.client.ask('getStatus')).toMatchObject({
    retention: {
      deltasKeptMs: 86_400_000,
      logsKeptMs: 86_400_000,
      logEventsMax: 5000,
      archivedKeptMs: 0,
      answersKeptMs: 86_400_000,
    },
  });
  await world.leave();
});

describe('deltas of ended runs', () => {
  let world: World;
  beforeAll(async () => {
    world = await enterWith({ 'deltas-kept-ms': 1 });
  });
  afterAll(() => world?.leave());

  test('go away, and totals, pages and streams say what is left', async () => {
    const { sessionId, runId } = await world.complete('Hello');
    const params = { sessionId };
    await until('the deltas are gone', async () => {
      const { total } = await world.events({ params, query: { types: 'message_update', limit: 0 } });
      return total === 0;
    });
    const { events, total } = await world.events({ params, query: { limit: 1000 } });
    const { headSeq, oldestSeq } = await world.client.ask('getSession', { params });
    expect(oldestSeq).toBeUndefined();
    expect(total).toBe(events.length);
    expect(events.at(-1)).toMatchObject({ type: 'run_completed', seq: headSeq });
    expect(events.length).toBeLessThan(headSeq);
    const stream = await world.streamRun(runId, { after: 0 });
    await stream.ack();
    expect(await stream.eventsToEnd()).toEqual(events.filter((event) => event.runId === runId));
    const { snapshot } = await (await world.streamSession(sessionId)).ack();
    expect(snapshot).toMatchObject({ seq: headSeq, replayInfo: { truncated: false, oldestSeq: 1 } });
    expect(snapshot.replay.map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq));
  });
});

describe('old events', () => {
  let world: World;
  beforeAll(async () => {
    world = await enterWith({ 'logs-kept-ms': 1 });
  });
  afterAll(() => world?.leave());

  test('go away, and a reader from before is told where the log goes on', async () => {
    const first = await world.complete('Hello');
    const { sessionId } = first;
    const params = { sessionId };
    const { oldestSeq, headSeq } = await until('the log was trimmed', async () => {
      const session = await world.client.ask('getSession', { params });
      return session.oldestSeq !== undefined && { ...session, oldestSeq: session.oldestSeq };
    });
    expect(oldestSeq).toBe(headSeq + 1);
    expect(await world.events({ params })).toEqual({ events: [], total: 0, hasMore: false });
    expect((await world.run(first.runId)).finalOutput).toBe(first.finalOutput);
    const { gate } = await world.hold(sessionId);
    const reader = await world.streamSession(sessionId, {}, { lastEventId: 1 });
    expect((await reader.ack()).snapshot.replay).toEqual([]);
    expect(await reader.next()).toEqual({ event: 'cursor_expired', data: JSON.stringify({ oldestSeq }) });
    expect(await reader.event()).toMatchObject({ seq: oldestSeq, type: 'run_queued' });
    const fresh = await world.streamSession(sessionId);
    expect((await fresh.ack()).snapshot.replay[0]?.seq).toBe(oldestSeq);
    const ofEnded = await world.streamRun(first.runId, { after: 0 });
    await ofEnded.ack();
    expect(await ofEnded.next()).toMatchObject({ event: 'cursor_expired' });
    expect(await ofEnded.next()).toBeUndefined();
    gate.open();
  });
});

describe('archived sessions', () => {
  let world: World;
  beforeAll(async () => {
    world = await enterWith({ 'archived-kept-ms': 1 });
  });
  afterAll(() => world?.leave());

  test('are deleted after their time, and others are not', async () => {
    const kept = await world.complete('Hello');
    const archived = await world.complete('Hello');
    const params = { sessionId: archived.sessionId };
    await world.client.ask('archiveSession', { params });
    await until('the session is gone', async () => {
      const sessions = await world.client.ask('listSessions', { query: { archived: 'all' } });
      return !sessions.some(({ sessionId }) => sessionId === archived.sessionId);
    });
    expect(await world.client.refused('getRun', { params: { runId: archived.runId } })).toMatchObject({
      code: 'run_not_found',
    });
    expect((await world.run(kept.runId)).status).toBe('completed');
  });
});
