/** The floors as helper processes, and how product and floor take turns. */
import { join } from 'node:path';
import { BenchChild } from '../run/bench-child.js';
import { makeFolder, removeFolder } from '../run/leftovers.js';
import { type ProcessStats, readProcess } from '../run/process-stats.js';
import type { HttpFloor, HttpFloorJob } from './http-server.js';

export interface RunningFloor {
  port: number;
  stats: () => ProcessStats;
  close: () => void;
}

/** Starts a floor that serves a port. `databaseFile` is its own, removed with it. */
export async function startFloor<Job>(
  module: 'http-server' | 'sse-server' | 'page-server',
  job: Job,
): Promise<RunningFloor> {
  const child = new BenchChild<Job, { port: number }>(new URL(`./${module}.js`, import.meta.url));
  const { port } = await child.run(job);
  return { port, stats: () => readProcess(child.pid), close: () => child.close() };
}

export async function startHttpFloor(
  job: Omit<HttpFloorJob, 'databaseFile'>,
  durable: boolean,
): Promise<RunningFloor & HttpFloor> {
  const folder = makeFolder();
  const file = durable ? { databaseFile: join(folder, 'floor.db') } : {};
  const floor = await startFloor<HttpFloorJob>('http-server', { ...job, ...file });
  const close = () => {
    floor.close();
    removeFolder(folder);
  };
  return { ...floor, close };
}

/** A B A B …, so that what else the machine does falls on both. */
export async function takeTurns<A, B>(
  rounds: number,
  product: (round: number) => Promise<A>,
  floor: (round: number) => Promise<B>,
): Promise<{ product: A[]; floor: B[] }> {
  const results: { product: A[]; floor: B[] } = { product: [], floor: [] };
  for (let round = 0; round < rounds; round += 1) {
    results.product.push(await product(round));
    results.floor.push(await floor(round));
  }
  return results;
}
