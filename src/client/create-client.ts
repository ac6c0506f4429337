import type { EventEnvelope, RouteBody, RouteName, Routes, RunOutcome } from '../contract/index.js';
import { type Answer, type CallOptions, Calls, type Question } from './calls.js';
import { type FollowOptions, followLog } from './log-stream.js';
import type { Backoff } from './outage.js';
import { type AnswerBody, type AnyLine, type JsonRoute, methods, type RouteQuery } from './routes.js';
import { createAndWait, RunFollower } from './runs.js';
import { type Clock, type Fetch, systemClock } from './surroundings.js';

export interface ClientOptions {
  /** Of the server, with the prefix of a proxy if there is one. Pages of the server itself may give ''. */
  url: string;
  token?: string | undefined;
  fetch?: Fetch | undefined;
  /** Delays between tries, and how long a call goes on trying behind its first failure (15 s). */
  retry?: Partial<Backoff & { msMax: number }> | undefined;
  /** For one try of a call (60 s). */
  tryMsMax?: number | undefined;
  clock?: Clock | undefined;
  random?: (() => number) | undefined;
}

type Ids<Path extends string> = Path extends `${string}/:${string}/${infer Rest}`
  ? [id: string, ...Ids<`/${Rest}`>]
  : Path extends `${string}/:${string}`
    ? [id: string]
    : [];

type Input<Name extends RouteName, Kind> = Kind extends 'file'
  ? [file: Blob, query?: RouteQuery<Name>, options?: CallOptions]
  : Kind extends 'query'
    ? [query?: RouteQuery<Name>, options?: CallOptions]
    : Kind extends 'nothing'
      ? [options?: CallOptions]
      : undefined extends RouteBody<Name>
        ? [body?: RouteBody<Name>, options?: CallOptions]
        : [body: RouteBody<Name>, options?: CallOptions];

/** Takes the ids of the path in their order, then a body, a query or a file where the route has one, then options. */
export type Method<Name extends RouteName, Kind> = (
  ...args: [...Ids<Routes[Name]['path']>, ...Input<Name, Kind>]
) => Promise<AnswerBody<Name>>;

type MethodsOf<Lines> = {
  readonly [Key in keyof Lines]: Lines[Key] extends readonly [
    infer Name extends JsonRoute,
    string,
    infer Kind,
    ...unknown[],
  ]
    ? Method<Name, Kind>
    : never;
};

type Grouped = { readonly [Group in keyof typeof methods]: MethodsOf<(typeof methods)[Group]> };

/** Lists that go on in a further page. */
export type PagedRoute = {
  [Name in JsonRoute]: 'cursor' extends keyof RouteQuery<Name> ? Name : never;
}[JsonRoute];

export interface Client extends Grouped {
  readonly sessions: Grouped['sessions'] & {
    /** Follows the log of a session, until the session is gone; with `runId` until that run has ended. */
    events(
      sessionId: string,
      options?: FollowOptions & { runId?: string },
    ): AsyncIterableIterator<EventEnvelope>;
    /** As `export`, without having all of it in memory. What breaks off has no line `{"end": …}`. */
    exportStream(sessionId: string, options?: { signal?: AbortSignal }): Promise<ReadableStream<Uint8Array>>;
  };
  readonly runs: Grouped['runs'] & {
    /** Follows a run until it has ended; `result()` is what came of it. */
    follow(runId: string, options?: FollowOptions): RunFollower;
    /** Queues a prompt and waits for the end of its run, however long that takes. */
    createAndWait(body: RouteBody<'createRun'>, options?: CallOptions): Promise<RunOutcome>;
  };
  /** Any route by its name, with status and headers. `ids` stand in the order of the path. */
  ask<Name extends JsonRoute>(
    name: Name,
    question?: {
      ids?: readonly string[];
      query?: RouteQuery<Name>;
      body?: RouteBody<Name>;
      file?: Blob;
    },
    options?: CallOptions,
  ): Promise<Answer<Name>>;
  /** The pages of a list, one request each, made when they are asked for. */
  pages<Name extends PagedRoute>(
    name: Name,
    question?: { ids?: readonly string[]; query?: RouteQuery<Name> },
    options?: CallOptions,
  ): AsyncIterableIterator<AnswerBody<Name>>;
}

const defaults = { delayFirstMs: 500, delayMsMax: 10_000, msMax: 15_000, tryMsMax: 60_000 };

/** Throws TypeError when `url` is none. Nothing is sent before a method is called, and there is nothing to close. */
export function createClient(options: ClientOptions): Client {
  const { url, token, tryMsMax = defaults.tryMsMax } = options;
  if (url !== '') new URL(url);
  const { delayFirstMs, delayMsMax, msMax } = { ...defaults, ...options.retry };
  const calls = new Calls(
    {
      fetch: options.fetch ?? ((address, init) => fetch(address, init)),
      clock: options.clock ?? systemClock,
      random: options.random ?? Math.random,
    },
    {
      url: url.replace(/\/+$/, ''),
      token,
      backoff: { delayFirstMs, delayMsMax },
      tryMsMax,
      retryMsMax: msMax,
    },
  );
  const grouped = Object.fromEntries(
    Object.entries(methods).map(([group, lines]) => [group, bindAll(calls, lines)]),
  ) as unknown as Grouped;
  return {
    ...grouped,
    sessions: {
      ...grouped.sessions,
      events: (sessionId, { runId, ...follow } = {}) =>
        followLog(calls, { route: 'streamSessionEvents', id: sessionId, runId }, follow),
      exportStream: (sessionId, { signal } = {}) =>
        calls.open(methods.sessions.export[1], [sessionId], signal),
    },
    runs: {
      ...grouped.runs,
      follow: (runId, follow = {}) => new RunFollower(calls, runId, follow),
      createAndWait: (body, call = {}) => createAndWait(calls, body, call),
    },
    ask: async (name, question = {}, call = {}) => {
      const [, address, , bytes] = lineOf(name);
      return calls.ask(address, { ...question, bytes: bytes !== undefined }, call);
    },
    pages: (name, question = {}, call = {}) => readPages(calls, name, question, call),
  };
}

function bindAll(calls: Calls, lines: Readonly<Record<string, AnyLine>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(lines).map(([name, line]) => [name, bind(calls, line)]));
}

function bind(calls: Calls, [, address, takes, bytes]: AnyLine) {
  const idCount = address.split('/:').length - 1;
  // What stands behind the ids, in this order.
  const takesAll = { nothing: [], file: ['file', 'query'] }[takes] ?? [takes];
  return async (...args: unknown[]): Promise<unknown> => {
    const question: Question = { ids: args.splice(0, idCount) as string[], bytes: bytes !== undefined };
    for (const one of takesAll) Object.assign(question, { [one]: args.shift() });
    const [options] = args;
    return (await calls.ask(address, question, options as CallOptions | undefined)).body;
  };
}

const lines: readonly AnyLine[] = Object.values(methods).flatMap((group) => Object.values(group));
const linesByName = new Map<string, AnyLine>(lines.map((line) => [line[0], line]));

function lineOf(name: string): AnyLine {
  const line = linesByName.get(name);
  if (line === undefined) throw new TypeError(`There is no route "${name}".`);
  return line;
}

async function* readPages<Name extends PagedRoute>(
  calls: Calls,
  name: Name,
  { ids = [], query = {} }: { ids?: readonly string[]; query?: RouteQuery<Name> },
  options: CallOptions,
): AsyncGenerator<AnswerBody<Name>, void, void> {
  let cursor: string | undefined;
  do {
    const page: Readonly<Record<string, unknown>> = { ...query, ...(cursor === undefined ? {} : { cursor }) };
    const { body, headers } = await calls.ask<Name>(lineOf(name)[1], { ids, query: page }, options);
    yield body;
    cursor = nextCursor(headers.get('link'));
  } while (cursor !== undefined);
}

function nextCursor(link: string | null): string | undefined {
  const [, query] = /<[^>?]*\?([^>]*)>;\s*rel="next"/.exec(link ?? '') ?? [];
  return new URLSearchParams(query).get('cursor') ?? undefined;
}
