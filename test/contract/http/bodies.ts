import { describe, expect, test } from 'vitest';
import { limits, type Route, type RouteName, routes } from '../../../src/contract/index.js';
import { pathOf, readRefusal } from '../../support/http-client.js';
import { fresh, type InWorld, script, type World } from './world.js';

const all = Object.entries(routes) as [RouteName, Route][];
const withBody = all.filter(([, { body }]) => body !== undefined);
const needsBody = withBody.filter(([, { body }]) => body?.safeParse({}).success === false);
const token = (world: World) => ({ 'x-cp-token': world.server.token });
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];

export function describeBodies(world: InWorld): void {
  const ids = {
    sessionId: 'nothing',
    runId: 'nothing',
    index: '0',
    requestId: 'nothing',
    projectId: 'nothing',
  };
  const send = (route: Route, body: string | Buffer, headers: Record<string, string> = {}) =>
    world().client.raw({
      method: route.method,
      path: pathOf(route, ids),
      body,
      headers: {
        'x-cp-token': world().server.token,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      },
    });

  describe('methods, paths and bodies', () => {
    test('a method that a path does not take answers 405 and names those it does', async () => {
      for (const path of new Set(all.map(([, route]) => route.path))) {
        const taken = all
          .filter(([, route]) => route.path === path)
          .map(([, { method }]) => method as string);
        for (const method of methods.filter((one) => !taken.includes(one))) {
          const answer = await world().client.raw({
            method,
            path: pathOf({ path }, ids),
            headers: token(world()),
          });
          expect(answer.status, `${method} ${path}`).toBe(405);
          expect(answer.headers.allow?.split(', ').sort()).toEqual(taken.sort());
          if (method !== 'HEAD') expect(readRefusal(answer).code).toBe('method_not_allowed');
        }
      }
    });

    test.each([
      ['/'],
      ['/admin'],
      ['/admin/nothing'],
      ['/admin/runs/x/nothing'],
      ['/Admin/runs'],
      ['//admin/runs'],
      ['/admin/projects/x/y'],
      ['/admin/runs/x/events/stream/y'],
    ])('the unknown path %s answers 404', async (path) => {
      const refusal = readRefusal(await world().client.raw({ path, headers: token(world()) }));
      expect(refusal).toMatchObject({ status: 404, code: 'route_not_found' });
    });

    test('what is not there below /admin is told to those with a token only', async () => {
      for (const path of ['/admin/nothing', '/admin', '/admin/status/x']) {
        expect(readRefusal(await world().client.raw({ path }))).toMatchObject({
          status: 401,
          code: 'unauthorized',
        });
      }
    });

    test.each([['/admin/runs/%zz'], ['/admin/sessions/%E0%A4%A'], ['/%']])(
      'the path %s, which cannot be decoded, answers 400 in the shape of errors',
      async (path) => {
        const refusal = readRefusal(await world().client.raw({ path }));
        expect(refusal).toMatchObject({ status: 400, code: 'validation_failed' });
      },
    );

    test.each(withBody)('%s refuses what is not JSON', async (_name, route) => {
      for (const text of ['{', 'null null', '{"a":}', "{'a':1}", '\u0000', '{"projectId":"rex",}']) {
        const refusal = readRefusal(await send(route, text));
        expect(refusal).toMatchObject({ status: 400, code: 'validation_failed' });
      }
    });

    test.each(withBody)('%s takes JSON only', async (_name, route) => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nothing']) {
        const refusal = readRefusal(await send(route, '{}', { 'content-type': type }));
        expect(refusal).toMatchObject({ status: 415, code: 'unsupported_media_type' });
      }
    });

    test.each(withBody)('%s takes no body above its bound', async (_name, route) => {
      const bytes = (route.bodyBytesMax ?? limits.bodyBytesMax) + 1;
      const announced = readRefusal(await send(route, ' ', { 'content-length': String(bytes) }));
      expect(announced).toMatchObject({ status: 413, code: 'body_too_large' });
      expect(announced.message).toContain(String(bytes - 1));
    });

    test('a body above the bound is refused when it is there, too', async () => {
      const huge = Buffer.alloc(limits.bodyBytesMax + 1, ' ');
      const refusal = readRefusal(await send(routes.createSession, huge));
      expect(refusal).toMatchObject({ status: 413, code: 'body_too_large' });
    });

    test.each(needsBody)('%s names what is missing in an empty body', async (_name, route) => {
      for (const text of ['', '{}', '[]', 'null', '"text"', '1']) {
        const { status, code, details } = readRefusal(await send(route, text));
        expect({ status, code }).toEqual({ status: 400, code: 'validation_failed' });
        expect(details?.length).toBeGreaterThan(0);
      }
    });

    test('a body whose keys reach for the prototype changes nothing', async () => {
      const prompt = script({ say: 'hi' });
      const { projectId } = world().project;
      const body = JSON.stringify({ projectId, prompt, metadata: { kept: 1 } });
      for (const [key, value] of [
        ['__proto__', '{"isAdmin":true}'],
        ['constructor', '{"prototype":{"isAdmin":true}}'],
      ]) {
        const tricky = body.replace('{', `{"${key}":${value},`);
        const inner = body.replace('"kept":1', `"kept":1,"${key}":${value}`);
        for (const text of [tricky, inner]) {
          const answer = await send(routes.createRun, text);
          if (answer.status === 201) await world().ended(JSON.parse(answer.text).runId);
          else expect(readRefusal(answer)).toMatchObject({ status: 400, code: 'validation_failed' });
        }
      }
      expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
      expect((await world().complete(prompt)).finalOutput).toBe('hi');
    });

    test('unknown keys are ignored, at every level', async () => {
      const { runId, sessionId } = await world().start(script({ say: 'hi' }), undefined, {
        unknown: { deep: [1] },
        session: { policy: 'new', name: 'Known', unknown: true },
      });
      await world().ended(runId);
      const session = await world().client.ask('getSession', { params: { sessionId } });
      expect(session).toMatchObject({ name: 'Known', metadata: {} });
    });

    test.each<[string, object]>([
      ['projectId', { projectId: 7 }],
      ['prompt', { prompt: ['x'] }],
      ['prompt', { prompt: '' }],
      ['session', { session: 'new' }],
      ['session.policy', { session: { policy: 'reuse' } }],
      ['session.name', { session: { name: '' } }],
      ['session.name', { session: { name: 'x'.repeat(limits.nameCharsMax + 1) } }],
      ['session.sessionId', { session: { policy: 'resume', sessionId: null } }],
      ['session.model', { session: { model: {} } }],
      ['maxTurns', { maxTurns: '3' }],
      ['maxTurns', { maxTurns: 0 }],
      ['maxTurns', { maxTurns: 1.5 }],
      ['metadata', { metadata: [] }],
      ['metadata', { metadata: { text: 'x'.repeat(limits.metadataBytesMax) } }],
      ['mode', { mode: 'attached' }],
      ['delivery', { delivery: 'soon' }],
      ['resume', { resume: 'stale' }],
    ])('a wrong %s of a run is refused, and the answer says where', async (path, wrong) => {
      const { projectId } = world().project;
      const body = { projectId, prompt: 'Hello', ...wrong };
      const { status, details } = await world().client.refused('createRun', { body });
      expect(status).toBe(400);
      expect(details?.map((detail) => detail.path)).toEqual([path]);
    });

    test.each([
      ['prompt', { prompt: 'a\0b' }],
      ['session.name', { session: { name: 'a\0b' } }],
      ['metadata.list.1', { metadata: { list: ['a', '\0'] } }],
      ['metadata.a key', { metadata: { '\0': 1 } }],
    ])('a NUL in %s, which no store can keep, is refused', async (path, wrong) => {
      const { projectId } = world().project;
      const refusal = await world().client.refused('createRun', {
        body: { projectId, prompt: 'x', ...wrong },
      });
      expect(refusal).toMatchObject({ status: 400, details: [{ path }] });
    });

    test('a NUL in a path or a query names nothing', async () => {
      const { runId } = await world().complete(script({ say: 'hi' }));
      const headers = token(world());
      for (const path of [
        `/admin/runs/${runId}%00`,
        `/admin/runs?projectId=${world().project.projectId}%00`,
      ]) {
        const refusal = readRefusal(await world().client.raw({ path, headers }));
        expect(refusal).toMatchObject({ status: 400, code: 'validation_failed' });
      }
    });

    test('JSON without end of nesting is refused, wherever it is', async () => {
      const { projectId } = world().project;
      const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
      for (const [part, headers] of [
        [`"metadata":{"x":${deep}}`, {}],
        [`"unknown":${deep}`, {}],
        [`"unknown":${deep}`, { 'idempotency-key': fresh('deep') }],
      ] as const) {
        const text = `{"projectId":"${projectId}","prompt":"Hello",${part}}`;
        const refusal = readRefusal(await send(routes.createRun, text, headers));
        expect(refusal).toMatchObject({ status: 400, code: 'validation_failed' });
      }
    });

    test('a prompt may have up to its bound in bytes of UTF-8', async () => {
      const { projectId } = world().project;
      const body = { projectId, prompt: 'é'.repeat(limits.promptBytesMax / 2) };
      const { runId } = await world().client.ask('createRun', { body });
      await world().ended(runId);
      expect((await world().run(runId)).input.content).toBe(body.prompt);
      const refusal = await world().client.refused('createRun', {
        body: { ...body, prompt: `${body.prompt}.` },
      });
      expect(refusal).toMatchObject({ status: 413, code: 'prompt_too_large' });
    });

    test('what cannot be parsed as HTTP is answered in the shape of errors', async () => {
      const { client, server } = world();
      const headers = { 'x-cp-token': server.token, 'x-large': 'x'.repeat(40_000) };
      const refusal = readRefusal(await client.raw({ path: '/admin/status', headers }));
      expect(refusal).toMatchObject({ status: 431, code: 'validation_failed' });
    });
  });
}
