/** Reads event streams on bare `node:http`, frame by frame, and checks each against the contract. */
import { Agent, type IncomingMessage, request } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { type EventEnvelope, eventEnvelope, type StreamAck, streamAck } from '../../src/contract/index.js';
import { type Endpoint, type RawAnswer, type Refusal, readRefusal } from './http-client.js';

export interface Frame {
  event?: string;
  id?: string;
  data?: string;
  /** A line that says nothing, to keep the connection. */
  comment?: string;
}

export interface StreamOptions {
  headers?: Readonly<Record<string, string>>;
  /** Sent as `Last-Event-ID`. */
  lastEventId?: number;
}

/** The server answered with something else than a stream. */
export class StreamRefused extends Error {
  constructor(readonly answer: RawAnswer) {
    super(`no stream: ${answer.status} ${answer.text}`);
  }
}

/** The refusal of what should be no stream. */
export async function refusedStream(opening: Promise<SseReader>): Promise<Refusal> {
  try {
    (await opening).close();
  } catch (error) {
    if (error instanceof StreamRefused) return readRefusal(error.answer);
    throw error;
  }
  throw new Error('there is a stream where a refusal should be');
}

const agent = new Agent({ keepAlive: false });

/** Rejects with StreamRefused, or the error of the connection. Nothing is read before somebody does. */
export function openStream(
  { baseUrl, token }: Endpoint,
  path: string,
  { headers, lastEventId }: StreamOptions,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, baseUrl), {
      agent,
      headers: {
        accept: 'text/event-stream',
        ...(token === '' ? {} : { 'x-cp-token': token }),
        ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
        ...headers,
      },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      if (response.statusCode === 200) resolve(response);
      else refuse(response, reject);
    });
    sent.end();
  });
}

function refuse(response: IncomingMessage, reject: (error: Error) => void): void {
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  response.on('error', reject);
  response.on('end', () =>
    reject(new StreamRefused({ status: response.statusCode ?? 0, headers: response.headers, text })),
  );
}

/** Cuts what comes into frames. */
export class FrameSplitter {
  private rest = '';

  push(chunk: string): string[] {
    const blocks = (this.rest + chunk).split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks;
  }
}

export class SseReader {
  private readonly blocks: AsyncGenerator<string, void, void>;

  private constructor(readonly response: IncomingMessage) {
    this.blocks = readBlocks(response);
  }

  static async open(endpoint: Endpoint, path: string, options: StreamOptions = {}): Promise<SseReader> {
    return new SseReader(await openStream(endpoint, path, options));
  }

  /** Undefined: the stream has ended. Rejects when it was cut. */
  async next(): Promise<Frame | undefined> {
    const { value } = await this.blocks.next();
    return value === undefined ? undefined : parseFrame(value);
  }

  /** The first frame. */
  async ack(): Promise<StreamAck> {
    const { event, data, id } = (await this.next()) ?? {};
    if (event !== 'ack' || id !== undefined) throw new Error(`the first frame is "${event}", not an ack`);
    return exactly(streamAck, data);
  }

  /** The next event; signs of life are passed over. Undefined at the end. */
  async event(): Promise<EventEnvelope | undefined> {
    for (;;) {
      const frame = await this.next();
      if (frame === undefined) return undefined;
      if (frame.comment !== undefined) continue;
      if (frame.event !== undefined) throw new Error(`a frame "${frame.event}" where events are`);
      const envelope = exactly(eventEnvelope, frame.data);
      if (frame.id !== String(envelope.seq)) throw new Error(`frame ${frame.id} holds seq ${envelope.seq}`);
      return envelope;
    }
  }

  /** Events up to and with the first that fits. Rejects when the stream ends before. */
  async eventsUntil(fits: (envelope: EventEnvelope) => boolean): Promise<EventEnvelope[]> {
    const events: EventEnvelope[] = [];
    for (;;) {
      const envelope = await this.event();
      if (envelope === undefined) throw new Error(`the stream ended after ${events.length} events`);
      events.push(envelope);
      if (fits(envelope)) return events;
    }
  }

  async eventsToEnd(): Promise<EventEnvelope[]> {
    const events: EventEnvelope[] = [];
    for (let one = await this.event(); one !== undefined; one = await this.event()) events.push(one);
    return events;
  }

  close(): void {
    this.response.destroy();
  }
}

async function* readBlocks(response: IncomingMessage): AsyncGenerator<string, void, void> {
  const splitter = new FrameSplitter();
  response.setEncoding('utf8');
  for await (const chunk of response) yield* splitter.push(chunk as string);
}

function parseFrame(block: string): Frame {
  const frame: Record<string, string> = {};
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const name = colon === 0 ? 'comment' : line.slice(0, colon);
    if (colon === -1 || frame[name] !== undefined) throw new Error(`not a line of a frame: ${line}`);
    frame[name] = line.slice(colon + 2);
  }
  return frame;
}

function exactly<T>(schema: { parse(value: unknown): T }, text: string | undefined): T {
  const json: unknown = JSON.parse(text ?? '');
  const value = schema.parse(json);
  if (!isDeepStrictEqual(value, json)) throw new Error(`undeclared fields in ${text?.slice(0, 1000)}`);
  return value;
}
