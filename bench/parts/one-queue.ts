/** 100 prompts to one session at the same moment: when is the last one answered, and was the order kept? */
import { startHttpFloor, takeTurns } from '../floors/floors.js';
import { startLoadGenerator } from '../load/generators.js';
import { atMost, type Part } from '../run/figures.js';
import { type ProductServer, promptFor, withProduct } from '../run/product-server.js';
import { median } from '../run/statistics.js';
import { prompt, recordExchange } from './run-exchange.js';

const posts = 100;
const aimMs = 500;

export const oneQueue: Part = () =>
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
    const burst = async (port: number, sessionId: string) => {
      const lanes = Array.from({ length: posts }, () => ({ body: promptFor(sessionId, prompt) }));
      return (await generator.run({ port, lanes, wait: true, times: 1 })).elapsedMs;
    };
    try {
      await burst(product.port, await product.newSession());
      const turns = await takeTurns(
        3,
        async () => {
          const sessionId = await product.newSession();
          const elapsedMs = await burst(product.port, sessionId);
          await checkOrder(product, sessionId);
          return elapsedMs;
        },
        () => burst(floor.port, 'ses_0'),
      );
      const value = median(turns.product);
      return [
        {
          name: `${posts} posts to one session at once, until all completed`,
          unit: 'ms',
          value,
          floor: median(turns.floor),
          aim: atMost(value, aimMs, `<= ${aimMs} ms, in order`),
          note: 'order and single file checked in the log',
        },
      ];
    } finally {
      floor.close();
      generator.close();
    }
  });

interface Page {
  events: { type: string; runId: string }[];
}

/** Every run ran alone, in the order in which it was queued, and completed once. */
async function checkOrder(product: ProductServer, sessionId: string): Promise<void> {
  const types = 'run_queued,run_started,run_completed';
  const { events } = await product.get<Page>(`/admin/sessions/${sessionId}/events?types=${types}&limit=1000`);
  const queued = events.flatMap(({ type, runId }) => (type === 'run_queued' ? [runId] : []));
  const ran = events.flatMap(({ type, runId }) => (type === 'run_queued' ? [] : [`${type} ${runId}`]));
  const wanted = queued.flatMap((runId) => [`run_started ${runId}`, `run_completed ${runId}`]);
  if (queued.length === posts && ran.join() === wanted.join()) return;
  throw new Error(`the runs of ${sessionId} did not run one by one in the order of their queue`);
}
