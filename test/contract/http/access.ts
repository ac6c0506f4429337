import { describe, expect, test } from 'vitest';
import { type Route, type RouteName, routes } from '../../../src/contract/index.js';
import { pathOf, readRefusal } from '../../support/http-client.js';
import { refusedStream, SseReader } from '../../support/sse-reader.js';
import { type InWorld, script } from './world.js';

const ids = {
  projectId: 'nothing',
  sessionId: 'nothing',
  runId: 'nothing',
  index: '0',
  requestId: 'nothing',
};
const all = Object.entries(routes) as [RouteName, Route][];
const closed = all.filter(([, { auth }]) => auth !== 'none');
const open = all.filter(([, { auth }]) => auth === 'none');

export function describeAccess(world: InWorld): void {
  const send = (route: Route, headers: Record<string, string>, query: Record<string, string> = {}) =>
    world().client.raw({ method: route.method, path: pathOf(route, ids, query), headers });

  describe('access', () => {
    test.each(closed)('%s answers 401 without a token and with a wrong one', async (_name, route) => {
      const wrong = [{}, { 'x-cp-token': 'wrong' }, { 'x-cp-token': '' }, { authorization: 'Bearer wrong' }];
      for (const headers of [...wrong, { authorization: `Basic ${world().server.token}` }]) {
        const refusal = readRefusal(await send(route, headers as Record<string, string>));
        expect(refusal).toMatchObject({ status: 401, code: 'unauthorized' });
      }
    });

    test.each(open)('%s needs no token', async (_name, route) => {
      expect((await send(route, {})).status).toBe(200);
    });

    test('the token may come as a Bearer', async () => {
      const { token } = world().server;
      for (const scheme of ['Bearer', 'bearer']) {
        const { status } = await send(routes.getStatus, { authorization: `${scheme} ${token}` });
        expect(status).toBe(200);
      }
    });

    test.each(closed.filter(([, { stream }]) => stream !== true))(
      '%s takes no token from the query',
      async (_name, route) => {
        const refusal = readRefusal(await send(route, {}, { token: world().server.token }));
        expect(refusal.code).toBe('unauthorized');
      },
    );

    test('the two streams take the token from the query, and no wrong one', async () => {
      const { runId, sessionId } = await world().complete(script({ say: 'hi' }));
      const { token, baseUrl } = world().server;
      const anonymous = { baseUrl, token: '' };
      for (const path of [`/admin/sessions/${sessionId}`, `/admin/runs/${runId}`]) {
        const wrong = SseReader.open(anonymous, `${path}/events/stream?token=wrong`);
        expect(await refusedStream(wrong)).toMatchObject({ status: 401, code: 'unauthorized' });
        const reader = await SseReader.open(anonymous, `${path}/events/stream?token=${token}`);
        expect((await reader.ack()).sessionId).toBe(sessionId);
        reader.close();
      }
    });

    test.each([
      ['evil.example'],
      ['evil.example:18420'],
      ['127.0.0.1.evil.example'],
      ['localhost.evil.example'],
      ['127.0.0.1@evil.example'],
    ])('a request for the host "%s" is refused, also without need of a token', async (host) => {
      for (const route of [routes.getStatus, routes.getHealth]) {
        const refusal = readRefusal(await send(route, { host, 'x-cp-token': world().server.token }));
        expect(refusal).toMatchObject({ status: 403, code: 'host_not_allowed' });
      }
    });

    test('the loopback names are hosts of the server, whatever the port says', async () => {
      for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1', '[::1]:18420']) {
        expect((await send(routes.getHealth, { host })).status).toBe(200);
      }
    });

    test('a page of another origin is refused, one of the same origin is not', async () => {
      const { baseUrl, token } = world().server;
      const headers = { 'x-cp-token': token };
      for (const origin of ['https://evil.example', 'null', `${baseUrl}.evil.example`, 'http://localhost']) {
        const refusal = readRefusal(await send(routes.getStatus, { ...headers, origin }));
        expect(refusal).toMatchObject({ status: 403, code: 'origin_not_allowed' });
      }
      expect((await send(routes.getStatus, { ...headers, origin: baseUrl })).status).toBe(200);
    });
  });
}
