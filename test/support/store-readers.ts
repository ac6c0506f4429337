/** Readers of a followed log: what they were given, and when it ended for them. */
import { onTestFinished } from 'vitest';
import type { EventEnvelope } from '../../src/contract/index.js';
import type { Wakeup } from '../../src/core/index.js';
import { type FollowRequest, LogTails } from '../../src/core/log-tail.js';
import type { StoreWorld } from './store-world.js';

export interface TailOptions {
  bytesMax?: number;
  pageMax?: number;
  /** Absent: those of the store. */
  wakeup?: Wakeup;
}

export interface Followed {
  tails: LogTails;
  /** How often an event was put into a frame. */
  rendered(): number;
  reader(request: Partial<FollowRequest> & { sessionId: string }): Reader;
}

export interface Reader {
  seqs: number[];
  envelopes: EventEnvelope[];
  /** Where the log was said to go on, and how many events had come before. */
  expired: { oldestSeq: number; behind: number }[];
  /** Resolves with true when the log has ended for this reader, with false when it was aborted. */
  ended: Promise<boolean>;
  /** Reads the next part; undefined at the end. */
  next(): Promise<readonly number[] | undefined>;
  /** Reads on its own from here. */
  flow(): this;
  /** Resolves when the seq was read. */
  has(seq: number): Promise<void>;
  leave(): void;
}

/** Hears of nothing, as if every wake-up were lost. */
export const deafWakeup: Wakeup = { notify: () => undefined, subscribe: () => () => undefined };

export function followLogs(world: StoreWorld, options: TailOptions = {}): Followed {
  let frames = 0;
  const tails = new LogTails({
    store: world.store,
    wakeup: options.wakeup ?? world.wakeup,
    renderFrame: (seq, envelope) => {
      frames += 1;
      return `${seq} ${envelope}\n`;
    },
    renderExpired: (oldestSeq) => `${expiredWord}${oldestSeq}\n`,
    bytesMax: options.bytesMax ?? 100_000,
    pageMax: options.pageMax ?? 100,
    onError: (error) => {
      throw error;
    },
  });
  return { tails, rendered: () => frames, reader: (request) => startReader(tails, request) };
}

const expiredWord = 'expired ';

function startReader(tails: LogTails, request: Partial<FollowRequest> & { sessionId: string }): Reader {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const parts = tails.follow({
    projectId: 'rex',
    after: 0,
    headSeq: request.after ?? 0,
    signal: controller.signal,
    ...request,
  });
  const waiting = new Set<() => void>();
  let flowing = false;
  let end: (reached: boolean) => void = () => undefined;
  const reader: Reader = {
    seqs: [],
    envelopes: [],
    expired: [],
    ended: new Promise((resolve) => {
      end = resolve;
    }),
    next: async () => {
      const { value } = await parts.next();
      if (value === undefined) {
        end(!controller.signal.aborted);
        return undefined;
      }
      const all = value.bytes.toString().trimEnd().split('\n');
      const lines = all.filter((line) => !line.startsWith(expiredWord));
      for (const line of all.filter((one) => one.startsWith(expiredWord)))
        reader.expired.push({
          oldestSeq: Number(line.slice(expiredWord.length)),
          behind: reader.seqs.length,
        });
      const seqs = lines.map((line) => Number(line.slice(0, line.indexOf(' '))));
      reader.seqs.push(...seqs);
      reader.envelopes.push(...lines.map((line) => JSON.parse(line.slice(line.indexOf(' ') + 1))));
      for (const look of waiting) look();
      return seqs;
    },
    flow: () => {
      if (flowing) return reader;
      flowing = true;
      void (async () => {
        while ((await reader.next()) !== undefined);
      })();
      return reader;
    },
    has: (seq) =>
      new Promise((resolve) => {
        const look = () => {
          if (!reader.seqs.includes(seq)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    leave: () => controller.abort(),
  };
  return reader;
}

/** All numbers from the first to the last. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
}
