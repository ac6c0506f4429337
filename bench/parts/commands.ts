/** What a small command costs a person or a script, beside a Node that does nothing, taking turns with it. */
import { spawnSync } from 'node:child_process';
import { atMost, type Figure, type Part } from '../run/figures.js';
import { program } from '../run/paths.js';
import { ProductServer } from '../run/product-server.js';
import { median, wallMs } from '../run/statistics.js';

const overBareNodeMs = 150;

const commands: Readonly<Record<string, readonly string[]>> = {
  '--version': ['--version'],
  'sessions, which asks the server': ['sessions'],
  'run --wait, which waits for an answer': ['run', '--project', 'rex', '--wait', 'What is 2+2?'],
};

export const commandsPart: Part = async ({ quick }) => {
  const rounds = quick ? 5 : 15;
  const product = await ProductServer.start();
  const url = `http://127.0.0.1:${product.port}`;
  const took: Record<string, number[]> = {};
  const bareNode: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      bareNode.push(runMs(['-e', '0'], url));
      for (const [name, args] of Object.entries(commands)) {
        took[name] ??= [];
        took[name].push(runMs([program, ...args], url));
      }
    }
  } finally {
    await product.stop();
  }
  const floor = median(bareNode);
  return Object.entries(took).map(([name, all]): Figure => {
    const value = median(all);
    const aim = atMost(value - floor, overBareNodeMs, `<= ${overBareNodeMs} ms over bare node`);
    return { ...{ name, unit: 'ms', value, floor, aim }, note: 'floor: node -e 0' };
  });
};

function runMs(args: readonly string[], url: string): number {
  const beforeMs = wallMs();
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', QUARTERDECK_URL: url };
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore', env });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return wallMs() - beforeMs;
}
