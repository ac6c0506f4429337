/** When a call is sent again, and what it says when it is not. */
import { afterEach, describe, expect, test } from 'vitest';
import { Calls } from '../../src/client/calls.js';
import { ApiError, type ClientOptions, ConnectionError, createClient } from '../../src/client/index.js';
import { neverMs, QuickClock } from '../support/quick-clock.js';
import { cut, hang, json, refusal, ScriptedServer, type Step } from '../support/scripted-server.js';

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

async function clientOf(steps: readonly Step[], more: Partial<ClientOptions> = {}) {
  const scripted = await ScriptedServer.start(...steps);
  server = scripted;
  const clock = new QuickClock();
  const client = createClient({
    url: scripted.url,
    token: 't',
    clock,
    tryMsMax: neverMs,
    random: () => 1,
    ...more,
  });
  return { client, clock, requests: scripted.requests };
}

const ok = json(200, { status: 'ok' });
const queued = { runId: 'run_1', sessionId: 'ses_1', status: 'queued' };
const body = { projectId: 'rex', prompt: 'Hello' };
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => error,
  );

describe('retries', () => {
  test('a read is sent again after a broken connection and after refusals that pass', async () => {
    const steps = [cut, refusal(503, 'draining'), refusal(429, 'queue_full'), json(502, {}), ok];
    const { client, requests } = await clientOf(steps);
    expect(await client.server.health()).toEqual({ status: 'ok' });
    expect(requests).toHaveLength(5);
  });

  test('delays double up to their bound', async () => {
    const { client, clock } = await clientOf([cut, cut, cut, cut, ok], { retry: { delayMsMax: 3000 } });
    await client.server.health();
    expect(clock.waited).toEqual([500, 1000, 2000, 3000]);
  });

  test('delays are spread over their second half', async () => {
    const { client, clock } = await clientOf([cut, cut, ok], { random: () => 0 });
    await client.server.health();
    expect(clock.waited).toEqual([250, 500]);
  });

  test('a try does not come sooner than the server asks', async () => {
    const steps = [refusal(503, 'draining', { 'retry-after': '7' }), ok];
    const { client, clock } = await clientOf(steps);
    await client.server.readiness();
    expect(clock.waited).toEqual([7500]);
  });

  test('a call that would have to wait beyond its time fails at once', async () => {
    const { client, clock } = await clientOf([refusal(429, 'queue_full', { 'retry-after': '60' })]);
    const error = await failure(client.runs.create(body));
    expect(error).toMatchObject({ code: 'queue_full', status: 429, retryable: true, retryAfterMs: 60_000 });
    expect(clock.waited).toEqual([]);
  });

  test('a call gives up when its time is over, with the error of its last try', async () => {
    const { client, clock, requests } = await clientOf([cut]);
    const error = await failure(client.server.health());
    expect(error).toBeInstanceOf(ConnectionError);
    expect(clock.waited).toEqual([500, 1000, 2000, 4000]);
    expect(requests).toHaveLength(5);
    await failure(client.server.health({ retryMsMax: 0 }));
    expect(requests).toHaveLength(6);
  });

  test('a POST keeps its key through all tries, and the next has another', async () => {
    const { client, requests } = await clientOf([cut, refusal(503, 'draining'), json(201, queued)]);
    expect(await client.runs.create(body)).toEqual(queued);
    await client.runs.create(body);
    const keys = requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]]);
    expect(keys[3]).not.toBe(keys[0]);
    await client.runs.create(body, { idempotencyKey: 'mine' });
    expect(requests.at(-1)?.headers['idempotency-key']).toBe('mine');
  });

  test.each([['update'], ['delete']] as const)(
    '%s is not sent again when nobody knows its effect',
    async (name) => {
      const { client, requests } = await clientOf([cut, json(503, {}), refusal(503, 'draining'), ok]);
      const change = () =>
        name === 'update' ? client.projects.update('rex', {}) : client.projects.delete('rex');
      expect(await failure(change())).toBeInstanceOf(ConnectionError);
      expect(await failure(change())).toMatchObject({ status: 503, code: undefined });
      expect(requests).toHaveLength(2);
      await change();
      expect(requests).toHaveLength(4);
    },
  );

  test.each([[400], [401], [404], [409], [500]])('a refusal with %s is final', async (status) => {
    const { client, requests } = await clientOf([refusal(status, 'some_code')]);
    const error = await failure(client.runs.create(body));
    expect(error).toMatchObject({
      status,
      retryable: false,
      code: 'some_code',
      message: 'refused: some_code',
    });
    expect(requests).toHaveLength(1);
  });
});

describe('answers', () => {
  test('an answer of somebody else is told apart', async () => {
    const page: Step = (response) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    const { client, requests } = await clientOf([page, json(404, 'text')]);
    expect(await failure(client.server.health())).toMatchObject({
      status: 200,
      code: undefined,
      retryable: false,
    });
    const error = await failure(client.server.health());
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 404, code: undefined });
    expect(requests).toHaveLength(2);
  });

  test('the token goes with every request, and only where there is one', async () => {
    const { client, requests } = await clientOf([ok]);
    await client.server.status();
    expect(requests[0]?.headers['x-cp-token']).toBe('t');
    await createClient({ url: `${server?.url}/` }).server.status();
    expect(requests[1]?.headers).not.toHaveProperty('x-cp-token');
    expect(requests[1]?.path).toBe('/admin/status');
  });

  test('an answer that takes too long counts as none, and a wait has its own time on top', async () => {
    const clock = new QuickClock();
    const { client, requests } = await clientOf([hang], { tryMsMax: 20, clock });
    const error = await failure(client.runs.wait('run_1', { timeoutMs: 300 }, { retryMsMax: 0 }));
    expect(error).toMatchObject({ name: 'ConnectionError', retryable: true });
    expect(clock.waited).toEqual([320]);
    expect(requests.length).toBeLessThanOrEqual(1);
  });

  test('an answer of bytes is handed on as it is', async () => {
    const png = Buffer.from([0x89, 0x50, 0xff, 0x00]);
    const scripted = await ScriptedServer.start(
      (response) => void response.writeHead(200, { 'content-type': 'image/png' }).end(png),
      refusal(404, 'run_not_found'),
    );
    server = scripted;
    const surroundings = { fetch, clock: new QuickClock(), random: () => 1 };
    const backoff = { delayFirstMs: 1, delayMsMax: 1 };
    const settings = { url: scripted.url, token: undefined, backoff, tryMsMax: neverMs, retryMsMax: 0 };
    const calls = new Calls(surroundings, settings);
    const body: unknown = (await calls.ask('GET /bytes', { bytes: true })).body;
    expect(body).toBeInstanceOf(Blob);
    expect((body as Blob).type).toBe('image/png');
    expect(Buffer.from(await (body as Blob).arrayBuffer())).toEqual(png);
    expect(await failure(calls.ask('GET /bytes', { bytes: true }))).toMatchObject({ code: 'run_not_found' });
  });

  test('a token that no header can carry is refused before anything is sent', async () => {
    const { client, requests } = await clientOf([ok], { token: 'a\nb' });
    expect(await failure(client.server.status())).toBeInstanceOf(TypeError);
    expect(requests).toEqual([]);
  });

  test('an address that is none is refused before anything is sent', () => {
    expect(() => createClient({ url: 'nothing' })).toThrow(TypeError);
  });
});

test('what does not fit its route does not compile, and is refused', async () => {
  const { client } = await clientOf([refusal(400, 'validation_failed')]);
  const wrong = [
    // @ts-expect-error: the prompt is missing.
    () => client.runs.create({ projectId: 'rex' }),
    // @ts-expect-error: there is no such status.
    () => client.runs.list({ status: 'sleeping' }),
    // @ts-expect-error: a number is no text.
    () => client.runs.wait('run_1', { timeoutMs: '3' }),
    // @ts-expect-error: there is no such decision.
    () => client.permissions.decide('req_1', { decision: 'perhaps' }),
  ];
  for (const ask of wrong) expect(await failure(ask())).toMatchObject({ code: 'validation_failed' });
  // @ts-expect-error: there is no such route.
  expect(await failure(client.ask('getNothing'))).toBeInstanceOf(TypeError);
});

describe('abort', () => {
  const reason = new Error('enough');

  test('a signal that aborted before lets nothing out', async () => {
    const { client, requests } = await clientOf([ok]);
    expect(await failure(client.server.health({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(requests).toEqual([]);
  });

  test('a signal ends a call that waits for its answer', async () => {
    const leaving = new AbortController();
    const { client } = await clientOf([() => leaving.abort(reason)]);
    expect(await failure(client.runs.create(body, { signal: leaving.signal }))).toBe(reason);
  });

  test('a signal ends the pause before the next try', async () => {
    const leaving = new AbortController();
    const clock = {
      now: () => 0,
      after: (ms: number) => {
        if (ms < neverMs) queueMicrotask(() => leaving.abort(reason));
        return () => undefined;
      },
    };
    const { client, requests } = await clientOf([cut], { clock });
    expect(await failure(client.server.health({ signal: leaving.signal }))).toBe(reason);
    expect(requests).toHaveLength(1);
  });
});

test('pages are asked for one by one, with the cursor of the one before', async () => {
  const next = (cursor: string) => ({ link: `</admin/sessions?limit=2&cursor=${cursor}>; rel="next"` });
  const { client, requests } = await clientOf([
    json(200, ['a', 'b'], next('b')),
    json(200, ['c', 'd'], next('d%26')),
    json(200, []),
  ]);
  const seen: unknown[] = [];
  for await (const page of client.pages('listSessions', { query: { limit: 2 } })) seen.push(...page);
  expect(seen).toEqual(['a', 'b', 'c', 'd']);
  expect(requests.map(({ path }) => path)).toEqual([
    '/admin/sessions?limit=2',
    '/admin/sessions?limit=2&cursor=b',
    '/admin/sessions?limit=2&cursor=d%26',
  ]);
});
