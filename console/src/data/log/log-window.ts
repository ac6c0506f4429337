/**
 * The part of a session's log that is in the page: a piece without holes that grows at both ends. It begins with the
 * latest events, or around one of them; older and newer pages are read when they are asked for, and what happens now is
 * added as it comes. What the events come to is the affair of the fold.
 */
import type { Client, ConnectionState, EventEnvelope } from 'quarterdeck/client';

export interface LogFold {
  append(envelopes: readonly EventEnvelope[]): void;
  /** What came right before all that is here. */
  prepend(envelopes: readonly EventEnvelope[]): void;
  /** The server has removed events behind the last one that is here. */
  gap(): void;
}

/** `more`: there are further events at this end. `failed`: reading them did not work. */
export type End = 'more' | 'reading' | 'failed' | 'none';

export interface LogView<Fold extends LogFold> {
  /** Rises each time that it begins anew. */
  generation: number;
  /** Changed in place; a new view says that it may be different. */
  fold: Fold;
  state: ConnectionState | 'reading' | 'failed';
  /** Of the next try, while it is offline. */
  retryInMs: number | undefined;
  older: End;
  /** Other than `none`, what happens now is not added: the view is of the past. */
  newer: End;
  /** Events that came since the view is of the past. */
  missed: number;
  firstSeq: number;
  lastSeq: number;
  error: unknown;
}

export interface LogWindowOptions<Fold extends LogFold> {
  client: Client;
  sessionId: string;
  createFold: () => Fold;
  /** Only events of these types. */
  types?: readonly string[] | undefined;
  /** Calls back soon, once per frame at most. */
  schedule: (callback: () => void) => void;
}

/** Of one page of older or newer events. */
const pageEvents = 1000;
/** On each side of the event that is gone to. */
const aroundEvents = 500;

export class LogWindow<Fold extends LogFold> {
  private view: LogView<Fold>;
  private readonly listeners = new Set<() => void>();
  private readonly readers = new Set<(envelopes: readonly EventEnvelope[], live: boolean) => void>();
  private controller = new AbortController();
  /** Of the stream that is followed, once there is one; aborted while it is paused. */
  private following: AbortController | undefined;
  private followedSeq = 0;
  private incoming: EventEnvelope[] = [];
  private scheduled = false;
  /** Came while a page was on its way that may end right before them. */
  private held: EventEnvelope[] | undefined;

  constructor(private readonly options: LogWindowOptions<Fold>) {
    this.view = this.emptyView();
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): LogView<Fold> => this.view;

  /** Told of all that happens from now on, also while the view is of the past. `live`: just now, and not caught up with. */
  onEvents(reader: (envelopes: readonly EventEnvelope[], live: boolean) => void): () => void {
    this.readers.add(reader);
    return () => this.readers.delete(reader);
  }

  /** Begins anew, at the end of the log or around the event `seq`. */
  async open(seq?: number): Promise<void> {
    this.close();
    const controller = new AbortController();
    this.controller = controller;
    this.view = { ...this.emptyView(), generation: this.view.generation + 1 };
    this.publish({});
    try {
      const head = seq === undefined ? await this.readTail() : await this.readAround(seq);
      if (!controller.signal.aborted) void this.follow(head);
    } catch (error) {
      if (!controller.signal.aborted) this.publish({ state: 'failed', error });
    }
  }

  close(): void {
    this.controller.abort();
    this.following = undefined;
    this.incoming = [];
    this.held = undefined;
  }

  /** Lets go of the connection: a browser has few of them for all its tabs. */
  pause(): void {
    if (this.following === undefined) return;
    this.flush();
    this.following.abort();
    this.publish({ state: 'connecting' });
  }

  /** Goes on where `pause` left off. */
  resume(): void {
    if (this.following?.signal.aborted === true) void this.follow(this.followedSeq);
  }

  async readOlder(): Promise<void> {
    const { older, firstSeq } = this.view;
    if (older !== 'more' && older !== 'failed') return;
    const { signal } = this.controller;
    this.publish({ older: 'reading' });
    try {
      const { events, hasMore } = await this.readPage({ before: firstSeq, order: 'desc', limit: pageEvents });
      if (signal.aborted) return;
      const page = events.toReversed();
      this.view.fold.prepend(page);
      this.publish({ older: hasMore ? 'more' : 'none', firstSeq: page[0]?.seq ?? firstSeq });
    } catch (error) {
      if (!signal.aborted) this.publish({ older: 'failed', error });
    }
  }

  async readNewer(): Promise<void> {
    const { newer, lastSeq } = this.view;
    if (newer !== 'more' && newer !== 'failed') return;
    const { signal } = this.controller;
    this.publish({ newer: 'reading' });
    this.held = [];
    try {
      const { events, hasMore } = await this.readPage({ after: lastSeq, order: 'asc', limit: pageEvents });
      if (signal.aborted) return;
      this.append(events);
      if (hasMore) this.publish({ newer: 'more' });
      else this.arriveAtEnd();
    } catch (error) {
      if (!signal.aborted) this.publish({ newer: 'failed', error });
    } finally {
      if (!signal.aborted) this.held = undefined;
    }
  }

  /** The page ended where the log did; what came meanwhile follows it. */
  private arriveAtEnd(): void {
    this.append(this.held ?? []);
    this.publish({ newer: 'none', missed: 0 });
  }

  /** Returns the seq to follow from. */
  private async readTail(): Promise<number> {
    const { signal } = this.controller;
    const { events, hasMore } = await this.readPage({ order: 'desc', limit: pageEvents });
    if (signal.aborted) return 0;
    const page = events.toReversed();
    this.view.fold.append(page);
    const [firstSeq, lastSeq] = [page[0]?.seq ?? 0, page.at(-1)?.seq ?? 0];
    this.publish({ state: 'connecting', older: hasMore ? 'more' : 'none', firstSeq, lastSeq });
    return lastSeq;
  }

  private async readAround(seq: number): Promise<number> {
    const { signal } = this.controller;
    const [before, after, last] = await Promise.all([
      this.readPage({ before: seq, order: 'desc', limit: aroundEvents }),
      this.readPage({ after: seq - 1, order: 'asc', limit: aroundEvents }),
      this.readPage({ order: 'desc', limit: 1 }),
    ]);
    if (signal.aborted) return 0;
    const page = [...before.events.toReversed(), ...after.events];
    this.view.fold.append(page);
    const [firstSeq, lastSeq] = [page[0]?.seq ?? 0, page.at(-1)?.seq ?? 0];
    const older = before.hasMore ? 'more' : 'none';
    const newer = after.hasMore ? 'more' : 'none';
    this.publish({ state: 'connecting', older, newer, firstSeq, lastSeq });
    return after.hasMore ? (last.events[0]?.seq ?? lastSeq) : lastSeq;
  }

  private readPage(query: {
    before?: number;
    after?: number;
    order: 'asc' | 'desc';
    limit: number;
  }): ReturnType<Client['sessions']['listEvents']> {
    const { client, sessionId, types } = this.options;
    const filter = types === undefined ? {} : { types };
    const { signal } = this.controller;
    return client.sessions.listEvents(sessionId, { ...query, ...filter }, { signal });
  }

  private async follow(after: number): Promise<void> {
    const { client, sessionId, types } = this.options;
    const following = new AbortController();
    this.following = following;
    this.followedSeq = after;
    const signal = AbortSignal.any([this.controller.signal, following.signal]);
    try {
      const events = client.sessions.events(sessionId, {
        after,
        types,
        signal,
        offlineMsMax: Number.POSITIVE_INFINITY,
        onState: (state, { retryInMs }) => {
          this.flush();
          this.publish({ state, retryInMs });
        },
        onCursorExpired: () => {
          this.flush();
          this.view.fold.gap();
        },
      });
      for await (const envelope of events) this.receive(envelope);
    } catch (error) {
      if (signal.aborted) return;
      this.flush();
      // Another log under the same name, or events that do not come: what is shown may be wrong.
      if (error instanceof Error && error.name === 'StreamGapError') void this.open();
      else this.publish({ state: 'failed', error });
    }
  }

  private receive(envelope: EventEnvelope): void {
    this.followedSeq = envelope.seq;
    this.incoming.push(envelope);
    if (this.scheduled) return;
    this.scheduled = true;
    this.options.schedule(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    const envelopes = this.incoming;
    if (envelopes.length === 0) return;
    this.incoming = [];
    const { newer, missed, state } = this.view;
    if (newer === 'none') {
      this.append(envelopes);
      this.publish({});
    } else {
      this.held?.push(...envelopes);
      this.publish({ missed: missed + envelopes.length });
    }
    for (const read of this.readers) read(envelopes, state === 'live');
  }

  private append(envelopes: readonly EventEnvelope[]): void {
    const { lastSeq } = this.view;
    const fresh = envelopes.filter(({ seq }) => seq > lastSeq);
    const [first] = fresh;
    if (first === undefined) return;
    this.view.fold.append(fresh);
    this.publish({
      lastSeq: fresh.at(-1)?.seq ?? lastSeq,
      ...(this.view.firstSeq === 0 ? { firstSeq: first.seq } : {}),
    });
  }

  private publish(change: Partial<LogView<Fold>>): void {
    this.view = { ...this.view, ...change };
    for (const listener of this.listeners) listener();
  }

  private emptyView(): LogView<Fold> {
    const fold = this.options.createFold();
    const ends = { older: 'none', newer: 'none' } as const;
    return {
      generation: 0,
      fold,
      state: 'reading',
      retryInMs: undefined,
      ...ends,
      missed: 0,
      firstSeq: 0,
      lastSeq: 0,
      error: undefined,
    };
  }
}
