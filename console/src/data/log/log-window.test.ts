/** The real client on a log in memory, which can hold back pages and cut streams. */
import type { EventEnvelope } from 'quarterdeck/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../../../src/client/index.js';
import { type LogFold, LogWindow } from './log-window';

class Seqs implements LogFold {
  seqs: (number | 'gap')[] = [];
  append(envelopes: readonly EventEnvelope[]) {
    this.seqs.push(...envelopes.map(({ seq }) => seq));
  }
  prepend(envelopes: readonly EventEnvelope[]) {
    this.seqs.unshift(...envelopes.map(({ seq }) => seq));
  }
  gap() {
    this.seqs.push('gap');
  }
}

/** A log of `count` events, and whoever follows it. */
class Log {
  private streams: ((frame: string) => void)[] = [];
  private cuts: (() => void)[] = [];
  streamsOpened: number[] = [];
  oldestSeq = 1;
  /** Pages wait for it. */
  gate: Promise<void> = Promise.resolve();

  constructor(private count: number) {}

  add(count = 1): void {
    for (let added = 0; added < count; added += 1) {
      this.count += 1;
      for (const write of this.streams) write(frameOf(this.count));
    }
  }

  cut(): void {
    for (const end of this.cuts.splice(0)) end();
    this.streams = [];
  }

  readonly fetch = async (address: string, init: RequestInit = {}): Promise<Response> => {
    const { pathname, searchParams } = new URL(address, 'http://log');
    if (pathname.endsWith('/stream')) return this.stream(Number(searchParams.get('after')), init.signal);
    // A page says what was there when it was asked for.
    const page = this.page(searchParams);
    await this.gate;
    return Response.json(page);
  };

  private page(query: URLSearchParams) {
    const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY);
    const after = Number(query.get('after') ?? 0);
    const limit = Number(query.get('limit'));
    const all = Array.from({ length: this.count }, (_, index) => index + 1);
    const matching = all.filter((seq) => seq >= this.oldestSeq && seq < before && seq > after);
    if (query.get('order') === 'desc') matching.reverse();
    const events = matching.slice(0, limit).map(envelopeOf);
    return { events, total: this.count, hasMore: matching.length > limit };
  }

  private stream(after: number, signal: AbortSignal | null | undefined): Response {
    this.streamsOpened.push(after);
    const body = new ReadableStream<string>({
      start: (controller) => {
        const write = (frame: string) => controller.enqueue(frame);
        write(`event: ack\ndata: ${JSON.stringify({ streamId: 'l', snapshot: { seq: this.count } })}\n\n`);
        if (after + 1 < this.oldestSeq)
          write(`event: cursor_expired\ndata: ${JSON.stringify({ oldestSeq: this.oldestSeq })}\n\n`);
        for (let seq = Math.max(after + 1, this.oldestSeq); seq <= this.count; seq += 1) write(frameOf(seq));
        this.streams.push(write);
        this.cuts.push(() => controller.close());
        signal?.addEventListener('abort', () => {
          this.streams = this.streams.filter((other) => other !== write);
          controller.error(signal.reason);
        });
      },
    });
    const headers = { 'content-type': 'text/event-stream' };
    return new Response(body.pipeThrough(new TextEncoderStream()), { headers });
  }
}

function envelopeOf(seq: number): EventEnvelope {
  const event = { type: 'notice' as const, level: 'info' as const, message: String(seq) };
  const ids = { projectId: 'p', sessionId: 's', streamId: 'l' };
  return { seq, type: 'notice', ts: seq, ...ids, source: 'agent', event };
}

function frameOf(seq: number): string {
  return `id: ${seq}\ndata: ${JSON.stringify(envelopeOf(seq))}\n\n`;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function watch(log: Log) {
  const client = createClient({ url: 'http://log', fetch: log.fetch, retry: { delayFirstMs: 1 } });
  const created = new LogWindow({
    client,
    sessionId: 's',
    createFold: () => new Seqs(),
    schedule: (callback) => void queueMicrotask(callback),
  });
  onTestFinished(() => created.close());
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      if (condition()) return resolve();
      const leave = created.subscribe(() => {
        if (!condition()) return;
        leave();
        resolve();
      });
    });
  return { window: created, until, view: () => created.current(), seqs: () => created.current().fold.seqs };
}

describe('a window on a log', () => {
  it('begins with the end, reads older pages when asked, and adds what happens', async () => {
    const log = new Log(2500);
    const { window, until, view, seqs } = watch(log);
    await window.open();
    await until(() => view().state === 'live');
    expect([view().older, view().newer]).toEqual(['more', 'none']);
    expect(seqs()).toEqual(range(1501, 2500));
    log.add(2);
    await until(() => view().lastSeq === 2502);
    await window.readOlder();
    await window.readOlder();
    expect(seqs()).toEqual(range(1, 2502));
    expect(view().older).toBe('none');
  });

  it('goes on behind the last event when its connection breaks, with nothing lost and nothing doubled', async () => {
    const log = new Log(3);
    const { window, until, view, seqs } = watch(log);
    await window.open();
    await until(() => view().state === 'live');
    log.cut();
    await until(() => view().state === 'offline');
    log.add(2);
    await until(() => view().lastSeq === 5);
    expect(seqs()).toEqual(range(1, 5));
    expect(log.streamsOpened).toEqual([3, 3]);
  });

  it('around an event is of the past: it counts what comes, and joins it when it arrives at the end', async () => {
    const log = new Log(1600);
    const { window, until, view, seqs } = watch(log);
    await window.open(700);
    await until(() => view().state === 'live');
    expect(seqs()).toEqual(range(200, 1199));
    log.add(3);
    await until(() => view().missed === 3);
    expect(view().lastSeq).toBe(1199);
    let open: () => void = () => undefined;
    log.gate = new Promise((resolve) => {
      open = resolve;
    });
    const reading = window.readNewer();
    // What comes while the last page is on its way is in neither of them by itself.
    log.add(2);
    await until(() => view().missed === 5);
    open();
    await reading;
    expect(view()).toMatchObject({ newer: 'none', missed: 0, lastSeq: 1605 });
    log.add();
    await until(() => view().lastSeq === 1606);
    expect(seqs()).toEqual(range(200, 1606));
  });

  it('lets go of its connection while it is paused, and catches up afterwards', async () => {
    const log = new Log(3);
    const { window, until, view, seqs } = watch(log);
    await window.open();
    await until(() => view().state === 'live');
    window.pause();
    log.add(4);
    expect(view().state).toBe('connecting');
    window.resume();
    await until(() => view().state === 'live' && view().lastSeq === 7);
    expect(seqs()).toEqual(range(1, 7));
  });

  it('says where events are missing that the server has removed meanwhile', async () => {
    const log = new Log(3);
    const { window, until, view, seqs } = watch(log);
    await window.open();
    await until(() => view().state === 'live');
    window.pause();
    log.add(7);
    log.oldestSeq = 8;
    window.resume();
    await until(() => view().lastSeq === 10);
    expect(seqs()).toEqual([1, 2, 3, 'gap', 8, 9, 10]);
  });

  it('tells what happens to those who listen, and whether it is happening now', async () => {
    const log = new Log(1);
    const { window, until, view } = watch(log);
    const told: [number, boolean][] = [];
    window.onEvents((envelopes, live) => {
      for (const { seq } of envelopes) told.push([seq, live]);
    });
    await window.open();
    await until(() => view().state === 'live');
    log.add();
    await until(() => view().lastSeq === 2);
    expect(told).toEqual([[2, true]]);
  });
});
