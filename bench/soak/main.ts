/**
 * `npm run soak [-- --minutes 10]`: mixed load over 32 sessions, and then a look at what is left of it. Fails when memory,
 * files or processes of the server do not come back to where they were after a first minute of the same load.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanUpAtExit, makeFolder, removeFolder } from '../run/leftovers.js';
import { childPids } from '../run/process-stats.js';
import { ProductServer } from '../run/product-server.js';
import { pauseMs } from '../run/statistics.js';
import { ask, Session } from './load.js';

interface Footprint {
  serverMib: number;
  agentMib: number;
  files: number;
  processes: number;
  walMib: number;
}

const sessions = 32;
const minuteMs = 60_000;
/** Caches, code and warm conversations are there after this. */
const warmUpMs = minuteMs;
/** Longer than connections of the load stay open, and than two sweeps. */
const settleMs = 15_000;
const thinkMsMax = 400;
const mebibyte = 2 ** 20;
/** What may be more at the end; memory comes back in pieces, files and processes do at once. */
const tolerance: Footprint = { serverMib: 48, agentMib: 48, files: 2, processes: 0, walMib: 16 };

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '3' } } });
const durationMs = Number(values.minutes) * minuteMs;

function footprint(server: ProductServer, home: string): Footprint {
  return {
    serverMib: server.stats().rssBytes / mebibyte,
    agentMib: server.agentStats().rssBytes / mebibyte,
    files: readdirSync(`/proc/${server.pid}/fd`).length,
    processes: descendants(server.pid),
    walMib: statSync(join(home, 'quarterdeck.db-wal')).size / mebibyte,
  };
}

function descendants(pid: number): number {
  return childPids(pid).reduce((sum, child) => sum + 1 + descendants(child), 0);
}

/** Every session does one thing after another, by chance, until the time is over. */
async function load(all: readonly Session[], ms: number): Promise<number> {
  const end = performance.now() + ms;
  let done = 0;
  await Promise.all(
    all.map(async (session) => {
      while (performance.now() < end) {
        await session.deeds[Math.floor(Math.random() * session.deeds.length)]?.();
        done += 1;
        await pauseMs(Math.random() * thinkMsMax);
      }
    }),
  );
  return done;
}

async function settled(server: ProductServer, home: string, origin: string): Promise<Footprint> {
  await pauseMs(settleMs);
  const { activeRuns, openStreams } = await ask<Record<string, unknown>>(origin, 'GET', '/admin/status');
  if (activeRuns !== 0 || openStreams !== 0)
    throw new Error(`${String(activeRuns)} runs and ${String(openStreams)} streams are left`);
  return footprint(server, home);
}

cleanUpAtExit();
const home = makeFolder();
const server = await ProductServer.start({ home });
const origin = `http://127.0.0.1:${server.port}`;
const all = await Promise.all(Array.from({ length: sessions }, () => Session.create(origin)));
await load(all, warmUpMs);
const before = await settled(server, home, origin);
const done = await load(all, durationMs);
const after = await settled(server, home, origin);
await server.stop();
removeFolder(home);

process.stdout.write(`soak: ${done} deeds in ${values.minutes} minutes over ${sessions} sessions\n`);
const names = Object.keys(tolerance) as (keyof Footprint)[];
for (const name of names) {
  const words = `${before[name].toFixed(1)} before, ${after[name].toFixed(1)} after, ${tolerance[name]} more allowed`;
  process.stdout.write(`soak: ${name.padEnd(10)} ${words}\n`);
}
const grown = names.filter((name) => after[name] > before[name] + tolerance[name]);
if (grown.length > 0) process.stderr.write(`soak: grew too much: ${grown.join(', ')}\n`);
process.exit(grown.length === 0 ? 0 : 1);
