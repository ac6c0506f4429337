/** One run's events to many readers of its session: deliveries, what they cost the server, and that none is lost. */
import { type RunningFloor, startFloor } from '../floors/floors.js';
import type { SseFloorJob } from '../floors/sse-server.js';
import { startSseReaders } from '../load/generators.js';
import { HttpConnection, postRequest } from '../load/http-connection.js';
import type { SseJob, SseResult } from '../load/sse-job.js';
import type { BenchChild } from '../run/bench-child.js';
import { type Aim, atLeast, type Figure, type Part } from '../run/figures.js';
import type { ProcessStats } from '../run/process-stats.js';
import { type ProductServer, promptFor, withProduct } from '../run/product-server.js';
import { median, wallMs } from '../run/statistics.js';
import { prompt } from './run-exchange.js';

const eventBytes = 120;
/** Of the floor. */
const shareAim = 0.7;
const framesPerWrite = 250;
const deliveryTimeoutMs = 30_000;
const million = 1_000_000;

type Readers = BenchChild<SseJob, SseResult>;

interface Delivery {
  perSecond: number;
  cpuSecondsPerMillion: number;
  /** Of one core, taken by the process that reads. */
  readersShare: number;
  lost: number;
  duplicated: number;
}

export const fanOut: Part = ({ quick }) =>
  withProduct({}, async (product) => {
    const events = quick ? 2000 : 5000;
    const readers = startSseReaders();
    const sessionId = await product.newSession();
    try {
      await product.completeRun(promptFor(sessionId, prompt));
      const frames = await recordFrames(product, sessionId, events);
      const job: SseFloorJob = { frames, framesPerWrite };
      const floor = await startFloor<SseFloorJob>('sse-server', job);
      const figures: Figure[] = [];
      for (const count of [1, 50, 200]) {
        const fromProduct: Delivery[] = [];
        const fromFloor: Delivery[] = [];
        const rounds = quick ? 3 : 5;
        for (let round = 0; round < rounds; round += 1) {
          fromProduct.push(await deliverFromProduct(product, sessionId, readers, count, events));
          fromFloor.push(await deliverFromFloor(floor, readers, count, frames));
        }
        figures.push(...figuresOf(count, fromProduct, fromFloor));
      }
      floor.close();
      return figures;
    } finally {
      readers.close();
    }
  });

function figuresOf(count: number, product: Delivery[], floor: Delivery[]): Figure[] {
  const of = (deliveries: Delivery[], name: keyof Delivery) => median(deliveries.map((one) => one[name]));
  const rate = of(product, 'perSecond');
  const floorRate = of(floor, 'perSecond');
  const faults = product.reduce((sum, { lost, duplicated }) => sum + lost + duplicated, 0);
  const words = `>= ${shareAim} of the floor, none lost`;
  const share = atLeast(rate / floorRate, shareAim, words);
  const aim: Aim = { words, met: share.met && faults === 0 };
  const readersShare = Math.round(of(product, 'readersShare') * 100);
  return [
    {
      name: `deliveries to ${count} reader${count === 1 ? '' : 's'}`,
      unit: '/s',
      value: rate,
      floor: floorRate,
      ...(count === 1 ? {} : { aim }),
      note:
        count === 1
          ? 'bound by the source: every event is written before it is shown'
          : `readers took ${readersShare} % of a core; lost or twice: ${faults}`,
    },
    {
      name: 'its server CPU',
      unit: 's per million',
      value: of(product, 'cpuSecondsPerMillion'),
      floor: of(floor, 'cpuSecondsPerMillion'),
    },
  ];
}

async function deliverFromProduct(
  product: ProductServer,
  sessionId: string,
  readers: Readers,
  count: number,
  events: number,
): Promise<Delivery> {
  const before = await headSeqOf(product, sessionId);
  const path = `/admin/sessions/${sessionId}/events/stream?after=${before}`;
  await readers.run({ kind: 'open', port: product.port, path, readers: count, afterSeq: before });
  const statsBefore = product.stats();
  const startedMs = wallMs();
  await product.completeRun(promptFor(sessionId, emitScript(events)));
  const headSeq = await headSeqOf(product, sessionId);
  return finishDelivery(readers, headSeq, startedMs, statsBefore, () => product.stats());
}

async function deliverFromFloor(
  floor: RunningFloor,
  readers: Readers,
  count: number,
  frames: readonly string[],
): Promise<Delivery> {
  await readers.run({ kind: 'open', port: floor.port, path: '/', readers: count, afterSeq: 0 });
  const connection = await HttpConnection.open(floor.port);
  const statsBefore = floor.stats();
  const startedMs = wallMs();
  await connection.send(postRequest('/', {}));
  connection.close();
  return finishDelivery(readers, frames.length, startedMs, statsBefore, floor.stats);
}

async function finishDelivery(
  readers: Readers,
  headSeq: number,
  startedMs: number,
  statsBefore: ProcessStats,
  stats: () => ProcessStats,
): Promise<Delivery> {
  const found = await readers.run({ kind: 'expect', headSeq, timeoutMs: deliveryTimeoutMs });
  const cpuMs = stats().cpuMs - statsBefore.cpuMs;
  await readers.run({ kind: 'close' });
  const { deliveries, lost, duplicated, lastAtMs } = found;
  const elapsedMs = lastAtMs - startedMs;
  return {
    perSecond: (deliveries / elapsedMs) * 1000,
    cpuSecondsPerMillion: (cpuMs / 1000 / deliveries) * million,
    readersShare: found.cpuMs / elapsedMs,
    lost,
    duplicated,
  };
}

/** The frames of one such run as the product sends them, numbered from 1. */
async function recordFrames(product: ProductServer, sessionId: string, events: number): Promise<string[]> {
  const runId = await product.completeRun(promptFor(sessionId, emitScript(events)));
  const frames: string[] = [];
  const pageMax = 1000;
  for (let hasMore = true; hasMore; ) {
    const page = await product.get<{ events: object[]; hasMore: boolean }>(
      `/admin/runs/${runId}/events?limit=${pageMax}&offset=${frames.length}`,
    );
    for (const event of page.events)
      frames.push(`id: ${frames.length + 1}\ndata: ${JSON.stringify(event)}\n\n`);
    hasMore = page.hasMore;
  }
  return frames;
}

export function emitScript(count: number, bytes = eventBytes): string {
  return JSON.stringify({ script: [{ emit: { count, bytes } }, { say: 'done' }] });
}

async function headSeqOf(product: ProductServer, sessionId: string): Promise<number> {
  return (await product.get<{ headSeq: number }>(`/admin/sessions/${sessionId}`)).headSeq;
}
