/**
 * The HTTP server: the route table on fastify. Every request passes access, validation, its handler and one place
 * that turns errors into answers. fastify's own schemas are not used: zod validates, JSON is written as it is.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  AppError,
  type ErrorCode,
  isAppError,
  limits,
  type Route,
  type RouteName,
  routes,
} from '../contract/index.js';
import type { Clock, Core, Log } from '../core/index.js';
import { type AccessRules, createAccessCheck } from './access.js';
import { createAnswers, pathOf } from './answers.js';
import { addConsole } from './console.js';
import { errorStatus } from './error-status.js';
import { createHandlers, type ServerFacts } from './handlers.js';
import { Streams, type StreamsOptions } from './streams.js';

export interface HttpOptions extends StreamsOptions {
  access: AccessRules;
  /** Open connections; more are turned away by the socket. */
  connectionsMax: number;
}

export interface HttpServerParts {
  core: Core;
  clock: Clock;
  log: Log;
  facts: Omit<ServerFacts, 'status'>;
  options: HttpOptions;
  /** The folder of the built web console. Without it, or where it is empty, there is none. */
  consoleFolder?: string;
}

export interface HttpServer {
  /** Resolves with the port; 0 asks for any free one. */
  listen(host: string, port: number): Promise<number>;
  /** Ends streams and idle connections at once, requests under way when they are answered. */
  close(): Promise<void>;
}

/** For requests that are being answered when the server closes. */
const closeGraceMs = 2000;
/** As long as the head of a request may be: an absurd id is answered like any other that names nothing. */
const pathParameterCharsMax = 16 * 1024;

export function createHttpServer({
  core,
  clock,
  log,
  facts,
  options,
  consoleFolder,
}: HttpServerParts): HttpServer {
  const startedAt = clock.now();
  const startedMs = clock.monotonicMs();
  const streams = new Streams(core, clock, options);
  const handlers = createHandlers(core, {
    ...facts,
    status: () => ({
      startedAt,
      now: clock.now(),
      uptimeMs: Math.round(clock.monotonicMs() - startedMs),
      openStreams: streams.count,
    }),
  });
  const answer = createAnswers(core, handlers, streams);
  const checkAccess = createAccessCheck(options.access);
  const app = createApp(log);
  (app.server as Server).maxConnections = options.connectionsMax;

  const addRoute = (scope: FastifyInstance, name: RouteName, route: Route) =>
    scope.route({
      method: route.method,
      url: route.path,
      ...(route.bodyBytesMax === undefined ? {} : { bodyLimit: route.bodyBytesMax }),
      onRequest: async (request) => checkAccess(route, request.headers, request.query),
      handler: (request, reply) => answer(name, route, request, reply),
    });
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    if (route.takes === undefined) addRoute(app, name, route);
    else addFileRoute(app, route.takes, (scope) => addRoute(scope, name, route));
  }
  const consolePage =
    consoleFolder === undefined
      ? undefined
      : addConsole(app, consoleFolder, ({ headers }) => checkAccess({ auth: 'none' }, headers, undefined));
  app.setNotFoundHandler(async (request, reply) => {
    checkAccess({ auth: request.url.startsWith('/admin') ? 'header' : 'none' }, request.headers, undefined);
    if (consolePage?.wants(request)) return consolePage.send(request, reply);
    throw noSuchRoute(request, reply);
  });
  app.setErrorHandler((error, request, reply) => sendError(reply, asAppError(error, request, log)));

  return {
    async listen(host, port) {
      await app.listen({ host, port });
      const address = app.server.address();
      return typeof address === 'object' && address !== null ? address.port : port;
    },
    async close() {
      streams.close();
      // A client that is slow with its request must not keep the server.
      const cancelForce = clock.after(closeGraceMs, () => app.server.closeAllConnections());
      await app.close();
      cancelForce();
    },
  };
}

function createApp(log: Log): FastifyInstance {
  const app = fastify({
    bodyLimit: limits.bodyBytesMax,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: pathParameterCharsMax },
    // Without these two, what never reaches a route would be answered in the words of the framework.
    frameworkErrors: (error, request, reply) => sendError(reply, asAppError(error, request, log)),
    clientErrorHandler: refuseUnreadable,
  });
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // `curl -X POST` with a JSON content type and nothing to say is a request without a body.
    if (body === '') done(null, undefined);
    else parseJson(request, body as string, done);
  });
  return app;
}

/** A scope of its own, in which bodies are files of this media type and are read by the handler. */
function addFileRoute(app: FastifyInstance, mediaType: string, add: (scope: FastifyInstance) => void): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(mediaType, (_request, payload, done) => done(null, payload));
    add(scope);
  });
}

const unreadableStatus: Record<string, [line: string, error: string]> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The head of the request is too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not come in time.'],
};

/** For what is no HTTP at all: there is no request and no reply, only the socket. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [line, words] = unreadableStatus[error.code ?? ''] ?? ['400 Bad Request', 'This is not valid HTTP.'];
  const body = JSON.stringify({ error: words });
  const code: ErrorCode = 'validation_failed';
  const head = `HTTP/1.1 ${line}\r\nx-error-code: ${code}\r\ncontent-type: application/json; charset=utf-8`;
  socket.end(`${head}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
}

const routePatterns = Object.values(routes).map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}/?$`),
}));

function noSuchRoute({ method, url }: FastifyRequest, reply: FastifyReply): AppError {
  const path = pathOf(url);
  const methods = routePatterns.filter(({ pattern }) => pattern.test(path)).map((route) => route.method);
  if (methods.length > 0) {
    reply.header('allow', methods.join(', '));
    return new AppError('method_not_allowed', `${path} takes ${methods.join(', ')}, not ${method}.`);
  }
  return new AppError(
    'route_not_found',
    `There is no ${path.slice(0, 200)} here: /openapi.json lists what there is.`,
  );
}

/** fastify's own refusals, by their codes (https://fastify.dev/docs/latest/Reference/Errors/). */
const frameworkErrors: Record<string, (request: FastifyRequest) => AppError> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ({ routeOptions: { bodyLimit } }) =>
    new AppError('body_too_large', `A request body takes up to ${bodyLimit} bytes here.`),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ({ routeOptions: { url } }) =>
    new AppError(
      'unsupported_media_type',
      wantedBody((Object.values(routes) as Route[]).find(({ path }) => path === url)?.takes),
    ),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new AppError('validation_failed', 'The body is not valid JSON.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new AppError('validation_failed', 'The body is not as long as its Content-Length says.'),
  FST_ERR_BAD_URL: () => new AppError('validation_failed', 'The path is not a valid URL.'),
};

function wantedBody(mediaType: string | undefined): string {
  return mediaType === undefined
    ? 'Send JSON, with the header "content-type: application/json".'
    : `Send the file, with the header "content-type: ${mediaType}".`;
}

function asAppError(error: unknown, request: FastifyRequest, log: Log): AppError {
  if (isAppError(error)) return error;
  const code = (error as { code?: unknown }).code;
  const known = typeof code === 'string' ? frameworkErrors[code] : undefined;
  if (known !== undefined) return known(request);
  // The body parser throws a plain SyntaxError.
  if (error instanceof SyntaxError) return new AppError('validation_failed', 'The body is not valid JSON.');
  log.error('a request failed', { route: `${request.method} ${request.routeOptions.url ?? '?'}`, error });
  return new AppError('internal', 'Something went wrong on the server; its log has the cause.', {
    cause: error,
  });
}

function sendError(reply: FastifyReply, error: AppError): FastifyReply {
  if (error.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000));
  const { message, details } = error;
  return reply
    .status(errorStatus[error.code])
    .header('x-error-code', error.code)
    .header('cache-control', 'no-store')
    .send(details === undefined ? { error: message } : { error: message, details });
}
