/** How long anybody waits for the server while 32 sessions work: a small request every few milliseconds. */
import { startHttpFloor, takeTurns } from '../floors/floors.js';
import { startLoadGenerator } from '../load/generators.js';
import { getRequest, HttpConnection } from '../load/http-connection.js';
import type { Part } from '../run/figures.js';
import { withProduct } from '../run/product-server.js';
import { pauseMs, type Spread, spreadOf } from '../run/statistics.js';
import { recordExchange } from './run-exchange.js';
import { warmLanes } from './turnaround.js';

const sessions = 32;
const probeEveryMs = 10;
const probe = getRequest('/healthz');

export const lag: Part = ({ quick }) =>
  withProduct({}, async (product) => {
    const exchange = await recordExchange(product);
    const floor = await startHttpFloor(
      { postRow: exchange.queuedRow, postAnswer: exchange.postAnswer, getAnswer: exchange.waitAnswer },
      true,
    );
    const generator = startLoadGenerator();
    try {
      const lanes = await warmLanes(product, sessions);
      const durationMs = quick ? 600 : 1000;
      const underLoad = async (port: number) => {
        const load = generator.run({ port, lanes, wait: true, durationMs });
        const latenciesMs = await probeFor(port, durationMs - 100);
        await load;
        return latenciesMs;
      };
      await underLoad(product.port);
      const quietMs = await probeFor(product.port, 500);
      const turns = await takeTurns(
        2,
        () => underLoad(product.port),
        () => underLoad(floor.port),
      );
      return figures(spreadOf(quietMs), spreadOf(turns.product.flat()), spreadOf(turns.floor.flat()));
    } finally {
      floor.close();
      generator.close();
    }
  });

function figures(quiet: Spread, product: Spread, floor: Spread) {
  const name = (what: string) => `GET /healthz while ${sessions} sessions work, ${what}`;
  const note = 'floor: bare HTTP + durable insert under the same load';
  return [
    { name: 'GET /healthz of an idle server, p99', unit: 'ms' as const, value: quiet.p99Ms },
    { name: name('p50'), unit: 'ms' as const, value: product.p50Ms, floor: floor.p50Ms, note },
    { name: name('p99'), unit: 'ms' as const, value: product.p99Ms, floor: floor.p99Ms },
    { name: name('worst'), unit: 'ms' as const, value: product.maxMs, floor: floor.maxMs },
  ];
}

async function probeFor(port: number, durationMs: number): Promise<number[]> {
  const connection = await HttpConnection.open(port);
  const endMs = performance.now() + durationMs;
  const latenciesMs: number[] = [];
  for (let beforeMs = performance.now(); beforeMs < endMs; beforeMs = performance.now()) {
    await connection.send(probe);
    latenciesMs.push(performance.now() - beforeMs);
    await pauseMs(probeEveryMs);
  }
  connection.close();
  return latenciesMs;
}
