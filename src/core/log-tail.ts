/**
 * Following a session's log by offset. A tail is the latest part of one followed log in memory, read from the store
 * once for all its readers and rendered once. A reader behind the tail reads pages of the store at its own pace; one
 * that does not read costs nothing but its place. Readers pull: nothing here can slow a writer.
 */
import { isTerminalEventType, terminalEventTypes } from '../contract/index.js';
import { envelopeRenderer, type LogIdentity } from './envelope.js';
import type { EventQuery, EventStore, StoredEvent } from './ports/store.js';
import type { Wakeup } from './ports/wakeup.js';

/** Renders one event as it goes over the wire; given its envelope as JSON. */
export type FrameRenderer = (seq: number, envelope: string) => string;

export interface FollowRequest extends LogIdentity {
  /** Events behind this seq. */
  after: number;
  /** Where the log ended when the caller looked, at least `after`. */
  headSeq: number;
  /** Only this run's events; the follower ends behind its terminal event. */
  runId?: string;
  types?: ReadonlySet<string>;
  /** Nothing will follow what the log holds now (the run had ended when the caller looked): end there. */
  endAtHead?: boolean;
  signal: AbortSignal;
}

export interface Frames {
  bytes: Buffer;
  lastSeq: number;
}

interface Frame {
  event: StoredEvent;
  text: string;
}

interface Segment {
  from: number;
  to: number;
  frames: Frame[];
  /** All frames, for readers without a filter. */
  bytes: Buffer;
}

export interface LogTailsParts {
  store: EventStore;
  wakeup: Wakeup;
  renderFrame: FrameRenderer;
  /** Told to a reader whose place was removed; the log goes on for it at `oldestSeq`. */
  renderExpired: (oldestSeq: number) => string;
  /** Of one tail. */
  bytesMax: number;
  pageMax: number;
  onError: (error: unknown) => void;
}

export class LogTails {
  private readonly tails = new Map<string, Tail>();

  constructor(private readonly parts: LogTailsParts) {}

  /**
   * Yields what stands behind `after` and then what is appended, each event once and in order, until the signal
   * aborts, the run that is followed has ended, or the session is deleted. A reader whose place retention has removed
   * is told so before what is left.
   */
  async *follow(request: FollowRequest): AsyncGenerator<Frames, void, void> {
    const { sessionId, signal } = request;
    const tail = this.acquire(request);
    try {
      let position = request.after;
      while (!signal.aborted && !tail.gone) {
        if (position >= tail.headSeq) {
          // The tail may be behind what its caller saw.
          if (request.endAtHead === true && position >= request.headSeq) return;
          await tail.grown(position, signal);
          continue;
        }
        const segment = tail.segmentBehind(position);
        const part =
          segment === undefined
            ? await this.readPage(tail, position, request)
            : cutSegment(segment, position, request);
        position = part.to;
        if (part.bytes.length > 0) yield { bytes: part.bytes, lastSeq: part.to };
        if (part.ended) return;
      }
    } finally {
      tail.followers -= 1;
      if (tail.followers === 0 && this.tails.get(sessionId) === tail) {
        tail.stop();
        this.tails.delete(sessionId);
      }
    }
  }

  /** Looks again at every followed log: makes good a lost wake-up. */
  sweep(): void {
    for (const tail of this.tails.values()) tail.wake();
  }

  private acquire(request: FollowRequest): Tail {
    let tail = this.tails.get(request.sessionId);
    if (tail === undefined || tail.gone) {
      tail = new Tail(request, request.headSeq, this.parts);
      this.tails.set(request.sessionId, tail);
    } else if (tail.headSeq < request.headSeq) {
      tail.wake();
    }
    tail.followers += 1;
    return tail;
  }

  /** A page of the store for a reader that is behind the tail. */
  private async readPage(tail: Tail, after: number, request: FollowRequest) {
    const { store, pageMax, renderExpired } = this.parts;
    const head = tail.headSeq;
    const { events, oldestSeq } = await store.readEventsBehind(logQuery(request, after, pageMax));
    // A page that is not full has seen everything up to the head that was known before it was read.
    const to =
      events.length < pageMax ? Math.max(head, events.at(-1)?.seq ?? 0) : (events.at(-1)?.seq ?? head);
    const page = joinFrames(events.map(tail.frame), to, request);
    if (oldestSeq <= after + 1) return page;
    return { ...page, bytes: Buffer.concat([Buffer.from(renderExpired(oldestSeq)), page.bytes]) };
  }
}

class Tail {
  followers = 0;
  /** The session was deleted: there will be no more. */
  gone = false;
  readonly frame: (event: StoredEvent) => Frame;
  private readonly segments: Segment[] = [];
  private bytes = 0;
  private reading = false;
  private again = false;
  private readonly waiting = new Set<() => void>();
  private readonly unsubscribe: () => void;

  constructor(
    private readonly identity: LogIdentity,
    public headSeq: number,
    private readonly parts: LogTailsParts,
  ) {
    const envelope = envelopeRenderer(identity);
    this.frame = (event) => ({ event, text: parts.renderFrame(event.seq, envelope(event)) });
    this.unsubscribe = parts.wakeup.subscribe(`log:${identity.sessionId}`, () => this.wake());
    // What was appended between the caller's look and the subscription has woken nobody.
    this.wake();
  }

  stop(): void {
    this.unsubscribe();
  }

  wake(): void {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    this.readOn().catch(this.parts.onError);
  }

  /** Resolves when the log has grown beyond `position`, the session is gone, or the signal aborts. */
  grown(position: number, signal: AbortSignal): Promise<void> {
    if (this.headSeq > position || this.gone || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  /** The segment that holds the event behind `position`, while memory has it. */
  segmentBehind(position: number): Segment | undefined {
    const { segments } = this;
    if (segments[0] === undefined || segments[0].from > position + 1) return undefined;
    // Readers are mostly at the end.
    for (let index = segments.length - 1; index >= 0; index -= 1) {
      const segment = segments[index];
      if (segment !== undefined && segment.from <= position + 1) return segment;
    }
    return undefined;
  }

  private async readOn(): Promise<void> {
    const { store, pageMax } = this.parts;
    const { sessionId } = this.identity;
    try {
      do {
        this.again = false;
        const events = await store.readEvents(logQuery({ sessionId }, this.headSeq, pageMax));
        if (events.length > 0) this.grow(events.map(this.frame));
        if (events.length === pageMax) this.again = true;
        if (events.length === 0 && !(await store.hasLog(sessionId))) this.end();
      } while (this.again && !this.gone);
    } finally {
      // In the same step as the last look at `again`, or a wake-up that comes right now would be lost.
      this.reading = false;
    }
  }

  private grow(frames: Frame[]): void {
    const [first] = frames;
    const last = frames.at(-1);
    if (first === undefined || last === undefined) return;
    const bytes = Buffer.from(frames.map((frame) => frame.text).join(''));
    this.segments.push({ from: this.headSeq + 1, to: last.event.seq, frames, bytes });
    this.bytes += bytes.length;
    while (this.bytes > this.parts.bytesMax && this.segments.length > 1) {
      this.bytes -= this.segments.shift()?.bytes.length ?? 0;
    }
    this.headSeq = last.event.seq;
    this.wakeWaiting();
  }

  private end(): void {
    this.gone = true;
    this.stop();
    this.wakeWaiting();
  }

  private wakeWaiting(): void {
    for (const done of [...this.waiting]) done();
  }
}

function logQuery(
  { sessionId, runId, types }: Pick<FollowRequest, 'sessionId' | 'runId' | 'types'>,
  after: number,
  limit: number,
): EventQuery {
  return {
    sessionId,
    after,
    limit,
    order: 'asc',
    ...(runId === undefined ? {} : { runId }),
    // The end of a run must be seen even where it is not wanted.
    ...(types === undefined
      ? {}
      : { types: runId === undefined ? [...types] : [...types, ...terminalEventTypes] }),
  };
}

function cutSegment(segment: Segment, position: number, request: FollowRequest) {
  if (segment.from === position + 1 && request.runId === undefined && request.types === undefined) {
    return { bytes: segment.bytes, to: segment.to, ended: false };
  }
  return joinFrames(
    segment.frames.filter(({ event }) => event.seq > position),
    segment.to,
    request,
  );
}

function joinFrames(frames: Frame[], to: number, { runId, types }: FollowRequest) {
  const ofRun = runId === undefined ? frames : frames.filter(({ event }) => event.runId === runId);
  const wanted = types === undefined ? ofRun : ofRun.filter(({ event }) => types.has(event.type));
  return {
    bytes: Buffer.from(wanted.map(({ text }) => text).join('')),
    to,
    ended: runId !== undefined && ofRun.some(({ event }) => isTerminalEventType(event.type)),
  };
}
