/** The examples of docs/cli.md, pasted in their order into one shell. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.js';
import { programPath } from '../support/command-line.js';
import { readSteps, Shell } from '../support/commands.js';
import { root, type ServerProcess, startServerProcess } from '../support/server-process.js';

const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');
const examples = readSteps(page).flatMap(({ title, commands: blocks }) =>
  blocks.map((block) => ({ title, ...block })),
);
const printedBase = 'http://127.0.0.1:18420';

let server: ServerProcess;
let shell: Shell;
let folder: string;

beforeAll(async () => {
  server = await startServerProcess();
  shell = new Shell();
  folder = mkdtempSync(join(tmpdir(), 'quarterdeck-test-'));
  const program = join(folder, 'quarterdeck');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${programPath}' "$@"\n`);
  chmodSync(program, 0o755);
  const words = `PATH='${folder}':$PATH QUARTERDECK_URL='${server.url}' QUARTERDECK_PROFILE=/nonexistent`;
  await shell.run(`export ${words}; unset QUARTERDECK_TOKEN`);
});
afterAll(async () => {
  shell?.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('docs/cli.md', () => {
  it.each(examples)('$title, line $line: does what it says', async ({ text, ...example }) => {
    await shell.follow({ ...example, text: text.replaceAll(printedBase, server.url) });
  });

  it('names every command', () => {
    const unnamed = commands.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(page));
    expect(unnamed.map(({ name }) => name)).toEqual([]);
  });
});
