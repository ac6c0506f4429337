/** Every example of a file in the pages is one that is taken, and none stands there that no test looks at. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { enterTargets } from '../support/targets-world.js';
import { readPage, root } from './tables.js';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

interface Block {
  page: string;
  line: number;
  language: string;
  text: string;
}

function blocksOf(page: string): Block[] {
  const text = readPage(page);
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1] ?? '',
    text: match[2] ?? '',
  }));
}

const blocks = pages.flatMap(blocksOf);

/** Pages whose commands or programs a suite of `test/e2e` runs, each whole. */
const runPages: Readonly<Record<string, readonly string[]>> = {
  bash: ['README.md', 'docs/cli.md', 'docs/runbook.md'],
  js: ['docs/client.md'],
};

describe('examples in the pages', () => {
  it('that can be run stand on pages that are run; how to work on the project is the one exception', () => {
    const elsewhere = blocks.filter(
      ({ page, language }) => runPages[language] !== undefined && !runPages[language].includes(page),
    );
    expect(elsewhere.map(({ page }) => page)).toEqual(['CONTRIBUTING.md']);
  });

  it('are of no other kind than those that are looked at, and texts to read', () => {
    const kinds = new Set(blocks.map(({ language }) => language));
    expect([...kinds].sort()).toEqual(['', 'bash', 'ini', 'js', 'text', 'toml']);
  });

  it.each(blocks.filter(({ language }) => language === 'toml'))(
    'of targets are read without a word: $page, line $line',
    async ({ text }) => {
      const {
        targets,
        root: project,
        write,
        writeSpace,
      } = await enterTargets({
        baseEnv: { REVIEW_KEY: 'k', TICKETS_TOKEN: 't' },
      });
      await writeSpace('house-rules');
      await writeSpace('shared:code-review');
      await write('asp-targets.toml', /^schema = 1$/m.test(text) ? text : `schema = 1\n\n${text}`);
      const read = await targets.describe(project);
      expect(read.targets.length).toBeGreaterThan(0);
      expect([...read.warnings, ...read.targets.flatMap(({ warnings }) => warnings)]).toEqual([]);
      expect(read.targets.flatMap(({ error }) => error?.message ?? [])).toEqual([]);
    },
  );
});
