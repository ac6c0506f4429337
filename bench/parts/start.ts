/** How long a start takes, and what the program weighs when it has started. */
import { startHttpFloor } from '../floors/floors.js';
import { atMost, type Figure, type Part } from '../run/figures.js';
import { makeFolder, removeFolder } from '../run/leftovers.js';
import { ProductServer } from '../run/product-server.js';
import { median, pauseMs, wallMs } from '../run/statistics.js';

const mebibyte = 1024 * 1024;
const startAimMs = 500;
const idleAimMib = 100;
const settleMs = 300;

interface Start {
  readyMs: number;
  answeredMs: number;
  serverMib: number;
  agentMib: number;
}

export const start: Part = async ({ quick }) => {
  const rounds = quick ? 2 : 3;
  const first: Start[] = [];
  const again: Start[] = [];
  const floor: { readyMs: number; rssMib: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const home = makeFolder();
    first.push(await startOnce(home));
    again.push(await startOnce(home));
    removeFolder(home);
    floor.push(await startFloorOnce());
  }
  const of = (starts: Start[], name: keyof Start) => median(starts.map((one) => one[name]));
  const floorReadyMs = median(floor.map(({ readyMs }) => readyMs));
  const firstReadyMs = of(first, 'readyMs');
  const serverMib = of(again, 'serverMib');
  const idle: Figure = {
    name: 'resident memory of the server after start',
    unit: 'MiB',
    value: serverMib,
    floor: median(floor.map(({ rssMib }) => rssMib)),
    aim: atMost(serverMib, idleAimMib, `<= ${idleAimMib} MiB`),
  };
  return [
    {
      name: 'first start: spawn to ready',
      unit: 'ms',
      value: firstReadyMs,
      floor: floorReadyMs,
      aim: atMost(firstReadyMs, startAimMs, `<= ${startAimMs} ms`),
      note: 'floor: spawn of a bare HTTP server until it listens',
    },
    { name: 'later start: spawn to ready', unit: 'ms', value: of(again, 'readyMs'), floor: floorReadyMs },
    {
      name: 'first start: spawn to the first answer of the agent',
      unit: 'ms',
      value: of(first, 'answeredMs'),
    },
    idle,
    { name: 'resident memory of the agent process', unit: 'MiB', value: of(again, 'agentMib') },
  ];
};

async function startOnce(home: string): Promise<Start> {
  const product = await ProductServer.start({ home });
  try {
    await pauseMs(settleMs);
    const serverMib = product.stats().rssBytes / mebibyte;
    const beforeMs = wallMs();
    await product.completeRun({ projectId: 'rex', prompt: 'What is 2+2?' });
    const answeredMs = product.readyAfterMs + wallMs() - beforeMs;
    return {
      readyMs: product.readyAfterMs,
      answeredMs,
      serverMib,
      agentMib: product.agentStats().rssBytes / mebibyte,
    };
  } finally {
    await product.stop();
  }
}

async function startFloorOnce(): Promise<{ readyMs: number; rssMib: number }> {
  const beforeMs = wallMs();
  const floor = await startHttpFloor({ postRow: '', postAnswer: '{}', getAnswer: '{}' }, true);
  const readyMs = wallMs() - beforeMs;
  await pauseMs(settleMs);
  const rssMib = floor.stats().rssBytes / mebibyte;
  floor.close();
  return { readyMs, rssMib };
}
