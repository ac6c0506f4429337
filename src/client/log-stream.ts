/**
 * A log as an async iterator: each event once and in order, across broken connections. Nothing is read ahead of the
 * one who iterates, so a slow reader costs no memory here and none on the server.
 */
import type { EventEnvelope, StreamAck } from '../contract/index.js';
import type { Calls } from './calls.js';
import { ConnectionError, CursorExpiredError, readRefusal, StreamGapError } from './errors.js';
import { FrameParser } from './frames.js';
import { Outage } from './outage.js';
import { fillAddress, streams } from './routes.js';
import { Leash, pause } from './surroundings.js';

/**
 * `connecting`: asked, no answer yet. `catching_up`: connected, and the log holds more that was not told yet. `live`:
 * events are told as they come. `offline`: no connection; the next try comes by itself.
 */
export type ConnectionState = 'connecting' | 'catching_up' | 'live' | 'offline';

export interface StateDetails {
  /** Why the connection is gone, and when the next try comes; with `offline`, and absent when the server closed it. */
  error?: unknown;
  retryInMs?: number;
}

export interface FollowOptions {
  /** Begins behind this seq; 0, the default, is the whole log. */
  after?: number | undefined;
  /** Only events of these types. */
  types?: readonly string[] | undefined;
  /** Rejects the iteration with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called at every change. */
  onState?: ((state: ConnectionState, details: StateDetails) => void) | undefined;
  /** What the server says at each connection: state of the session, its runs, the end of its log. */
  onAck?: ((ack: StreamAck) => void) | undefined;
  /** The log lost what is behind the last seq, and goes on from `oldestSeq`. Without this the iteration throws. */
  onCursorExpired?: ((oldestSeq: number) => void) | undefined;
  /** How long to be without a connection before giving up with its error; `Infinity` never does. */
  offlineMsMax?: number | undefined;
  /** So long without a byte, and the connection counts as broken. The server gives a sign of life every 15 s. */
  silenceMsMax?: number | undefined;
}

export interface Subject {
  route: keyof typeof streams;
  id: string;
  /** The stream ends with this run. */
  runId?: string | undefined;
}

/** Told to the reader even where it did not ask for them: they say that a run's stream is over. */
export const terminalTypes: readonly string[] = [
  'run_completed',
  'run_failed',
  'run_cancelled',
] satisfies EventEnvelope['event']['type'][];

export const offlineMsMaxDefault = 60_000;
const silenceMsMaxDefault = 45_000;

/** Throws ApiError, ConnectionError, StreamGapError, CursorExpiredError, or the reason of the signal. */
export async function* followLog(
  calls: Calls,
  subject: Subject,
  options: FollowOptions,
): AsyncGenerator<EventEnvelope, void, void> {
  const { clock } = calls.surroundings;
  const { offlineMsMax = offlineMsMaxDefault, signal } = options;
  const outage = new Outage(calls.surroundings, calls.settings.backoff, offlineMsMax);
  const reader = new LogReader(calls, subject, options, () => outage.over());
  for (;;) {
    let broken: unknown;
    try {
      yield* reader.connect();
      if (await reader.isOver()) return;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      broken = error;
    }
    // A server that shuts down, or a proxy that cuts long answers, closes the connection in good order.
    const retryInMs = outage.next(broken ?? new ConnectionError('The server closed the stream.'));
    reader.report('offline', broken === undefined ? { retryInMs } : { error: broken, retryInMs });
    await pause(clock, retryInMs, signal);
  }
}

class LogReader {
  private seq: number;
  private state: ConnectionState | undefined;
  private streamId: string | undefined;
  /** The seq that a connection began behind and met a gap. */
  private gapBehind: number | undefined;
  private ended = false;
  private readonly wanted: ReadonlySet<string> | undefined;
  private readonly filtered: boolean;

  constructor(
    private readonly calls: Calls,
    private readonly subject: Subject,
    private readonly options: FollowOptions,
    private readonly onConnected: () => void,
  ) {
    this.seq = options.after ?? 0;
    this.wanted = options.types && new Set(options.types);
    this.filtered = this.wanted !== undefined || subject.runId !== undefined;
  }

  report(state: ConnectionState, details: StateDetails = {}): void {
    if (state === this.state && state !== 'offline') return;
    this.state = state;
    this.options.onState?.(state, details);
  }

  /** The events of one connection. Returns when the server ends it, or when it has to be made anew. */
  async *connect(): AsyncGenerator<EventEnvelope, void, void> {
    this.report('connecting');
    const { surroundings } = this.calls;
    const leash = new Leash(surroundings.clock, this.options.signal);
    try {
      const chunks = (await this.open(leash)).getReader();
      const decoder = new TextDecoder();
      const parser = new FrameParser();
      const { silenceMsMax = silenceMsMaxDefault } = this.options;
      let headSeq = Infinity;
      for (;;) {
        const { done, value } = await leash.step(silenceMsMax, 'The stream', () => chunks.read());
        if (done) return;
        const frames = parser.push(decoder.decode(value, { stream: true }));
        for (const frame of frames) {
          if (frame.event === 'ack') headSeq = this.takeAck(JSON.parse(frame.data));
          if (frame.event === 'cursor_expired') this.takeExpiry(JSON.parse(frame.data));
          if (frame.event !== 'message') continue;
          const envelope = JSON.parse(frame.data) as EventEnvelope;
          if (!this.isNext(envelope, headSeq)) {
            if (envelope.seq <= this.seq) continue;
            return this.meetGap(envelope.seq);
          }
          if (this.seq >= headSeq) this.report('live');
          if (this.wanted?.has(envelope.type) ?? true) yield envelope;
          if (this.ended) return;
        }
        // Nothing but a sign of life: the server has told all there is, also where a filter hides the head.
        if (frames.length === 0 && headSeq !== Infinity && !parser.isWithinFrame) this.report('live');
      }
    } finally {
      leash.drop();
    }
  }

  /** The run that the stream is of has ended, and its last event was told or is behind us. */
  async isOver(): Promise<boolean> {
    const { runId } = this.subject;
    if (this.ended || runId === undefined) return this.ended;
    const { signal } = this.options;
    const query = { types: terminalTypes, limit: 1 };
    const address = 'GET /admin/runs/:runId/events';
    const { body } = await this.calls.ask<'listRunEvents'>(address, { ids: [runId], query }, { signal });
    const [last] = body.events;
    return last !== undefined && last.seq <= this.seq;
  }

  private async open(leash: Leash): Promise<ReadableStream<Uint8Array>> {
    const { route, id, runId } = this.subject;
    const types = this.wanted && [...this.wanted, ...(runId === undefined ? [] : terminalTypes)];
    const query = { after: this.seq, types, ...(route === 'streamSessionEvents' ? { runId } : {}) };
    const { path } = fillAddress(streams[route], [id], query);
    const { settings, surroundings } = this.calls;
    const headers = new Headers({ accept: 'text/event-stream', ...this.calls.credentials() });
    return leash.step(settings.tryMsMax, `GET ${path}`, async (signal) => {
      const response = await surroundings.fetch(settings.url + path, { headers, signal });
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
      if (response.ok && isStream && response.body !== null) return response.body;
      throw readRefusal(response.status, response.headers, await response.text());
    });
  }

  private takeAck(ack: StreamAck): number {
    const { streamId, snapshot } = ack;
    this.streamId ??= streamId;
    // Another log under the same name: its seqs say nothing about ours.
    if (streamId !== this.streamId) throw new StreamGapError(this.seq, snapshot.seq);
    this.onConnected();
    this.options.onAck?.(ack);
    this.report(this.seq >= snapshot.seq ? 'live' : 'catching_up');
    return snapshot.seq;
  }

  private takeExpiry({ oldestSeq }: { oldestSeq: number }): void {
    if (this.options.onCursorExpired === undefined) throw new CursorExpiredError(this.seq, oldestSeq);
    this.options.onCursorExpired(oldestSeq);
    this.seq = Math.max(this.seq, oldestSeq - 1);
  }

  /**
   * Moves on with an event that follows the last. With a filter any later one does, and up to the head that the ack
   * named, because the server removes deltas of runs that have ended.
   */
  private isNext({ seq, type, runId }: EventEnvelope, headSeq: number): boolean {
    const mayHaveGap = this.filtered || seq <= headSeq;
    if (mayHaveGap ? seq <= this.seq : seq !== this.seq + 1) return false;
    this.seq = seq;
    this.gapBehind = undefined;
    if (runId !== undefined && runId === this.subject.runId) this.ended ||= terminalTypes.includes(type);
    return true;
  }

  /** What is missing may have been lost on the way: it is asked for once more. */
  private meetGap(found: number): void {
    if (this.gapBehind === this.seq) throw new StreamGapError(this.seq, found);
    this.gapBehind = this.seq;
  }
}
