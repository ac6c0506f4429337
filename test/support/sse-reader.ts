/**
 * Readers of event streams on bare `node:http`. SseReader takes one stream frame by frame and checks each against the
 * contract. LogFollower follows a log across broken connections, as cheaply as hundreds of them at once need it.
 */
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
function openStream(
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
class FrameSplitter {
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

export interface FollowOptions {
  /** Where to begin. Without it the first ack says what was there before. */
  after?: number;
  /** Each event once, in order, as its data came; false: enough. */
  onEvent: (seq: number, data: string) => boolean;
  /** The part of the log that the first ack replayed. */
  onReplay?: (from: number, to: number) => void;
}

const reconnectMs = 25;

/** Follows a session's log to the event that is enough, coming back with its last seq whenever the stream breaks. */
export class LogFollower {
  connections = 0;
  lastSeq: number | undefined;
  private response: IncomingMessage | undefined;
  private stopped = false;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly path: string,
    private readonly options: FollowOptions,
  ) {
    this.lastSeq = options.after;
  }

  /** Rejects at the first event that is missing, comes twice or out of order. */
  async follow(): Promise<void> {
    while (!this.stopped) {
      try {
        const lastEventId = this.lastSeq === undefined ? {} : { lastEventId: this.lastSeq };
        this.response = await openStream(this.endpoint, this.path, lastEventId);
        this.connections += 1;
        await this.read(this.response);
      } catch (error) {
        if (error instanceof OutOfOrder) throw error;
      }
      if (!this.stopped) await new Promise((done) => setTimeout(done, reconnectMs));
    }
  }

  /** Breaks the connection; the follower comes back by itself. */
  cut(): void {
    this.response?.destroy();
  }

  stop(): void {
    this.stopped = true;
    this.cut();
  }

  private async read(response: IncomingMessage): Promise<void> {
    const splitter = new FrameSplitter();
    response.setEncoding('utf8');
    for await (const chunk of response) {
      for (const block of splitter.push(chunk as string)) {
        if (this.take(block)) continue;
        this.stop();
        return;
      }
    }
  }

  private take(block: string): boolean {
    if (block.startsWith(':')) return true;
    if (block.startsWith('event: ack\n')) return this.takeAck(block);
    const end = block.indexOf('\n');
    const seq = Number(block.slice('id: '.length, end));
    if (seq !== (this.lastSeq ?? 0) + 1) throw new OutOfOrder(this.lastSeq, block);
    this.lastSeq = seq;
    return this.options.onEvent(seq, block.slice(end + 1 + 'data: '.length));
  }

  private takeAck(block: string): boolean {
    const { snapshot } = JSON.parse(block.slice(block.indexOf('\ndata: ') + 7)) as StreamAck;
    if (this.lastSeq !== undefined) {
      if (snapshot.replay.length > 0) throw new OutOfOrder(this.lastSeq, 'a replay for one who came back');
      return true;
    }
    const from = snapshot.replay[0]?.seq ?? snapshot.seq + 1;
    snapshot.replay.forEach(({ seq }, index) => {
      if (seq !== from + index) throw new OutOfOrder(from + index - 1, `replayed ${seq}`);
    });
    if (from + snapshot.replay.length !== snapshot.seq + 1)
      throw new OutOfOrder(snapshot.seq, 'end of replay');
    this.options.onReplay?.(from, snapshot.seq);
    this.lastSeq = snapshot.seq;
    return true;
  }
}

class OutOfOrder extends Error {
  constructor(last: number | undefined, found: string) {
    super(`behind ${last} came ${found.slice(0, 200)}`);
  }
}
