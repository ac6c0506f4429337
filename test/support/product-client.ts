/**
 * Speaks to the server through the product's own client, method by method, and hands on what came over the wire, so that
 * the suites of the contract judge it. What the client makes of each answer is compared with the answer itself.
 */
import { isDeepStrictEqual } from 'node:util';
import { ApiError, ClientError, createClient } from '../../src/client/index.js';
import { methods } from '../../src/client/routes.js';
import { type Route, type RouteName, routes } from '../../src/contract/index.js';
import { type CallOptions, HttpClient, type RawAnswer } from './http-client.js';

type AnyMethod = (...args: unknown[]) => Promise<unknown>;

export class ProductClient extends HttpClient {
  protected override async send(route: Route, options: CallOptions): Promise<RawAnswer> {
    let answer: RawAnswer | undefined;
    const { baseUrl, token } = this.endpoint;
    const client = createClient({
      url: baseUrl,
      token,
      retry: { msMax: 0 },
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        const text = await response.clone().text();
        answer = { status: response.status, headers: Object.fromEntries(response.headers), text };
        return response;
      },
    });
    const { method, takes } = methodOf(client, route);
    if (!isSayable(takes, options)) return super.send(route, options);
    const ids = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => options.params?.[name as string]);
    const input = inputOf(takes, options);
    const call = { signal: options.signal, idempotencyKey: options.key };
    const outcome = await settle(method(...ids, ...input, call));
    if (answer === undefined) throw outcome;
    compare(answer, outcome);
    return answer;
  }
}

/** Some requests of the suite cannot be said with the client: it takes no such thing, and refuses ids that lead away. */
function isSayable(takes: string, { params = {}, query = {}, body, headers }: CallOptions): boolean {
  return (
    headers === undefined &&
    Object.values(query).every((value) => typeof value !== 'object') &&
    Object.values(params).every((id) => id !== '.' && id !== '..') &&
    (takes === 'body' || takes === 'file' || body === undefined)
  );
}

function inputOf(takes: string, { body, query }: CallOptions): unknown[] {
  if (takes === 'nothing') return [];
  return takes === 'file' ? [new Blob([body as string]), query] : [takes === 'body' ? body : query];
}

function methodOf(client: object, route: Route): { method: AnyMethod; takes: string } {
  const name = (Object.keys(routes) as RouteName[]).find((one) => routes[one] === route);
  for (const [group, lines] of Object.entries(methods)) {
    for (const [key, [routeName, , takes]] of Object.entries(lines)) {
      if (routeName !== name) continue;
      const method = (client as Record<string, Record<string, AnyMethod>>)[group]?.[key];
      if (method !== undefined) return { method, takes };
    }
  }
  throw new Error(`the client has no method for ${name}`);
}

async function settle(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    return error;
  }
}

function compare({ status, headers, text }: RawAnswer, outcome: unknown): void {
  const json: unknown = JSON.parse(text);
  const { error, details } = json as { error?: string; details?: unknown };
  const same =
    status < 400
      ? isDeepStrictEqual(outcome, json)
      : outcome instanceof ApiError &&
        outcome instanceof ClientError &&
        outcome.status === status &&
        outcome.code === headers['x-error-code'] &&
        outcome.message === error &&
        isDeepStrictEqual(outcome.details, details) &&
        outcome.retryAfterMs === (headers['retry-after'] && Number(headers['retry-after']) * 1000);
  if (!same) throw new Error(`the client made of ${status} ${text.slice(0, 500)}: ${String(outcome)}`);
}
