/** What an idle session and an idle reader weigh in the server. */
import { startFloor } from '../floors/floors.js';
import { startLoadGenerator, startSseReaders } from '../load/generators.js';
import type { Figure, Part } from '../run/figures.js';
import type { ProcessStats } from '../run/process-stats.js';
import { type ProductServer, withProduct } from '../run/product-server.js';
import { pauseMs } from '../run/statistics.js';
import { prompt } from './run-exchange.js';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const connections = 16;
/** For what is left of a burst to be collected. */
const settleMs = 800;

export const memory: Part = async ({ quick }) => [
  ...(await withProduct({}, (product) => measureSessions(product, quick ? 480 : 1200))),
  ...(await withProduct({}, (product) => measureReaders(product, quick ? 300 : 1000))),
];

/** Each had one run, as sessions do; the same number before them fills what is filled once. */
async function measureSessions(product: ProductServer, count: number): Promise<Figure[]> {
  const generator = startLoadGenerator();
  const lanes = Array.from({ length: connections }, () => ({ body: { projectId: 'rex', prompt } }));
  const times = Math.round(count / connections);
  const create = () => generator.run({ port: product.port, lanes, wait: true, times });
  try {
    await create();
    await pauseMs(settleMs);
    const server = product.stats().rssBytes;
    const agent = product.agentStats().rssBytes;
    const { flows } = await create();
    await pauseMs(settleMs);
    const after = product.stats().rssBytes;
    return [
      {
        name: 'idle session with one run behind it: server',
        unit: 'KiB',
        value: (after - server) / kibibyte / flows,
        note: `resident memory after ${2 * flows} sessions less that after ${flows}; small or negative: nothing is kept`,
      },
      {
        name: 'the same: agent process',
        unit: 'KiB',
        value: (product.agentStats().rssBytes - agent) / kibibyte / flows,
        note: 'the warm conversations are bounded in number',
      },
      { name: `server after ${2 * flows} runs`, unit: 'MiB', value: after / mebibyte },
    ];
  } finally {
    generator.close();
  }
}

async function measureReaders(product: ProductServer, count: number): Promise<Figure[]> {
  const sessionId = await product.newSession();
  const floor = await startFloor('sse-server', { frames: [], framesPerWrite: 1 });
  const path = `/admin/sessions/${sessionId}/events/stream`;
  try {
    return [
      {
        name: 'idle reader of a stream',
        unit: 'KiB',
        value: await perReader(product.port, path, count, () => product.stats()),
        floor: await perReader(floor.port, '/', count, floor.stats),
        note: `${count} readers more; floor: bare SSE writer`,
      },
    ];
  } finally {
    floor.close();
  }
}

/** The first half fills what is filled once; the second is what is counted. */
async function perReader(
  port: number,
  path: string,
  count: number,
  stats: () => ProcessStats,
): Promise<number> {
  const first = startSseReaders();
  const second = startSseReaders();
  try {
    await first.run({ kind: 'open', port, path, readers: count, afterSeq: 0 });
    await pauseMs(settleMs);
    const before = stats().rssBytes;
    await second.run({ kind: 'open', port, path, readers: count, afterSeq: 0 });
    await pauseMs(settleMs);
    return (stats().rssBytes - before) / kibibyte / count;
  } finally {
    first.close();
    second.close();
  }
}
