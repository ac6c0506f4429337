/** A one-word run on a warm session: POST, then wait. Alone, and 32 sessions at once. */
import { startHttpFloor, takeTurns } from '../floors/floors.js';
import { startLoadGenerator } from '../load/generators.js';
import type { Lane, LoadResult } from '../load/load-job.js';
import { atLeast, atMost, type Figure, type Part } from '../run/figures.js';
import { withCpu } from '../run/process-stats.js';
import { type ProductServer, promptFor, withProduct } from '../run/product-server.js';
import { median } from '../run/statistics.js';
import { prompt, recordExchange } from './run-exchange.js';

const sessions = 32;
const turnaroundAimMs = 5;
const completedAim = 1000;

export const turnaround: Part = ({ quick }) =>
  withProduct({}, async (product) => {
    const exchange = await recordExchange(product);
    const floor = await startHttpFloor(
      {
        postRow: exchange.queuedRow,
        postAnswer: exchange.postAnswer,
        getRow: exchange.completedRow,
        getAnswer: exchange.waitAnswer,
      },
      true,
    );
    const generator = startLoadGenerator();
    try {
      const lanes = await warmLanes(product, sessions);
      const load = (port: number, wanted: Lane[], amount: { times: number } | { durationMs: number }) =>
        generator.run({ port, lanes: wanted, wait: true, ...amount });
      const times = quick ? 60 : 120;
      const durationMs = quick ? 600 : 1000;
      for (const { port } of [product, floor]) await load(port, lanes, { times: 30 });
      const alone = await takeTurns(
        3,
        () => load(product.port, lanes.slice(0, 1), { times }),
        () => load(floor.port, lanes.slice(0, 1), { times }),
      );
      const together = await takeTurns(
        3,
        () =>
          withCpu(
            () => product.stats(),
            () => load(product.port, lanes, { durationMs }),
          ),
        () => withCpu(floor.stats, () => load(floor.port, lanes, { durationMs })),
      );
      return figures(alone, together);
    } finally {
      floor.close();
      generator.close();
    }
  });

/** One session per lane, its conversation open. */
export async function warmLanes(product: ProductServer, count: number): Promise<Lane[]> {
  const ids = [];
  for (let made = 0; made < count; made += 1) ids.push(await product.newSession());
  for (const id of ids) await product.completeRun(promptFor(id, prompt));
  return ids.map((id) => ({ body: promptFor(id, prompt) }));
}

interface Turns<Result> {
  product: Result[];
  floor: Result[];
}

type Load = LoadResult & { serverCpuMs: number };

function figures(alone: Turns<LoadResult>, together: Turns<Load>): Figure[] {
  const cpu = (results: Load[]) =>
    median(results.map(({ serverCpuMs, flows }) => (serverCpuMs * 1000) / flows));
  const p = (results: LoadResult[], name: 'p50Ms' | 'p99Ms') =>
    median(results.map(({ latency }) => latency[name]));
  const rate = (results: LoadResult[]) => median(results.map(({ perSecond }) => perSecond));
  const p50Ms = p(alone.product, 'p50Ms');
  const perSecond = rate(together.product);
  return [
    {
      name: 'one-word run, warm session, p50',
      unit: 'ms',
      value: p50Ms,
      floor: p(alone.floor, 'p50Ms'),
      aim: atMost(p50Ms, turnaroundAimMs, `<= ${turnaroundAimMs} ms`),
      note: 'floor: the same two requests, each with a durable insert, no agent',
    },
    { name: 'its p99', unit: 'ms', value: p(alone.product, 'p99Ms'), floor: p(alone.floor, 'p99Ms') },
    {
      name: `completed runs, ${sessions} sessions at once`,
      unit: '/s',
      value: perSecond,
      floor: rate(together.floor),
      aim: atLeast(perSecond, completedAim, `>= ${completedAim}/s`),
    },
    {
      name: 'server CPU of one run',
      unit: 'µs',
      value: cpu(together.product),
      floor: cpu(together.floor),
      note: 'without the agent; what it takes on an idle machine and a slow disk alike',
    },
    {
      name: 'their turnaround p50',
      unit: 'ms',
      value: p(together.product, 'p50Ms'),
      floor: p(together.floor, 'p50Ms'),
    },
    {
      name: 'their turnaround p99',
      unit: 'ms',
      value: p(together.product, 'p99Ms'),
      floor: p(together.floor, 'p99Ms'),
    },
  ];
}
