/**
 * Speaks to any server of the contract by its base URL alone, and trusts it in nothing: every answer is checked against
 * the schema of its route, every refusal against the one shape of errors and the codes that its route declares.
 */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import {
  type ErrorCode,
  type ErrorDetail,
  errorCodes,
  type Route,
  type RouteName,
  type RouteResponse,
  routes,
} from '../../src/contract/index.js';

export interface Endpoint {
  baseUrl: string;
  token: string;
}

export interface RawRequest {
  method?: string;
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
  /** Cuts the connection. */
  signal?: AbortSignal;
}

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export type Query = Readonly<Record<string, string | number | readonly string[]>>;

export interface CallOptions {
  params?: Readonly<Record<string, string>>;
  query?: Query;
  /** What becomes JSON; of a route that takes a file, the text of that. */
  body?: unknown;
  /** Idempotency key. */
  key?: string;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

export interface Answer<T> {
  status: number;
  headers: IncomingHttpHeaders;
  body: T;
}

export interface Refusal {
  status: number;
  code: ErrorCode;
  message: string;
  details: ErrorDetail[] | undefined;
  headers: IncomingHttpHeaders;
}

/** Routes that answer with JSON. */
export type JsonRoute = Exclude<
  RouteName,
  'streamSessionEvents' | 'streamRunEvents' | 'getAttachment' | 'exportSession'
>;

/** What any route can answer besides what it declares. */
const commonErrors: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'validation_failed',
  'unauthorized',
  'host_not_allowed',
  'origin_not_allowed',
  'unsupported_media_type',
  'body_too_large',
  'idempotency_conflict',
  'store_unavailable',
]);

export class HttpClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });

  constructor(readonly endpoint: Endpoint) {}

  /** The body of a good answer. */
  async ask<Name extends JsonRoute>(name: Name, options: CallOptions = {}): Promise<RouteResponse<Name>> {
    return (await this.call(name, options)).body;
  }

  /** A good answer. Throws when it is none, or does not keep to the contract. */
  async call<Name extends JsonRoute>(
    name: Name,
    options: CallOptions = {},
  ): Promise<Answer<RouteResponse<Name>>> {
    const route: Route = routes[name];
    const { status, headers, text } = await this.send(route, options);
    const what = `${route.method} ${route.path}`;
    if (status !== route.status) throw new Error(`${what} answered ${status}: ${text.slice(0, 500)}`);
    demand(/^application\/json\b/.test(headers['content-type'] ?? ''), `${what}: the answer is JSON`);
    demand(headers['cache-control'] === 'no-store', `${what}: the answer is not for caches`);
    const json: unknown = JSON.parse(text);
    const body = route.response.parse(json);
    // A schema drops what it does not know: an answer has nothing that the contract does not name.
    demand(isDeepStrictEqual(body, json), `${what}: undeclared fields in ${text.slice(0, 1000)}`);
    return { status, headers, body: body as RouteResponse<Name> };
  }

  /** A refusal, in the one shape of errors. Throws when the answer is a good one. */
  async refused(name: RouteName, options: CallOptions = {}): Promise<Refusal> {
    const route: Route = routes[name];
    const refusal = readRefusal(await this.send(route, options));
    const { code } = refusal;
    demand(
      commonErrors.has(code) || route.errors.includes(code),
      `${route.method} ${route.path} does not declare "${code}"`,
    );
    return refusal;
  }

  raw({ method = 'GET', path, headers = {}, body, signal }: RawRequest): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(this.endpoint.baseUrl),
        { agent: this.agent, method, path, headers, ...(signal === undefined ? {} : { signal }) },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          );
          response.on('error', reject);
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }

  protected send(
    route: Route,
    { params, query, body, key, headers, signal }: CallOptions,
  ): Promise<RawAnswer> {
    const { takes = 'application/json' } = route;
    const text = body === undefined || route.takes !== undefined ? (body as string) : JSON.stringify(body);
    return this.raw({
      method: route.method,
      path: pathOf(route, params, query),
      headers: {
        'x-cp-token': this.endpoint.token,
        ...(text === undefined
          ? {}
          : { 'content-type': takes, 'content-length': String(Buffer.byteLength(text)) }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
      ...(signal === undefined ? {} : { signal }),
    });
  }
}

export function pathOf(
  { path }: Pick<Route, 'path'>,
  params: Readonly<Record<string, string>> = {},
  query: Query = {},
): string {
  const filled = path.replace(/:(\w+)/g, (_whole, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`${path} needs ${name}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      (typeof value === 'object' ? value : [String(value)]).map((one): [string, string] => [name, one]),
    ),
  );
  return search.size === 0 ? filled : `${filled}?${search}`;
}

/** Errors are exactly `{error}`, with `details` on a 400, and a code in the header. */
export function readRefusal({ status, headers, text }: RawAnswer): Refusal {
  demand(status >= 400, `${status} is no refusal: ${text.slice(0, 500)}`);
  const code = errorCodes.find((known) => known === headers['x-error-code']);
  if (code === undefined) throw new Error(`${status} without a known x-error-code: ${text.slice(0, 500)}`);
  const { error, details, ...others } = JSON.parse(text) as { error: unknown; details?: ErrorDetail[] };
  demand(Object.keys(others).length === 0, `an error has nothing but its words: ${text}`);
  demand(details === undefined || status === 400, `only a 400 has details: ${text}`);
  if (typeof error !== 'string' || error === '') throw new Error(`an error has words: ${text}`);
  demand(!/\n\s+at /.test(error), `no stack for the caller: ${error}`);
  for (const { path, message } of details ?? []) {
    demand(typeof path === 'string' && typeof message === 'string', `a detail is a path and words: ${text}`);
  }
  return { status, code, message: error, details, headers };
}

const connectionErrors = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** The connection broke, or there was nobody to connect to. */
export function isConnectionError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && connectionErrors.has(code);
}

function demand(holds: boolean, rule: string): void {
  if (!holds) throw new Error(rule);
}
