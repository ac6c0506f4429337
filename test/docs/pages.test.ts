import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPage, readTable, root } from './tables.js';

const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

interface PackageJson {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  scripts: Record<string, string>;
}

const packages = ['package.json', 'console/package.json'].map(
  (path) => JSON.parse(readPage(path)) as Partial<PackageJson>,
);
const scripts = new Set(packages.flatMap((one) => Object.keys(one.scripts ?? {})));

/** As GitHub makes it of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

describe.each(pages)('%s', (page) => {
  it('links to what is there', () => {
    const links = [...readPage(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]+))?\)/g)];
    const broken = links.filter(([, path, anchor]) => {
      const target = path === '' ? page : join(dirname(page), path as string);
      if (!existsSync(join(root, target))) return true;
      if (anchor === undefined) return false;
      const headings = [...readPage(target).matchAll(/^#+ (.+)$/gm)].map(([, text]) =>
        anchorOf(text as string),
      );
      return !headings.includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('names no path of the machine that it was written on', () => {
    expect(readPage(page)).not.toMatch(/(?:^|[\s"'`(=])\/(?:work|root|home|Users|tmp)\//m);
  });

  it('names only scripts that npm has', () => {
    const named = [...readPage(page).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name as string);
    expect(named.filter((name) => !scripts.has(name))).toEqual([]);
  });
});

describe('docs/decisions.md', () => {
  it('has a reason for every package', () => {
    const reasons = readTable('docs/decisions.md', ['Package', 'Why']).map(([name]) => name);
    const named = packages.flatMap(({ dependencies, devDependencies }) =>
      Object.keys({ ...dependencies, ...devDependencies }),
    );
    expect(reasons.sort()).toEqual(named.sort());
  });
});
