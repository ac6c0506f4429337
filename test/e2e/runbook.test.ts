/** The commands of the runbook, run with bash, curl and jq against the real program; `commands.ts` says how they are marked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSteps, Shell } from '../support/commands.js';
import { root, type ServerProcess, startServerProcess } from '../support/server-process.js';

const page = readFileSync(join(root, 'docs/runbook.md'), 'utf8');
const steps = readSteps(page);
const printedBase = 'http://127.0.0.1:18420';

let server: ServerProcess;
let shell: Shell;

beforeAll(async () => {
  server = await startServerProcess();
  shell = new Shell();
});

afterAll(async () => {
  shell?.stop();
  await server?.stop();
});

describe('docs/runbook.md', () => {
  it('has sixteen steps, each with something to expect', () => {
    const numbered = steps.filter(({ title }) => /^\d+\. /.test(title));
    expect(numbered.map(({ title }) => Number.parseInt(title, 10))).toEqual(
      Array.from({ length: 16 }, (_, index) => index + 1),
    );
    expect(numbered.filter(({ commands }) => commands.some(({ checks }) => checks.length === 0))).toEqual([]);
  });

  it.each(steps)('does what it says: $title', async ({ commands }) => {
    for (const command of commands) {
      await shell.follow({ ...command, text: command.text.replaceAll(printedBase, server.url) });
    }
  });
});
