/** The examples of docs/client.md, as programs of their own that import the package by its name. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, type ServerProcess, startServerProcess } from '../support/server-process.js';

const page = readFileSync(join(root, 'docs/client.md'), 'utf8');
const printedBase = 'http://127.0.0.1:18420';
const examples = page.split(/^## /m).flatMap((section) => {
  const [, code, output] = /^```js\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/m.exec(section) ?? [];
  return code === undefined || output === undefined
    ? []
    : [{ title: section.split('\n', 1)[0], code, output }];
});

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess();
});
afterAll(() => server?.stop());

/** What the program prints on both of its outputs, once it has ended. */
function run(code: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module'], { cwd: root, stdio: 'pipe' });
  let printed = '';
  for (const out of [child.stdout, child.stderr]) {
    out.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  child.stdin.end(code);
  return new Promise((done) => child.once('close', () => done(printed)));
}

describe('docs/client.md', () => {
  test('shows no code that is not run', () => {
    expect(page.match(/^```\w/gm)).toHaveLength(2 * examples.length);
    expect(examples.map(({ code }) => code).filter((code) => !code.includes('quarterdeck/client'))).toEqual(
      [],
    );
  });

  test.each(examples)('$title: prints what it says', async ({ code, output }) => {
    expect(await run(code.replaceAll(printedBase, server.url))).toBe(output);
  });
});
