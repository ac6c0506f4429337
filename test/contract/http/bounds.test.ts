/** The bounds of the server, each set small enough to be met. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRefusal } from '../../support/http-client.js';
import { until } from '../../support/processes.js';
import { startServerProcess } from '../../support/server-process.js';
import { refusedStream, type SseReader } from '../../support/sse-reader.js';
import { script, World } from './world.js';

const queuedPerSession = 3;
const queuedTotal = 5;
const streams = 5;
const waits = 3;
const replayed = 10;

describe('bounds', () => {
  let world: World;

  beforeAll(async () => {
    const args = {
      'queued-runs-per-session-max': queuedPerSession,
      'queued-runs-max': queuedTotal,
      'streams-max': streams,
      'waits-max': waits,
      'heartbeat-ms': 50,
      'replay-events-max': replayed,
    };
    const { url, stop } = await startServerProcess({
      args: Object.entries(args).flatMap(([flag, value]) => [`--${flag}`, String(value)]),
    });
    world = await World.enter({ baseUrl: url, token: 'dev', stop });
  });
  afterAll(() => world?.leave());

  const openStreams = async () => (await world.client.ask('getStatus')).openStreams;
  const attempt = (sessionId: string) =>
    world.start('Hello', sessionId).then(
      ({ runId }) => runId,
      () => undefined,
    );
  const refusedRun = (sessionId: string) =>
    world.client.refused('createRun', {
      body: { projectId: world.project.projectId, prompt: 'Hello', session: { policy: 'resume', sessionId } },
    });

  test('a session takes so many queued runs, also of many at once, and loses none of them', async () => {
    const { sessionId, runId, gate } = await world.hold();
    const taken = (await Promise.all(Array.from({ length: 20 }, () => attempt(sessionId)))).filter(
      (id) => id !== undefined,
    );
    expect(taken).toHaveLength(queuedPerSession);
    const refusal = await refusedRun(sessionId);
    expect(refusal).toMatchObject({ status: 429, code: 'queue_full' });
    expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(0);
    gate.open();
    for (const id of [runId, ...taken]) await world.ended(id);
    const { total } = await world.client.ask('listSessionRuns', { params: { sessionId } });
    expect(total).toBe(1 + queuedPerSession);
    await world.complete('Hello', sessionId);
  });

  test('the server takes so many queued runs of all sessions', async () => {
    const held = [await world.hold(), await world.hold()];
    const posts = held.flatMap(({ sessionId }) => Array.from({ length: 10 }, () => attempt(sessionId)));
    const taken = (await Promise.all(posts)).filter((id) => id !== undefined);
    expect(taken).toHaveLength(queuedTotal);
    expect(await refusedRun(await world.newSession())).toMatchObject({ status: 429, code: 'queue_full' });
    for (const { gate } of held) gate.open();
    for (const id of [...held.map(({ runId }) => runId), ...taken]) await world.ended(id);
  });

  test('so many streams are held, also of many at once, and a place that is left is free', async () => {
    const { sessionId } = await world.complete('Hello');
    // A store that is busy answers late, and many are on their way in at the same time.
    const busy = await world.start(script({ emit: { count: 5_000_000, bytes: 1000 } }));
    await world.reaches(busy.runId, 'running');
    const openings = Array.from({ length: 40 }, () => world.streamSession(sessionId));
    const outcomes = await Promise.allSettled(openings);
    const held: SseReader[] = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value] : [],
    );
    expect(held).toHaveLength(streams);
    expect(await openStreams()).toBe(streams);
    const refusal = await refusedStream(world.streamSession(sessionId));
    expect(refusal).toMatchObject({ status: 503, code: 'too_many_streams' });
    expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(0);
    held[0]?.close();
    await until('the place is free', async () => (await openStreams()) === streams - 1);
    const late = await world.streamSession(sessionId);
    expect((await late.ack()).sessionId).toBe(sessionId);
    for (const reader of [...held, late]) reader.close();
    await world.client.ask('cancelRun', { params: { runId: busy.runId } });
    await until('all places are free', async () => (await openStreams()) === 0);
  });

  test('one who is gone before the stream begins holds no place', async () => {
    const { sessionId } = await world.complete('Hello');
    const headers = { 'x-cp-token': 'dev' };
    const path = `/admin/sessions/${sessionId}/events/stream`;
    for (let round = 0; round < 50; round += 1) {
      const leaving = new AbortController();
      const opening = world.client.raw({ path, headers, signal: leaving.signal });
      setImmediate(() => leaving.abort());
      // It may be refused before it leaves: those before it have left, and the server is about to notice.
      await opening.catch(() => undefined);
    }
    await until('all places are free', async () => (await openStreams()) === 0);
    const readers = await Promise.all(Array.from({ length: streams }, () => world.streamSession(sessionId)));
    for (const reader of readers) reader.close();
    await until('they are free again', async () => (await openStreams()) === 0);
  });

  test('a silent stream shows signs of life', async () => {
    const reader = await world.streamSession(await world.newSession());
    await reader.ack();
    for (let beat = 0; beat < 3; beat += 1) {
      const { comment, ...others } = (await reader.next()) ?? {};
      expect(comment).toBeTypeOf('string');
      expect(others).toEqual({});
    }
    reader.close();
  });

  test('so many may wait, and the place of one who left is free', async () => {
    const { runId, gate } = await world.hold();
    const leaving = new AbortController();
    const params = { runId };
    const waiting = Array.from({ length: waits }, () =>
      world.client.call('waitForRun', { params, query: { timeoutMs: 45_000 }, signal: leaving.signal }),
    );
    const path = `/admin/runs/${runId}/wait?timeoutMs=0`;
    const ask = () => world.client.raw({ path, headers: { 'x-cp-token': 'dev' } });
    const refused = await until('no place is left', async () => {
      const answer = await ask();
      return answer.status !== 200 && answer;
    });
    expect(readRefusal(refused)).toMatchObject({ status: 503, code: 'too_many_waits' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    leaving.abort();
    await Promise.allSettled(waiting);
    await until('a place is free', async () => (await ask()).status === 200);
    gate.open();
    await world.ended(runId);
  });

  test('the replay of an ack is bounded, and says where it begins', async () => {
    const { sessionId } = await world.complete(script({ emit: { count: 50 } }));
    const reader = await world.streamSession(sessionId);
    const { snapshot } = await reader.ack();
    const oldestSeq = snapshot.seq - replayed + 1;
    expect(snapshot.replay.map(({ seq }) => seq)).toEqual(
      Array.from({ length: replayed }, (_, index) => oldestSeq + index),
    );
    expect(snapshot.replayInfo).toEqual({ truncated: true, oldestSeq });
    reader.close();
  });
});
