import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Harness, systemClock } from '../../src/core/index.js';
import { createAcpHarness } from '../../src/harness/acp/index.js';
import { createBuiltinHarness } from '../../src/harness/builtin/index.js';
import { createClaudeHarness } from '../../src/harness/claude/index.js';
import { createCodexHarness } from '../../src/harness/codex/index.js';
import { createPiHarness } from '../../src/harness/pi/index.js';
import { root } from '../support/server-process.js';
import { readMatrixColumn } from './capability-matrix.js';

const page = 'docs/agents.md';
const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parts = {
  clientVersion: '0.0.0',
  serverMark: 'docs',
  baseEnv: {},
  agentsDir: folder,
  dataDir: folder,
  ledger: { recordProcess: async () => undefined, forgetProcess: async () => undefined },
  clock: systemClock,
  terminateGraceMs: 100,
  killMs: 100,
};
const harnesses: Harness[] = [
  createBuiltinHarness({ ...parts, program: ['false'] }),
  createClaudeHarness(parts),
  createCodexHarness(parts),
  createPiHarness(parts),
  createAcpHarness(parts),
];

describe('docs/agents.md', () => {
  it.each(harnesses)('has every capability as the adapter declares it: $name', ({ name, capabilities }) => {
    expect(readMatrixColumn(name)).toEqual(capabilities);
  });

  it('names the versions that the tests run with', () => {
    const pins = JSON.parse(readFileSync(join(root, 'scripts/agents.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    const text = readFileSync(join(root, page), 'utf8');
    const commands = Object.entries(pins).map(([name, packages]) => {
      const list = Object.entries(packages).map(([id, version]) => `${id}@${version}`);
      return `npm install --prefix ~/.quarterdeck/agents/${name} ${list.join(' ')}`;
    });
    expect(commands.filter((command) => !text.includes(command))).toEqual([]);
  });
});
