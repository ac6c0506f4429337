/**
 * The real agents that tests drive: which versions, where they are, and `npm run agents:install -- [NAME …] [--into DIR]`,
 * which installs them, each into a folder of its own. They are no dependencies of the package: `npm start` would
 * bring hundreds of megabytes that it does not use.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from './setup.mjs';

const ownFolder = join(root, '.cache/agents');
const chosenFolder = process.env.QUARTERDECK_AGENTS_DIR;
/** From an agent to its packages, each with its version. */
const pins = JSON.parse(readFileSync(join(root, 'scripts/agents.json'), 'utf8'));

export const agentNames = Object.keys(pins);

/** The folder that holds the agent's `node_modules` in the pinned versions; nothing when it is not installed. */
export function findAgent(name) {
  const folders = chosenFolder ? [resolve(chosenFolder), ownFolder] : [ownFolder];
  return folders.map((folder) => join(folder, name)).find((folder) => isInstalled(name, folder));
}

function isInstalled(name, folder) {
  return Object.entries(pins[name]).every(([id, version]) => {
    const manifest = join(folder, 'node_modules', id, 'package.json');
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version;
  });
}

/** Makes sure that the agent is there, and ends this process when that fails. */
export function installAgent(name, into = chosenFolder || ownFolder) {
  const folder = resolve(into, name);
  if (isInstalled(name, folder)) return;
  // Beside the place it gets, so that an install that was interrupted is never taken for a whole one.
  const unfinished = resolve(into, `.installing-${name}`);
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const packages = Object.entries(pins[name]).map(([id, version]) => `${id}@${version}`);
  process.stderr.write(`quarterdeck: installing ${packages.join(' and ')} for tests …\n`);
  const { status, error } = spawnSync(
    'npm',
    [
      'install',
      '--prefix',
      unfinished,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      ...packages,
    ],
    { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' },
  );
  if (status !== 0 || !isInstalled(name, unfinished)) {
    rmSync(unfinished, { recursive: true, force: true });
    process.stderr.write(
      `quarterdeck: "${name}" could not be installed${error ? `: ${error.message}` : ''}. Is the npm registry within reach?\n`,
    );
    process.exit(1);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
}

function main() {
  const { values, positionals } = parseArgs({
    options: { into: { type: 'string' } },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !agentNames.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no agent "${unknown}" to install; there are ${agentNames.join(', ')}.\n`);
    process.exit(1);
  }
  for (const name of positionals.length > 0 ? positionals : agentNames) installAgent(name, values.into);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main();
