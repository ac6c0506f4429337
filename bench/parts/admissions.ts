/** How many prompts are taken over HTTP, durably: with agents at work, and alone while the one slot is occupied. */
import { type RunningFloor, startHttpFloor, takeTurns } from '../floors/floors.js';
import { startLoadGenerator } from '../load/generators.js';
import type { Lane, LoadJob, LoadResult } from '../load/load-job.js';
import type { BenchChild } from '../run/bench-child.js';
import { atLeast, type Figure, type Part } from '../run/figures.js';
import { withCpu } from '../run/process-stats.js';
import { type ProductServer, promptFor, withProduct } from '../run/product-server.js';
import { median, pauseMs } from '../run/statistics.js';
import { prompt, recordExchange } from './run-exchange.js';

const connections = 32;
const warmUpMs = 250;
/** Of the floor. */
const shareAim = 0.7;
const queueFlags = { 'queued-runs-max': '1000000', 'queued-runs-per-session-max': '100000' };
const hang = JSON.stringify({ script: [{ hang: true }] });

type Server = Pick<RunningFloor, 'port' | 'stats'>;
type Load = LoadResult & { serverCpuMs: number };
type Generator = BenchChild<LoadJob, LoadResult>;

interface Bench {
  product: ProductServer;
  generator: Generator;
  durable: RunningFloor;
  plain: RunningFloor;
  rounds: number;
  roundMs: number;
}

export const admissions: Part = async ({ quick }) => {
  const scale = { rounds: 3, roundMs: quick ? 300 : 500 };
  const busy = await withBench(queueFlags, scale, async (bench) => measureWithRuns(bench, quick));
  const alone = await withBench({ ...queueFlags, 'active-runs-max': '1' }, scale, async (bench) => {
    await occupySlot(bench.product);
    return [...(await measureNewSessions(bench)), ...(await measureOneSession(bench))];
  });
  return [...alone, ...busy];
};

async function withBench<T>(
  flags: Record<string, string>,
  scale: { rounds: number; roundMs: number },
  action: (bench: Bench) => Promise<T>,
): Promise<T> {
  return withProduct({ flags }, async (product) => {
    const exchange = await recordExchange(product);
    const job = {
      postRow: exchange.queuedRow,
      postAnswer: exchange.postAnswer,
      getAnswer: exchange.waitAnswer,
    };
    const durable = await startHttpFloor(job, true);
    const plain = await startHttpFloor(job, false);
    const generator = startLoadGenerator();
    try {
      return await action({ product, generator, durable, plain, ...scale });
    } finally {
      for (const helper of [durable, plain, generator]) helper.close();
    }
  });
}

/** Only the built-in agent's one slot: nothing that is admitted from now on is run. */
async function occupySlot(product: ProductServer): Promise<void> {
  const { runId } = await product.post<{ runId: string }>('/admin/runs', { projectId: 'rex', prompt: hang });
  for (;;) {
    const { status } = await product.get<{ status: string }>(`/admin/runs/${runId}`);
    if (status === 'running') return;
    await pauseMs(10);
  }
}

async function measureNewSessions(bench: Bench): Promise<Figure[]> {
  const lanes = Array.from({ length: connections }, () => ({ body: { projectId: 'rex', prompt } }));
  const { product, durable, plain } = await measure(bench, lanes);
  const rate = median(product.map(({ perSecond }) => perSecond));
  const floorRate = median(durable.map(({ perSecond }) => perSecond));
  const p = (results: LoadResult[], name: 'p50Ms' | 'p99Ms') =>
    median(results.map(({ latency }) => latency[name]));
  return [
    {
      name: 'admissions, new sessions, nothing runs',
      unit: '/s',
      value: rate,
      floor: floorRate,
      aim: atLeast(rate / floorRate, shareAim, `>= ${shareAim} of the floor`),
      note: `floor: bare HTTP + durable insert; load generator took ${shareOf(product)} of a core (floor: ${shareOf(durable)})`,
    },
    {
      name: 'the same, against a server that writes nothing',
      unit: '/s',
      value: rate,
      floor: median(plain.map(({ perSecond }) => perSecond)),
      note: 'floor: bare HTTP, no insert',
    },
    { name: 'its server CPU', unit: 'µs', value: cpuOf(product), floor: cpuOf(durable) },
    { name: 'its latency p50', unit: 'ms', value: p(product, 'p50Ms'), floor: p(durable, 'p50Ms') },
    { name: 'its latency p99', unit: 'ms', value: p(product, 'p99Ms'), floor: p(durable, 'p99Ms') },
  ];
}

async function measureOneSession(bench: Bench): Promise<Figure[]> {
  const sessionId = await bench.product.newSession();
  const lanes = Array.from({ length: connections }, () => ({ body: promptFor(sessionId, prompt) }));
  const { product, durable } = await measure(bench, lanes);
  const rate = median(product.map(({ perSecond }) => perSecond));
  const floorRate = median(durable.map(({ perSecond }) => perSecond));
  return [
    {
      name: 'admissions, one session, nothing runs',
      unit: '/s',
      value: rate,
      floor: floorRate,
      aim: atLeast(rate / floorRate, shareAim, `>= ${shareAim} of the floor`),
      note: `its queue grew to ${product.reduce((sum, { flows }) => sum + flows, 0)} runs`,
    },
    { name: 'its server CPU', unit: 'µs', value: cpuOf(product), floor: cpuOf(durable) },
  ];
}

async function measure({ product, generator, durable, plain, rounds, roundMs }: Bench, lanes: Lane[]) {
  const load = (server: Server, durationMs: number): Promise<Load> =>
    withCpu(
      () => server.stats(),
      () => generator.run({ port: server.port, lanes, wait: false, durationMs }),
    );
  for (const server of [product, durable, plain]) await load(server, warmUpMs);
  const plainResults: Load[] = [];
  const turns = await takeTurns(
    rounds,
    () => load(product, roundMs),
    async () => {
      const result = await load(durable, roundMs);
      plainResults.push(await load(plain, roundMs / 2));
      return result;
    },
  );
  return { product: turns.product, durable: turns.floor, plain: plainResults };
}

/** A burst, and then quiet until all of it has run: else the floor would be measured beside the product's agents. */
async function measureWithRuns({ product, generator, durable }: Bench, quick: boolean): Promise<Figure[]> {
  const lanes = Array.from({ length: connections }, () => ({ body: { projectId: 'rex', prompt } }));
  const burst = (port: number) => generator.run({ port, lanes, wait: false, times: quick ? 15 : 30 });
  const turns = await takeTurns(
    3,
    async () => {
      const result = await burst(product.port);
      await untilQuiet(product);
      return result;
    },
    () => burst(durable.port),
  );
  const rate = (results: LoadResult[]) => median(results.map(({ perSecond }) => perSecond));
  const p99 = (results: LoadResult[]) => median(results.map(({ latency }) => latency.p99Ms));
  return [
    {
      name: 'admissions, new sessions, while runs execute',
      unit: '/s',
      value: rate(turns.product),
      floor: rate(turns.floor),
      note: 'bursts; the agents take their share of the cores meanwhile',
    },
    { name: 'its latency p99', unit: 'ms', value: p99(turns.product), floor: p99(turns.floor) },
  ];
}

async function untilQuiet(product: ProductServer): Promise<void> {
  for (;;) {
    const { total } = await product.get<{ total: number }>('/admin/runs?projectId=rex&status=queued&limit=1');
    const { activeRuns } = await product.get<{ activeRuns: number }>('/admin/status');
    if (total === 0 && activeRuns === 0) return;
    await pauseMs(50);
  }
}

/** Microseconds of one admission, on all threads. */
function cpuOf(loads: readonly Load[]): number {
  return median(loads.map(({ serverCpuMs, flows }) => (serverCpuMs * 1000) / flows));
}

function shareOf(results: LoadResult[]): string {
  return `${Math.round(median(results.map(({ generatorShare }) => generatorShare)) * 100)} %`;
}
