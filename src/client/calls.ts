/** One question and its answer, asked again where that is safe. */
import type { RouteName } from '../contract/index.js';
import { ApiError, readRefusal } from './errors.js';
import { type Backoff, Outage } from './outage.js';
import { type AnswerBody, fillAddress } from './routes.js';
import { Leash, pause, type Surroundings } from './surroundings.js';

export interface CallOptions {
  /** Rejects the call with the signal's reason. A POST that was sent may still have its effect. */
  signal?: AbortSignal | undefined;
  /** Of a POST; the client makes one where none is given. */
  idempotencyKey?: string | undefined;
  /** How long to go on trying behind the first failure; 0 tries once. */
  retryMsMax?: number | undefined;
}

export interface Question {
  ids?: readonly string[];
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
  /** Instead of a body, under its own media type. */
  file?: Blob;
  /** The answer is no JSON. */
  bytes?: boolean;
}

export interface Answer<Name extends RouteName> {
  status: number;
  headers: Headers;
  body: AnswerBody<Name>;
}

export interface CallSettings {
  url: string;
  token: string | undefined;
  backoff: Backoff;
  /** For one try of a call; a wait has its own `timeoutMs` on top. */
  tryMsMax: number;
  retryMsMax: number;
}

/** The only files that there are: exported sessions. The server gives up one who sends nothing; this bounds the rest. */
const fileType = 'application/x-ndjson';
const fileMsMax = 3_600_000;

export class Calls {
  constructor(
    readonly surroundings: Surroundings,
    readonly settings: CallSettings,
  ) {}

  /** Throws ApiError or ConnectionError, or the reason of the signal. */
  async ask<Name extends RouteName>(
    address: string,
    question: Question,
    options: CallOptions = {},
  ): Promise<Answer<Name>> {
    const { ids = [], query = {}, body, file, bytes = false } = question;
    const { method, path } = fillAddress(address, ids, query);
    const headers: Record<string, string> = {
      accept: bytes ? '*/*' : 'application/json',
      ...this.credentials(),
    };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (file !== undefined) headers['content-type'] = fileType;
    // One key for all tries: they have one effect.
    if (method === 'POST') headers['idempotency-key'] = options.idempotencyKey ?? createKey();
    // A value that no header can have throws here, and is not taken for a broken connection.
    const init: RequestInit = { method, headers: new Headers(headers) };
    if (body !== undefined) init.body = JSON.stringify(body);
    if (file !== undefined) init.body = file;
    const { backoff, retryMsMax, tryMsMax } = this.settings;
    const outage = new Outage(this.surroundings, backoff, options.retryMsMax ?? retryMsMax);
    const msMax = file === undefined ? tryMsMax + (Number(query.timeoutMs) || 0) : fileMsMax;
    for (;;) {
      try {
        return await this.tryOnce(path, init, bytes, msMax, options.signal);
      } catch (error) {
        if (!maySendAgain(method, error)) throw error;
        await pause(this.surroundings.clock, outage.next(error), options.signal);
      }
    }
  }

  /** What a route that answers with bytes has, as it comes: one try. Throws as `ask` does. */
  async open(address: string, ids: readonly string[], signal: AbortSignal | undefined) {
    const { method, path } = fillAddress(address, ids, {});
    // Not dropped here: the connection is the reader's from now on.
    const leash = new Leash(this.surroundings.clock, signal);
    return leash.step(this.settings.tryMsMax, `${method} ${path}`, async (leashed) => {
      const headers = new Headers({ accept: '*/*', ...this.credentials() });
      const answer = await this.surroundings.fetch(this.settings.url + path, { headers, signal: leashed });
      if (answer.ok && answer.body !== null) return answer.body;
      throw readRefusal(answer.status, answer.headers, await answer.text());
    });
  }

  credentials(): Record<string, string> {
    const { token } = this.settings;
    return token === undefined ? {} : { 'x-cp-token': token };
  }

  private async tryOnce<Name extends RouteName>(
    path: string,
    init: RequestInit,
    bytes: boolean,
    msMax: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer<Name>> {
    const leash = new Leash(this.surroundings.clock, signal);
    try {
      return await leash.step(msMax, `${init.method} ${path}`, async (leashed) => {
        const answer = await this.surroundings.fetch(this.settings.url + path, { ...init, signal: leashed });
        const { status, headers, ok } = answer;
        if (!ok) throw readRefusal(status, headers, await answer.text());
        const body = bytes ? await answer.blob() : parseBody(status, await answer.text());
        return { status, headers, body: body as AnswerBody<Name> };
      });
    } finally {
      leash.drop();
    }
  }
}

/** What creates or reads may be sent again at any time; the rest only when the server itself has turned it away. */
function maySendAgain(method: string, error: unknown): boolean {
  if (method === 'GET' || method === 'POST') return true;
  return error instanceof ApiError && error.code !== undefined;
}

function parseBody(status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('The answer is not JSON: the address may be that of another server.', { status });
  }
}

/** `crypto.randomUUID` is missing on pages that came over plain HTTP. */
function createKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
