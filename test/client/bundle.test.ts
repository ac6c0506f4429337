/** What a page pays for the client: bundled as Vite bundles it, from the sources. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { root } from '../support/server-process.js';

const bytesMax = 15_000;

interface Chunk {
  code: string;
  moduleIds: string[];
  imports: string[];
  dynamicImports: string[];
}

interface Bundler {
  rolldown(options: { input: string; platform: 'browser' }): Promise<{
    generate(options: { format: 'esm'; minify: boolean }): Promise<{ output: Chunk[] }>;
    close(): Promise<void>;
  }>;
}

/** Rolldown comes with Vite, and Vite with Vitest; none of them has to lie at the top of node_modules. */
async function loadBundler(): Promise<Bundler> {
  const vitest = createRequire(import.meta.url).resolve('vitest/package.json');
  const vite = createRequire(vitest).resolve('vite/package.json');
  return import(pathToFileURL(createRequire(vite).resolve('rolldown')).href) as Promise<Bundler>;
}

let chunks: Chunk[];

beforeAll(async () => {
  const { rolldown } = await loadBundler();
  const bundle = await rolldown({ input: join(root, 'src/client/index.ts'), platform: 'browser' });
  chunks = (await bundle.generate({ format: 'esm', minify: true })).output;
  await bundle.close();
});

test('the client is one file that imports nothing', () => {
  expect(chunks).toHaveLength(1);
  expect(chunks[0]).toMatchObject({ imports: [], dynamicImports: [] });
});

test('nothing but the client is in it', () => {
  const sources = readdirSync(join(root, 'src/client'))
    .filter((name) => !name.endsWith('.test.ts'))
    .map((name) => `src/client/${name}`);
  const bundled = chunks[0]?.moduleIds.map((id) => relative(root, id)) ?? [];
  expect(bundled.length).toBeGreaterThan(5);
  expect(bundled.filter((path) => !sources.includes(path))).toEqual([]);
});

test('it needs nothing of Node', () => {
  expect(chunks[0]?.code).not.toMatch(/\b(?:process|Buffer|require|global|__dirname)\b|node:/);
});

test('it compiles where there are the types of a browser and none of Node', () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options = [
    ...[
      '--noEmit',
      '--strict',
      '--noUncheckedIndexedAccess',
      '--exactOptionalPropertyTypes',
      '--skipLibCheck',
    ],
    ...['--target', 'es2022', '--lib', 'es2023,dom,dom.iterable,dom.asynciterable'],
    ...['--module', 'esnext', '--moduleResolution', 'bundler', '--typeRoots', join(root, 'none')],
  ];
  const { stdout, status } = spawnSync(process.execPath, [tsc, ...options, 'src/client/index.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
}, 180_000);

test('it is at most 15 kB, minified and compressed', () => {
  const { length } = gzipSync(chunks[0]?.code ?? '');
  expect(length).toBeGreaterThan(1000);
  expect(length).toBeLessThanOrEqual(bytesMax);
});
