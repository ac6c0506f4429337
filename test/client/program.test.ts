/** The client against the real program, which is killed, started again and slow to be read. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  type ConnectionState,
  createClient,
  type EventEnvelope,
} from '../../src/client/index.js';
import { script, type World } from '../contract/http/world.js';
import { wholeLog } from '../fault/log-rules.js';
import { Program } from '../fault/program.js';
import { until } from '../support/processes.js';

const seqs = (events: readonly EventEnvelope[]) => events.map(({ seq }) => seq);

describe('the client and the program', () => {
  let program: Program;
  let world: World;
  let client: Client;

  beforeAll(async () => {
    program = await Program.start();
    world = program.world;
    client = createClient({
      url: world.server.baseUrl,
      token: world.server.token,
      retry: { delayFirstMs: 50 },
    });
  });
  afterAll(() => program?.leave());

  test('a run is created and waited for in one call', async () => {
    const { projectId } = world.project;
    const outcome = await client.runs.createAndWait({ projectId, prompt: 'What is 2+2?' });
    expect(outcome).toMatchObject({ status: 'completed', finalOutput: '4' });
  });

  test('a run that fails is an outcome, not an error', async () => {
    const { projectId } = world.project;
    const prompt = script({ fail: 'no' });
    expect(await client.runs.createAndWait({ projectId, prompt })).toMatchObject({ status: 'failed' });
  });

  test('a run is followed from its first event to its outcome', async () => {
    const { runId, gate } = await world.hold();
    const told: EventEnvelope[] = [];
    const following = client.runs.follow(runId);
    for await (const envelope of following) {
      if (envelope.type === 'run_started') gate.open();
      told.push(envelope);
    }
    expect(told).toEqual((await world.events({ params: { runId }, query: { limit: 1000 } })).events);
    expect(await following.result()).toMatchObject({ runId, status: 'completed', finalOutput: 'let go' });
  });

  test('a session is followed for some types, for one run, and from a seq', async () => {
    const { sessionId, runId } = await world.complete('Hello');
    const other = await world.complete('Hello', sessionId);
    const log = await wholeLog(world, sessionId);
    const toldOf = async (options: Parameters<Client['sessions']['events']>[1], last: number | undefined) => {
      const told: EventEnvelope[] = [];
      for await (const envelope of client.sessions.events(sessionId, options)) {
        told.push(envelope);
        if (envelope.seq === last) break;
      }
      return told;
    };
    const ends = log.filter(({ type }) => type === 'run_completed');
    expect(await toldOf({ types: ['run_completed'] }, ends[1]?.seq)).toEqual(ends);
    expect(await toldOf({ after: 3 }, log.length)).toEqual(log.slice(3));
    for (const id of [runId, other.runId]) {
      expect(await toldOf({ runId: id }, undefined)).toEqual(log.filter((envelope) => envelope.runId === id));
    }
    expect(await toldOf({ runId, after: ends[0]?.seq ?? 0 }, undefined)).toEqual([]);
  });

  test('a seq behind the end of the log is refused', async () => {
    const { sessionId } = await world.complete('Hello');
    const following = client.sessions.events(sessionId, { after: 9999 }).next();
    await expect(following).rejects.toMatchObject({ name: 'ApiError', code: 'validation_failed' });
  });

  test('a stream ends with its session, and says so', async () => {
    const { sessionId } = await world.complete('Hello');
    const states: ConnectionState[] = [];
    const read = async () => {
      for await (const { seq } of client.sessions.events(sessionId, {
        onState: (state) => states.push(state),
      })) {
        expect(seq).toBeGreaterThan(0);
      }
    };
    const reading = expect(read()).rejects.toMatchObject({ code: 'session_not_found' });
    await until('the reader has caught up', () => states.includes('live'));
    await client.sessions.delete(sessionId);
    await reading;
  });

  test('a log is told whole and once across kills of the server, to many and slow readers alike', async () => {
    const prompt = script({ emit: { count: 2000, bytes: 200 } });
    const sessionId = await world.newSession();
    const leaving = new AbortController();
    const readers = Array.from({ length: 6 }, () => ({
      told: [] as EventEnvelope[],
      states: [] as string[],
    }));
    const reading = readers.map(async ({ told, states }, index) => {
      const onState = (state: ConnectionState) => void states.push(state);
      for await (const envelope of client.sessions.events(sessionId, { signal: leaving.signal, onState })) {
        told.push(envelope);
        // Every other reader gives the loop away at each event, and so falls behind.
        if (index % 2 === 1) await new Promise((done) => setImmediate(done));
      }
    });
    for (let round = 0; round < 2; round += 1) {
      const { runId } = await world.start(prompt, sessionId);
      const seen = readers[0]?.told.length ?? 0;
      await until('the readers are in the middle', () => (readers[0]?.told.length ?? 0) > seen + 100);
      await program.kill();
      await program.startAgain();
      await world.client.ask('waitForRun', { params: { runId } });
    }
    await world.complete('Hello', sessionId);
    const log = await wholeLog(world, sessionId);
    await until('all have read it', () => readers.every(({ told }) => told.length >= log.length));
    leaving.abort();
    await Promise.allSettled(reading);
    for (const { told, states } of readers) {
      expect(seqs(told)).toEqual(seqs(log));
      expect(told).toEqual(log);
      expect(states.filter((state) => state === 'offline').length).toBeGreaterThanOrEqual(2);
      expect(states.at(-1)).toBe('live');
    }
  });

  test('a run is waited for and followed across a restart', async () => {
    const { runId, sessionId } = await world.hold();
    const queued = await world.start('What is 2+2?', sessionId);
    const told: EventEnvelope[] = [];
    const following = client.runs.follow(queued.runId);
    const followed = (async () => {
      for await (const envelope of following) told.push(envelope);
    })();
    const outcome = following.result();
    await until('the stream is there', () => told.length > 0);
    await program.kill();
    await program.startAgain();
    await followed;
    expect(await outcome).toMatchObject({ status: 'completed' });
    const { events } = await world.events({ params: { runId: queued.runId }, query: { limit: 1000 } });
    expect(told).toEqual(events);
    await world.ended(runId, 'failed');
  });

  test('one who reads nothing for a while costs nothing and misses nothing', async () => {
    const { sessionId } = await world.start(script({ emit: { count: 5000, bytes: 4096 } }));
    const iterator = client.sessions.events(sessionId);
    const first = await iterator.next();
    expect(first.value?.seq).toBe(1);
    const [run] = (await client.sessions.listRuns(sessionId)).runs;
    await world.ended(run?.runId ?? '');
    const log = await wholeLog(world, sessionId);
    let seq = 1;
    for await (const envelope of iterator) {
      seq += 1;
      expect(envelope.seq).toBe(seq);
      if (seq === log.length) break;
    }
    expect(seq).toBe(log.length);
  });
});
