/**
 * Brings a checkout into a state that runs: installs from the lock file and builds, each only when what it depends on
 * has changed. Needs nothing but Node and npm. Prints what it does on stderr; stdout belongs to the program.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Built apart, because it takes longer and changes with less. */
const consoleFolder = '.cache/console';
const [major, minor] = process.versions.node.split('.').map(Number);

export function setup() {
  if (major < 20 || (major === 20 && minor < 19)) {
    process.stderr.write(`Quarterdeck needs Node 20.19 or later; this is ${process.versions.node}.\n`);
    process.exit(1);
  }
  const installed = stampOf(
    ['package.json', 'console/package.json', 'package-lock.json', '.npmrc'],
    [process.versions.modules],
  );
  step('node_modules/.quarterdeck-installed', installed, 'installing packages', () =>
    run(process.platform === 'win32' ? 'npm.cmd' : 'npm', [
      'ci',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]),
  );
  const consoleSources = [
    ...['index.html', 'docs.html', 'docs-pages.ts', 'tsconfig.json', 'vite.config.ts'].map(
      (name) => `console/${name}`,
    ),
    ...['console/public', 'console/src', 'docs', 'src/client', 'src/contract'].flatMap(sourcesBelow),
  ];
  const consoleBuilt = stampOf(consoleSources, [installed]);
  step(`${consoleFolder}/.built`, consoleBuilt, 'building the console', () => {
    run(process.execPath, [
      'node_modules/vite/bin/vite.js',
      'build',
      'console',
      '--outDir',
      join(root, consoleFolder),
      '--logLevel',
      'warn',
    ]);
  });
  const sources = ['tsconfig.json', 'tsconfig.build.json', ...sourcesBelow('src')];
  step('dist/.built', stampOf(sources, [installed, consoleBuilt]), 'building', () => {
    // Beside the old one, which stays as it is until the new one is whole.
    const built = join(root, `.cache/dist-${process.pid}`);
    run(process.execPath, [
      'node_modules/typescript/bin/tsc',
      '-p',
      'tsconfig.build.json',
      '--outDir',
      built,
    ]);
    cpSync(join(root, 'src/store/migrations'), join(built, 'store/migrations'), { recursive: true });
    cpSync(join(root, consoleFolder), join(built, 'console'), { recursive: true });
    // `npx quarterdeck` in a checkout starts it as a program; packed, npm sees to it.
    chmodSync(join(built, 'main.js'), 0o755);
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    renameSync(built, join(root, 'dist'));
  });
}

/** Runs `action` unless the stamp file says that it was done for this very state. */
function step(stampFile, stamp, words, action) {
  const path = join(root, stampFile);
  if (existsSync(path) && readFileSync(path, 'utf8') === stamp) return;
  const startedAt = Date.now();
  process.stderr.write(`quarterdeck: ${words} …\n`);
  action();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, stamp);
  process.stderr.write(`quarterdeck: ${words}: done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    // Whatever these print is talk, not data.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  process.stderr.write(
    `quarterdeck: "${command} ${args[0]}" failed${error ? `: ${error.message}` : ''}. Nothing was started.\n`,
  );
  process.exit(1);
}

function stampOf(paths, extra) {
  const hash = createHash('sha256');
  for (const path of paths)
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.update(extra.join('\0')).digest('hex');
}

function sourcesBelow(folder) {
  return filesBelow(folder).filter((path) => !/\.test\.tsx?$/.test(path));
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) setup();
