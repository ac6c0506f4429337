/**
 * A model for real agents to talk to: a server on loopback that answers by rules, so that agents run whole, their tools
 * too, without an account and always the same.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropicMessages } from './anthropic-messages.js';
import { type Asked, readAsked } from './asked.js';
import { asObject, type JsonObject } from './json.js';
import { openAiChat } from './openai-chat.js';
import { openAiResponses } from './openai-responses.js';
import { Pace } from './pace.js';
import { countTokens, type Frame, type ModelRequest, type Protocol, type Reply } from './protocol.js';
import { decide, type Rule } from './rules.js';

export interface RequestRecord extends ModelRequest, Asked {
  protocol: Protocol['name'];
  headers: IncomingHttpHeaders;
  /** What was sent, as it was sent. */
  body: JsonObject;
  reply: Reply;
}

export interface ScriptedModelOptions {
  /** Any free port when absent. */
  port?: number;
  /** Between two pieces of a slow text. */
  pieceMs?: number;
  /** What a refusal with 429 says about the time until it is worth trying again, in seconds. */
  resetsInS?: number;
}

export interface ScriptedModel {
  /** Without a path: what Claude wants. The OpenAI protocols are below `/v1`. */
  url: string;
  /** The newest requests to the model, oldest first. */
  requests: readonly RequestRecord[];
  /** Puts rules before those that are there. */
  script(rules: readonly Rule[]): void;
  /** From now on slow texts stop behind their first piece. */
  hold(): void;
  release(): void;
  /** The first request that fits, among those that have come and those that will. Rejects when the model closes. */
  untilRequest(fits: (request: RequestRecord) => boolean): Promise<RequestRecord>;
  /** Cuts all connections. */
  close(): Promise<void>;
}

const protocols: readonly Protocol[] = [anthropicMessages, openAiResponses, openAiChat];
const requestsMax = 200;
const bodyBytesMax = 64 * 1024 * 1024;

interface Waiting {
  fits: (request: RequestRecord) => boolean;
  resolve: (request: RequestRecord) => void;
  reject: (reason: Error) => void;
}

export async function startScriptedModel(options: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  const { port = 0, pieceMs = 100, resetsInS = 3600 } = options;
  const pace = new Pace(pieceMs);
  const requests: RequestRecord[] = [];
  let scripted: readonly Rule[] = [];
  let waiting: Waiting[] = [];

  function record(request: RequestRecord): void {
    requests.push(request);
    if (requests.length > requestsMax) requests.shift();
    const served = waiting.filter(({ fits }) => fits(request));
    waiting = waiting.filter((one) => !served.includes(one));
    for (const { resolve } of served) resolve(request);
  }

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(message.url ?? '/', 'http://model').pathname;
    if (message.method !== 'POST') return sendJson(response, path === '/v1/models' ? 200 : 404, { data: [] });
    const body = await readBody(message);
    if (path === `${anthropicMessages.path}/count_tokens`)
      return sendJson(response, 200, { input_tokens: countTokens(body.messages) });
    const protocol = protocols.find((one) => one.path === path);
    if (protocol === undefined) return sendJson(response, 404, { error: { message: 'no such path' } });
    const request = protocol.read(body);
    const reply = decide(request, scripted);
    const { headers } = message;
    record({ ...request, ...readAsked(request), protocol: protocol.name, headers, body, reply });
    if (reply.kind === 'silence') return;
    if (reply.kind === 'failure') {
      const failure = protocol.fail(reply.status, resetsInS);
      sendJson(response, reply.status, failure.body, failure.headers);
    } else if (request.streamed) await sendFrames(response, protocol.stream(reply.parts, request), pace);
    else sendJson(response, 200, protocol.answer(reply.parts, request));
  }

  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 400, { error: { message: String(error) } });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    script: (rules) => {
      scripted = [...rules, ...scripted];
    },
    hold: () => pace.hold(),
    release: () => pace.release(),
    untilRequest: (fits) =>
      new Promise((resolve, reject) => {
        const known = requests.find(fits);
        if (known === undefined) waiting.push({ fits, resolve, reject });
        else resolve(known);
      }),
    close: () =>
      new Promise((resolve) => {
        for (const { reject } of waiting.splice(0)) reject(new Error('the scripted model has closed'));
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(message: IncomingMessage): Promise<JsonObject> {
  const encoding = message.headers['content-encoding'];
  if (encoding !== undefined) throw new Error(`cannot read a body in ${encoding}`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return asObject(JSON.parse(Buffer.concat(chunks).toString('utf8')));
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Stops when the client hangs up. */
async function sendFrames(response: ServerResponse, frames: Iterable<Frame>, pace: Pace): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  let slowBefore = false;
  for (const { event, data, slow } of frames) {
    if (slow === true && slowBefore) await pace.untilNext(gone.signal);
    slowBefore = slow === true;
    if (gone.signal.aborted) return;
    const name = event === undefined ? '' : `event: ${event}\n`;
    response.write(`${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  }
  response.end();
}
