/** Follows a log across broken connections, as cheaply as hundreds of them at once need it. */
import type { IncomingMessage } from 'node:http';
import type { StreamAck } from '../../src/contract/index.js';
import { type Endpoint, isConnectionError } from '../support/http-client.js';
import { FrameSplitter, openStream } from '../support/sse-reader.js';

export interface FollowOptions {
  /** Where to begin. Without it the first ack says what was there before. */
  after?: number;
  /** Each event once, in order, as its data came. */
  onEvent: (seq: number, data: string) => void;
}

const reconnectMs = 25;

/** Follows a session's log until it is stopped, coming back with its last seq whenever the stream breaks. */
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

  /** Rejects at the first event that is missing, comes twice or out of order, and with what `onEvent` throws. */
  async follow(): Promise<void> {
    while (!this.stopped) {
      try {
        const lastEventId = this.lastSeq === undefined ? {} : { lastEventId: this.lastSeq };
        this.response = await openStream(this.endpoint, this.path, lastEventId);
        this.connections += 1;
        // Stopped while it was on its way.
        if (this.stopped) this.cut();
        await this.read(this.response);
      } catch (error) {
        if (!isConnectionError(error)) throw error;
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
      for (const block of splitter.push(chunk as string)) this.take(block);
    }
  }

  private take(block: string): void {
    if (block.startsWith(':')) return;
    if (block.startsWith('event: ack\n')) {
      this.takeAck(block);
      return;
    }
    const end = block.indexOf('\n');
    const seq = Number(block.slice('id: '.length, end));
    if (seq !== (this.lastSeq ?? 0) + 1) throw new OutOfOrder(this.lastSeq, block);
    this.lastSeq = seq;
    this.options.onEvent(seq, block.slice(end + 1 + 'data: '.length));
  }

  private takeAck(block: string): void {
    const { snapshot } = JSON.parse(block.slice(block.indexOf('\ndata: ') + 7)) as StreamAck;
    if (this.lastSeq !== undefined) {
      if (snapshot.replay.length > 0) throw new OutOfOrder(this.lastSeq, 'a replay for one who came back');
      return;
    }
    const from = snapshot.replay[0]?.seq ?? snapshot.seq + 1;
    snapshot.replay.forEach(({ seq }, index) => {
      if (seq !== from + index) throw new OutOfOrder(from + index - 1, `replayed ${seq}`);
    });
    if (from + snapshot.replay.length !== snapshot.seq + 1)
      throw new OutOfOrder(snapshot.seq, 'end of replay');
    this.lastSeq = snapshot.seq;
  }
}

class OutOfOrder extends Error {
  constructor(last: number | undefined, found: string) {
    super(`behind ${last} came ${found.slice(0, 200)}`);
  }
}
