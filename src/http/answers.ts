/** How each route answers: JSON from its handler, once for one idempotency key; files and streams in ways of their own. */
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, limits, type Route, type RouteName } from '../contract/index.js';
import type { Answer, Core } from '../core/index.js';
import type { HandledRoute, Handlers } from './handlers.js';
import { sendAttachment } from './send-attachment.js';
import { sendExport } from './send-export.js';
import { startStream } from './start-stream.js';
import type { Streams } from './streams.js';
import { takeImport } from './take-import.js';
import { type RawRequest, validateRequest } from './validation.js';

export type AnswerRoute = (
  name: RouteName,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<unknown>;

export function createAnswers(core: Core, handlers: Handlers, streams: Streams): AnswerRoute {
  return async (name, route, request, reply) => {
    if (name === 'importSession') return answerImport(core, route, request, reply);
    if (name === 'getAttachment') return sendAttachment(core, validateRequest(route, request), reply);
    if (name === 'exportSession') return sendExport(core, validateRequest(route, request), reply);
    return name === 'streamSessionEvents' || name === 'streamRunEvents'
      ? startStream(core, streams, name, validateRequest(route, request), request.headers, reply)
      : answer(core, handlers, name, route, request, reply);
  };
}

async function answer(
  core: Core,
  handlers: Handlers,
  name: HandledRoute,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const valid = validateRequest(route, request);
  const effect = (record: Parameters<Parameters<Core['once']>[1]>[0]) =>
    callHandler(handlers, name, valid, {
      record,
      // Made when asked for: hardly any request waits long enough to care.
      get signal() {
        return abortSignalOf(reply.raw);
      },
      nextCursor: (cursor) => linkNext(reply, request.url, cursor),
    });
  begin(route, reply);
  if (route.method !== 'POST') return send(reply, await effect(undefined));
  const key = idempotencyKey(request);
  const { body } = request;
  const asked = { scope: scopeOf(request), body, ...(key === undefined ? {} : { key }) };
  return sendOnce(reply, await core.once(asked, effect));
}

async function answerImport(
  core: Core,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { params, query, raw } = request;
  const valid = validateRequest(route, { params, query, body: undefined });
  const key = idempotencyKey(request);
  begin(route, reply);
  return sendOnce(reply, await takeImport(core, valid, raw, { scope: scopeOf(request), key }));
}

function begin({ status }: Route, reply: FastifyReply): void {
  reply.status(status).header('cache-control', 'no-store');
}

function sendOnce(reply: FastifyReply, { response, replayed }: Answer<unknown>): FastifyReply {
  if (replayed) reply.header('idempotent-replayed', 'true');
  return send(reply, response);
}

/** The table gives each name its own types; at this one place the compiler cannot see that they belong together. */
function callHandler(
  handlers: Handlers,
  name: HandledRoute,
  request: RawRequest,
  context: Parameters<Handlers[HandledRoute]>[1],
): Promise<unknown> {
  const handler = handlers[name] as (request: RawRequest, context: unknown) => Promise<unknown>;
  return handler(request, context);
}

function send(reply: FastifyReply, response: unknown): FastifyReply {
  // Pages of the log come as JSON text already.
  if (typeof response === 'string') return reply.type('application/json; charset=utf-8').send(response);
  return reply.send(response);
}

/** Aborts when the answer can reach nobody any more. */
function abortSignalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

function idempotencyKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key !== '' && key.length <= limits.idempotencyKeyCharsMax) return key;
  throw new AppError('validation_failed', 'The header Idempotency-Key is not valid.', {
    details: [
      { path: 'headers.idempotency-key', message: `1 to ${limits.idempotencyKeyCharsMax} characters` },
    ],
  });
}

function linkNext(reply: FastifyReply, url: string, cursor: string | undefined): void {
  if (cursor === undefined) return;
  const next = new URL(url, 'http://localhost');
  next.searchParams.set('cursor', cursor);
  reply.header('link', `<${next.pathname}${next.search}>; rel="next"`);
}

/** Of an idempotency key. */
function scopeOf({ url }: FastifyRequest): string {
  return `POST ${pathOf(url)}`;
}

/** Of a request, without its query. */
export function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
