/** The commands of the README, as a new user would paste them; `npm start` itself is the server that is started here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSteps, Shell } from '../support/commands.js';
import { root, type ServerProcess, startServerProcess } from '../support/server-process.js';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const commands = readSteps(readme).flatMap((step) => step.commands);
const printedBase = 'http://127.0.0.1:18420';

/** All that needs a server; `npm start` is the one that is started here. */
const isTried = ({ text }: { text: string }) => text !== 'npm start';

let server: ServerProcess;
let shell: Shell;

beforeAll(async () => {
  server = await startServerProcess();
  shell = new Shell();
  await shell.run(`export QUARTERDECK_URL=${server.url} QUARTERDECK_PROFILE=/nonexistent`);
});

afterAll(async () => {
  shell?.stop();
  await server?.stop();
});

describe('README.md', () => {
  it('shows the ready line as it is printed', () => {
    expect(readme).toContain(server.stdout().replace(server.url, printedBase));
  });

  it.each(commands.filter(isTried))('does what it says at line $line', async (command) => {
    expect(command.checks.length).toBeGreaterThan(0);
    await shell.follow({ ...command, text: command.text.replaceAll(printedBase, server.url) });
  });

  it('tries everything but npm start', () => {
    expect(commands.filter(isTried)).toHaveLength(commands.length - 1);
  });
});
