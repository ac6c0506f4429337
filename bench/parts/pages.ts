/** A page of 50 events out of a long log and a ten times longer one: it must not matter how long the log is. */
import { join } from 'node:path';
import { type RunningFloor, startFloor } from '../floors/floors.js';
import { getRequest, HttpConnection } from '../load/http-connection.js';
import { atMost, type Figure, type Part } from '../run/figures.js';
import { makeFolder, removeFolder } from '../run/leftovers.js';
import { withProduct } from '../run/product-server.js';
import { median, percentile, wallMs } from '../run/statistics.js';
import { type SeededLog, seedLogs } from './seeded-log.js';

const limit = 50;
const pagesPerRound = 60;
const rounds = 3;
/** The longer log may cost so many times more and still count as constant: this is noise of p50 below 1 ms. */
const growthAim = 1.5;

interface Question {
  name: string;
  path: (log: SeededLog) => string;
  /** Where the floor begins to read. */
  fromSeq: (log: SeededLog) => number;
}

const middleOf = ({ headSeq }: SeededLog) => Math.floor(headSeq / 2);
const session = ({ sessionId }: SeededLog) => `/admin/sessions/${sessionId}/events?limit=${limit}`;
const run = ({ runId }: SeededLog) => `/admin/runs/${runId}/events?limit=${limit}`;

const questions: Question[] = [
  { name: 'first page', path: (log) => session(log), fromSeq: () => 1 },
  {
    name: 'middle page by offset',
    path: (log) => `${session(log)}&offset=${middleOf(log)}`,
    fromSeq: middleOf,
  },
  {
    name: 'last page',
    path: (log) => `${session(log)}&order=desc`,
    fromSeq: ({ headSeq }) => headSeq - limit,
  },
  {
    name: 'page of one type from the middle',
    path: (log) => `${session(log)}&types=tool_execution_end&after=${middleOf(log)}`,
    fromSeq: middleOf,
  },
  {
    name: 'page of three types from the start',
    path: (log) => `${session(log)}&types=tool_execution_end,run_completed,message_update`,
    fromSeq: () => 1,
  },
  {
    name: 'middle page of one run by offset',
    path: (log) => `${run(log)}&offset=${Math.floor(log.runEvents / 2)}`,
    fromSeq: middleOf,
  },
];

export const pages: Part = async ({ quick, say }) => {
  const sizes = quick ? [10_000, 100_000] : [100_000, 1_000_000];
  const home = makeFolder();
  try {
    const startedMs = wallMs();
    const logs = await seedLogs(home, sizes);
    say(`seeded ${sizes.join(' and ')} events in ${((wallMs() - startedMs) / 1000).toFixed(1)} s`);
    const floor = await startFloor('page-server', { databaseFile: join(home, 'quarterdeck.db') });
    try {
      return await withProduct({ home }, ({ port }) => measureAll(port, floor, logs, sizes));
    } finally {
      floor.close();
    }
  } finally {
    removeFolder(home);
  }
};

async function measureAll(
  port: number,
  floor: RunningFloor,
  logs: readonly SeededLog[],
  sizes: readonly number[],
): Promise<Figure[]> {
  const product = await HttpConnection.open(port);
  const bare = await HttpConnection.open(floor.port);
  const figures: Figure[] = [];
  for (const question of questions) {
    const p50s: number[] = [];
    for (const [index, log] of logs.entries()) {
      const sessionKey = index + 1;
      const floorPath = `/${sessionKey}/${question.fromSeq(log)}/${limit}`;
      const { value, floor: floorMs } = await measureOne(product, question.path(log), bare, floorPath);
      p50s.push(value);
      const growth = value / (p50s[0] ?? value);
      const aim = atMost(growth, growthAim, `<= ${growthAim} x the shorter log`);
      figures.push({
        name: `${question.name}, ${sizes[index]?.toLocaleString('en')} events`,
        unit: 'ms',
        value,
        floor: floorMs,
        ...(index === 0 ? {} : { aim }),
      });
    }
  }
  product.close();
  bare.close();
  return figures;
}

async function measureOne(product: HttpConnection, path: string, bare: HttpConnection, floorPath: string) {
  const productMs: number[] = [];
  const floorMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    productMs.push(await p50Of(product, path));
    floorMs.push(await p50Of(bare, floorPath));
  }
  return { value: median(productMs), floor: median(floorMs) };
}

async function p50Of(connection: HttpConnection, path: string): Promise<number> {
  const request = getRequest(path);
  const durationsMs: number[] = [];
  for (let page = 0; page < pagesPerRound; page += 1) {
    const beforeMs = performance.now();
    const { status, body } = await connection.send(request);
    durationsMs.push(performance.now() - beforeMs);
    if (status !== 200 || body.length < limit * 100) throw new Error(`${path} answered ${status}: ${body}`);
  }
  return percentile(durationsMs, 0.5);
}
