/**
 * Event streams. A stream pulls frames from the log at the pace of its reader: when the socket is full it waits, and
 * meanwhile costs one place in a set and nothing else. One timer keeps all streams alive.
 */
import type { ServerResponse } from 'node:http';
import type { StreamAck } from '../contract/index.js';
import { AppError } from '../contract/index.js';
import type { Clock, Core, JsonOf } from '../core/index.js';

export interface StreamsOptions {
  streamsMax: number;
  heartbeatMs: number;
}

interface OpenStream {
  response: ServerResponse;
  controller: AbortController;
  /** Something was written since the last heartbeat. */
  fresh: boolean;
}

export interface StreamPlan {
  ack: JsonOf<StreamAck>;
  projectId: string;
  sessionId: string;
  after: number;
  headSeq: number;
  runId?: string;
  types?: readonly string[];
  endAtHead: boolean;
}

export class Streams {
  private readonly open = new Set<OpenStream>();
  /** Taken by streams that are open or about to be. */
  private places = 0;
  private stopHeartbeat: () => void = () => undefined;

  constructor(
    private readonly core: Core,
    private readonly clock: Clock,
    private readonly options: StreamsOptions,
  ) {
    this.beatLater();
  }

  get count(): number {
    return this.open.size;
  }

  /** Holds a place until the returned function is called. Throws `too_many_streams`. Before anything is awaited. */
  takePlace(): () => void {
    const { streamsMax } = this.options;
    if (this.places >= streamsMax) {
      throw new AppError('too_many_streams', `This server holds ${streamsMax} streams and takes no more.`, {
        retryAfterMs: 5000,
      });
    }
    this.places += 1;
    return () => {
      this.places -= 1;
    };
  }

  /** Writes the stream until the reader leaves, the log ends or the server closes. Never rejects. */
  async serve(response: ServerResponse, plan: StreamPlan): Promise<void> {
    const stream: OpenStream = { response, controller: new AbortController(), fresh: true };
    const { signal } = stream.controller;
    this.open.add(stream);
    response.on('close', () => stream.controller.abort());
    response.on('error', () => stream.controller.abort());
    // Who left while the answer was prepared has sent that event already.
    if (response.destroyed) stream.controller.abort();
    try {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // Some proxies hold back what they think is one long answer.
        'x-accel-buffering': 'no',
      });
      response.write(`event: ack\ndata: ${plan.ack}\n\n`);
      const { ack: _ack, types, ...follow } = plan;
      const wanted = types === undefined ? {} : { types: new Set(types) };
      for await (const { bytes } of this.core.tails.follow({ ...follow, ...wanted, signal })) {
        stream.fresh = true;
        if (!response.write(bytes)) await drained(response, signal);
      }
      response.end();
    } catch {
      // A reader that is cut off comes back with its last seq; there is no other way to tell it.
      response.destroy();
    } finally {
      this.open.delete(stream);
    }
  }

  /** Ends every stream; readers come back with their last seq. */
  close(): void {
    this.stopHeartbeat();
    for (const { controller, response } of this.open) {
      controller.abort();
      response.end();
    }
  }

  private beatLater(): void {
    this.stopHeartbeat = this.clock.after(this.options.heartbeatMs, () => {
      for (const stream of this.open) {
        if (!stream.fresh && !stream.response.writableNeedDrain) stream.response.write(': alive\n\n');
        stream.fresh = false;
      }
      this.beatLater();
    });
  }
}

export function renderFrame(seq: number, envelope: string): string {
  return `id: ${seq}\ndata: ${envelope}\n\n`;
}

/** For a reader whose place is older than the log: it goes on at `oldestSeq`, and what was before is gone. */
export function renderExpired(oldestSeq: number): string {
  return `event: cursor_expired\ndata: {"oldestSeq":${oldestSeq}}\n\n`;
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  if (signal.aborted || !response.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.on('drain', done);
    signal.addEventListener('abort', done);
  });
}
