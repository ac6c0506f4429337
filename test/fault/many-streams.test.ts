/** More streams than the server holds: it says so, keeps those it holds, and goes on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { script, type World } from '../contract/http/world.js';
import { readRefusal } from '../support/http-client.js';
import { residentBytes } from '../support/processes.js';
import { SseReader, StreamRefused } from '../support/sse-reader.js';
import { Program } from './program.js';

const attempts = 3000;
const held = 1000;
const events = 100;
const growthMax = 200 * 1024 * 1024;

describe(`${attempts} streams on a server that holds ${held}`, () => {
  let program: Program;
  let world: World;

  beforeAll(async () => {
    program = await Program.start(['--streams-max', String(held)]);
    world = program.world;
  });
  afterAll(() => program?.leave());

  test('so many are held to the end without a loss, the others are told why not', async () => {
    const gate = world.gate();
    const { sessionId, runId } = await world.start(
      script(gate.step, { emit: { count: events, bytes: 100 } }),
    );
    await world.reaches(runId, 'running');
    const before = residentBytes(program.pid);
    const path = `/admin/sessions/${sessionId}/events/stream`;
    const outcomes = await Promise.allSettled(
      Array.from({ length: attempts }, () => SseReader.open(world.server, path)),
    );
    const readers = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refusals = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(readers).toHaveLength(held);
    for (const reason of refusals) {
      if (!(reason instanceof StreamRefused)) throw reason;
      const refusal = readRefusal(reason.answer);
      expect(refusal).toMatchObject({ status: 503, code: 'too_many_streams' });
      expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect((await world.client.ask('getStatus')).openStreams).toBe(held);
    gate.open();
    await world.ended(runId);
    const { headSeq } = await world.client.ask('getSession', { params: { sessionId } });
    await Promise.all(
      readers.map(async (reader) => {
        const { snapshot } = await reader.ack();
        const live = await reader.eventsUntil(({ seq }) => seq === headSeq);
        const seqs = [...snapshot.replay, ...live].map(({ seq }) => seq);
        expect(seqs).toEqual(Array.from({ length: headSeq }, (_, index) => index + 1));
        reader.close();
      }),
    );
    expect(residentBytes(program.pid) - before).toBeLessThan(growthMax);
    await world.complete('Hello', sessionId);
  });
});
