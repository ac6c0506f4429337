/** Streams in trouble that a sound server does not make: what the reader gets, and what it is told. */
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type ClientOptions,
  type ConnectionState,
  createClient,
  type EventEnvelope,
  type FollowOptions,
} from '../../src/client/index.js';
import { systemClock } from '../../src/client/surroundings.js';
import { neverMs, QuickClock } from '../support/quick-clock.js';
import { cut, hang, json, refusal, ScriptedServer, type Step, stream } from '../support/scripted-server.js';

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

const alive = ': alive\n\n';

function ack(seq: number, streamId = 'log-1'): string {
  return `event: ack\ndata: ${JSON.stringify({ streamId, snapshot: { seq, replay: [], runs: [] } })}\n\n`;
}

function event(seq: number, type = 'notice', runId?: string): string {
  const envelope = { seq, type, runId, event: { type } };
  return `id: ${seq}\ndata: ${JSON.stringify(envelope)}\n\n`;
}

const events = (...seqs: readonly number[]) => seqs.map((seq) => event(seq)).join('');

interface Following {
  told: number[];
  states: ConnectionState[];
  requests: ScriptedServer['requests'];
  clock: QuickClock;
  /** The error it ended with. */
  error?: unknown;
}

/** Follows until `seqMax` was told, or the iteration ends. */
async function follow(
  steps: readonly Step[],
  { seqMax = Infinity, ...options }: FollowOptions & { seqMax?: number; runId?: string } = {},
  more: Partial<ClientOptions> = {},
): Promise<Following> {
  const scripted = await ScriptedServer.start(...steps);
  server = scripted;
  const clock = new QuickClock();
  const client = createClient({ url: scripted.url, clock, tryMsMax: neverMs, ...more });
  const following: Following = { told: [], states: [], requests: scripted.requests, clock };
  const onState = (state: ConnectionState) => void following.states.push(state);
  try {
    for await (const { seq } of client.sessions.events('ses_1', {
      onState,
      silenceMsMax: neverMs,
      ...options,
    })) {
      following.told.push(seq);
      if (seq >= seqMax) break;
    }
  } catch (error) {
    following.error = error;
  }
  return following;
}

const afters = ({ requests }: Following) => requests.map(({ path }) => /after=(\d+)/.exec(path)?.[1]);

describe('a stream', () => {
  test('goes on behind the last event when the connection breaks, within a frame too', async () => {
    const half = event(3).slice(0, 20);
    const broken: Step = (response, request) => {
      void stream([ack(9), events(1, 2), half])(response, request);
      setImmediate(() => response.destroy());
    };
    const following = await follow([broken, stream([ack(9), events(3, 4)])], { seqMax: 4 });
    expect(following.told).toEqual([1, 2, 3, 4]);
    expect(afters(following)).toEqual(['0', '2']);
  });

  test('goes on when the server closes it in good order', async () => {
    const following = await follow(
      [
        stream([ack(2), events(1, 2)], { end: true }),
        json(502, {}),
        refusal(503, 'draining'),
        stream([ack(3), events(3)]),
      ],
      { seqMax: 3 },
    );
    expect(following.told).toEqual([1, 2, 3]);
    expect(afters(following)).toEqual(['0', '2', '2', '2']);
  });

  test('tells an event once that comes twice', async () => {
    const following = await follow([stream([ack(4), events(1, 2, 2, 1, 3, 2, 4)])], { seqMax: 4 });
    expect(following.told).toEqual([1, 2, 3, 4]);
    expect(following.requests).toHaveLength(1);
  });

  test('asks once more for events that are missing', async () => {
    const following = await follow([stream([ack(2), events(1, 2, 4)]), stream([ack(4), events(3, 4)])], {
      seqMax: 4,
    });
    expect(following.told).toEqual([1, 2, 3, 4]);
    expect(afters(following)).toEqual(['0', '2']);
  });

  test('throws when they are missing again, and tells nothing behind the gap', async () => {
    const following = await follow([stream([ack(2), events(1, 2, 5)]), stream([ack(2), events(5, 6)])]);
    expect(following.told).toEqual([1, 2]);
    expect(following.error).toMatchObject({ name: 'StreamGapError', after: 2, found: 5, retryable: false });
  });

  test('skips numbers up to the head, where the server has removed deltas', async () => {
    const following = await follow([stream([ack(9), events(1, 5, 9, 10)])], { seqMax: 10 });
    expect(following.told).toEqual([1, 5, 9, 10]);
    expect(following.requests).toHaveLength(1);
  });

  test('with a filter skips numbers', async () => {
    const following = await follow([stream([ack(9), events(2, 5, 9)])], {
      seqMax: 9,
      types: ['notice', 'turn_end'],
    });
    expect(following.told).toEqual([2, 5, 9]);
    expect(following.requests[0]?.path).toContain('types=notice%2Cturn_end');
  });

  test('does not take another log for its own', async () => {
    const following = await follow([
      stream([ack(1), events(1)], { end: true }),
      stream([ack(5, 'log-2'), events(2)]),
    ]);
    expect(following.told).toEqual([1]);
    expect(following.error).toMatchObject({ name: 'StreamGapError' });
  });

  test('passes over named frames that it does not know', async () => {
    const unknown = 'event: news\ndata: {"seq":7}\n\n';
    const following = await follow([stream([ack(1), unknown, events(1)])], { seqMax: 1 });
    expect(following.told).toEqual([1]);
  });

  test('may be cut between the bytes of a character', async () => {
    const bytes = Buffer.from(ack(1) + event(1, 'grüße 👋'));
    const scripted = await ScriptedServer.start(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const byte of bytes) {
        response.write(Buffer.of(byte));
        await new Promise((done) => setImmediate(done));
      }
    });
    server = scripted;
    const following = createClient({ url: scripted.url }).sessions.events('ses_1');
    expect((await following.next()).value).toMatchObject({ seq: 1, type: 'grüße 👋' });
    await following.return?.();
  });

  test('that is silent is made anew', async () => {
    const following = await follow(
      [stream([ack(1), events(1)]), stream([ack(2), events(2)])],
      {
        seqMax: 2,
        silenceMsMax: 100,
      },
      { clock: systemClock },
    );
    expect(following.told).toEqual([1, 2]);
  });
});

describe('an expired cursor', () => {
  const expired = `event: cursor_expired\ndata: {"oldestSeq":5}\n\n`;

  test('is thrown to a reader that did not ask to be told', async () => {
    const following = await follow([stream([ack(6), expired, events(5, 6)])], { after: 2 });
    expect(following.told).toEqual([]);
    expect(following.error).toMatchObject({ name: 'CursorExpiredError', after: 2, oldestSeq: 5 });
  });

  test('is told to a reader that did, and the stream goes on from what is left', async () => {
    const oldest: number[] = [];
    const onCursorExpired = (seq: number) => void oldest.push(seq);
    const following = await follow([stream([ack(6), expired, events(5, 6)])], {
      after: 2,
      seqMax: 6,
      onCursorExpired,
    });
    expect({ oldest, told: following.told }).toEqual({ oldest: [5], told: [5, 6] });
  });
});

describe('the state of the connection', () => {
  test('is catching up until the head was told, then live', async () => {
    const following = await follow([stream([ack(3), events(1, 2, 3, 4)])], { seqMax: 4 });
    expect(following.states).toEqual(['connecting', 'catching_up', 'live']);
    await server?.close();
    const behind = await follow([stream([ack(3), events(1, 2)])], { seqMax: 2 });
    expect(behind.states).toEqual(['connecting', 'catching_up']);
    await server?.close();
    const atHead = await follow([stream([ack(3), events(4)])], { after: 3, seqMax: 4 });
    expect(atHead.states).toEqual(['connecting', 'live']);
  });

  test('is live with a filter once the server has nothing more to say', async () => {
    const step: Step = async (response, request) => {
      await stream([ack(9), event(2)])(response, request);
      setTimeout(() => response.write(alive), 20);
      setTimeout(() => response.write(event(12)), 40);
    };
    const following = await follow([step], { types: ['notice'], seqMax: 12 });
    expect(following.states).toEqual(['connecting', 'catching_up', 'live']);
  });

  test('is offline between tries, with the reason and the time of the next', async () => {
    const details: unknown[] = [];
    const following = await follow(
      [stream([ack(1), events(1)], { end: true }), cut, stream([ack(2), events(2)])],
      { seqMax: 2, onState: (state, more) => void details.push([state, more]) },
      { random: () => 1 },
    );
    expect(following.told).toEqual([1, 2]);
    expect(details).toMatchObject([
      ['connecting', {}],
      ['catching_up', {}],
      ['live', {}],
      ['offline', { retryInMs: 500 }],
      ['connecting', {}],
      ['offline', { retryInMs: 1000, error: { name: 'ConnectionError' } }],
      ['connecting', {}],
      ['catching_up', {}],
      ['live', {}],
    ]);
  });
});

describe('a stream ends', () => {
  test('when there is no connection for too long, with the error of the last try', async () => {
    const following = await follow([stream([ack(1), events(1)], { end: true }), cut], {
      offlineMsMax: 20_000,
    });
    expect(following.told).toEqual([1]);
    expect(following.error).toMatchObject({ name: 'ConnectionError' });
    expect(following.clock.now()).toBeLessThanOrEqual(20_000);
  });

  test('never for want of a connection when it is told to wait for ever', async () => {
    const steps = [...Array.from({ length: 60 }, () => cut), stream([ack(1), events(1)])];
    const following = await follow(steps, { seqMax: 1, offlineMsMax: Infinity });
    expect(following.told).toEqual([1]);
    expect(following.clock.now()).toBeGreaterThan(200_000);
  });

  test('connections that bring nothing but are made count as connections', async () => {
    const steps = [
      ...Array.from({ length: 60 }, () => stream([ack(0)], { end: true })),
      stream([ack(1), events(1)]),
    ];
    const following = await follow(steps, { seqMax: 1, offlineMsMax: 5000 });
    expect(following.told).toEqual([1]);
  });

  test('at once when the server refuses for good', async () => {
    const following = await follow([refusal(404, 'session_not_found')]);
    expect(following.error).toMatchObject({ name: 'ApiError', code: 'session_not_found', status: 404 });
    expect(following.requests).toHaveLength(1);
  });

  test('at once when what answers is no event stream', async () => {
    const following = await follow([json(200, { hello: 'world' })]);
    expect(following.error).toMatchObject({ name: 'ApiError', status: 200 });
  });

  test.each([
    ['while it waits for events', [stream([ack(1), events(1)])]],
    ['while it waits for an answer', [stream([ack(1), events(1)], { end: true }), hang]],
  ] satisfies [string, Step[]][])('with the reason of its signal %s', async (_when, steps) => {
    const leaving = new AbortController();
    const reason = new Error('enough');
    let wanted = steps.length;
    const onState = (state: ConnectionState) => {
      if (state === 'connecting') wanted -= 1;
      if (wanted === 0 && (steps.length > 1 || state === 'live')) setTimeout(() => leaving.abort(reason), 20);
    };
    const following = await follow(steps, { signal: leaving.signal, onState });
    expect(following.told).toEqual([1]);
    expect(following.error).toBe(reason);
  });

  test('with its connection when the reader leaves the loop', async () => {
    let closed: Promise<unknown> | undefined;
    const step: Step = (response, request) => {
      closed = once(response, 'close');
      return stream([ack(2), events(1, 2)])(response, request);
    };
    expect((await follow([step], { seqMax: 1 })).told).toEqual([1]);
    await closed;
  });
});

describe('a run', () => {
  const wait = json(200, { runId: 'run_1', sessionId: 'ses_1', status: 'completed', finalOutput: '4' });
  const page = (list: readonly Partial<EventEnvelope>[]) =>
    json(200, { events: list, total: list.length, hasMore: false });

  async function followRun(steps: readonly Step[], options: FollowOptions = {}) {
    const scripted = await ScriptedServer.start(...steps);
    server = scripted;
    const client = createClient({ url: scripted.url, clock: new QuickClock(), tryMsMax: neverMs });
    const iterator = client.runs
      .follow('run_1', { silenceMsMax: neverMs, ...options })
      [Symbol.asyncIterator]();
    const told: number[] = [];
    for (;;) {
      const { done, value } = await iterator.next();
      if (done)
        return { told, outcome: value, paths: scripted.requests.map(({ path }) => path.split('?')[0]) };
      told.push(value.seq);
    }
  }

  test('is followed to its end, whatever of it one asked for, and its outcome comes last', async () => {
    const all = [ack(9), event(3, 'turn_start', 'run_1'), event(7, 'run_completed', 'run_1'), event(9)];
    const { told, outcome } = await followRun([stream(all), wait], { types: ['turn_start'] });
    expect({ told, outcome }).toMatchObject({
      told: [3],
      outcome: { status: 'completed', finalOutput: '4' },
    });
    expect(server?.requests[0]?.path).toContain(
      'types=turn_start%2Crun_completed%2Crun_failed%2Crun_cancelled',
    );
  });

  test('is followed on when the server closes the stream before its end', async () => {
    const steps = [
      stream([ack(9), event(3, 'turn_start', 'run_1')], { end: true }),
      page([]),
      stream([ack(9), event(7, 'run_failed', 'run_1')]),
      wait,
    ];
    expect((await followRun(steps)).told).toEqual([3, 7]);
  });

  test('is over for one who has had its last event', async () => {
    const steps = [stream([ack(9)], { end: true }), page([{ seq: 7 }]), wait];
    const { told, paths } = await followRun(steps, { after: 7 });
    expect(told).toEqual([]);
    expect(paths).toHaveLength(3);
  });

  test('is waited for as long as it takes, across failures', async () => {
    const still = json(200, { runId: 'run_1', sessionId: 'ses_1', status: 'running', timedOut: true });
    const created = json(201, { runId: 'run_1', sessionId: 'ses_1', status: 'queued' });
    const scripted = await ScriptedServer.start(created, still, cut, still, wait);
    server = scripted;
    const client = createClient({ url: scripted.url, clock: new QuickClock(), tryMsMax: neverMs });
    const outcome = await client.runs.createAndWait({ projectId: 'rex', prompt: 'What is 2+2?' });
    expect(outcome).toMatchObject({ status: 'completed', finalOutput: '4' });
    expect(scripted.requests).toHaveLength(5);
  });
});
