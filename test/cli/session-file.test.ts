/** A session taken out and in by the command line, and what it says when that cannot be. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../contract/http/world.js';
import { type Ask, askServer, runCommand } from '../support/command-line.js';
import { startServerProcess } from '../support/server-process.js';

describe('export and import', () => {
  let world: World;
  let ask: Ask;
  let folder: string;
  let sessionId: string;

  beforeAll(async () => {
    const { url, stop } = await startServerProcess();
    world = await World.enter({ baseUrl: url, token: 'dev', stop });
    ask = askServer(url);
    folder = mkdtempSync(join(tmpdir(), 'quarterdeck-test-'));
    sessionId = (await world.complete('What is 2+2?')).sessionId;
  });
  afterAll(async () => {
    await world?.leave();
    rmSync(folder, { recursive: true, force: true });
  });

  const project = () => ['--project', world.project.projectId];

  it('write a file for its owner alone, and make a session of it', async () => {
    const file = join(folder, 'session.jsonl');
    const written = await ask(['export', sessionId, file]);
    const { size, mode } = statSync(file);
    expect(written).toMatchObject({
      code: 0,
      stdout: `The session ${sessionId} is in ${file} (${size} bytes).\n`,
    });
    expect(mode & 0o777).toBe(0o600);
    const { code, stdout } = await ask(['import', file, ...project(), '--name', 'From a file', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'From a file', importedFrom: { sessionId } });
    expect((await ask(['tail', 'From a file', '--after', '0', '--timeout', '1s'])).stdout).toContain('\n4\n');
  });

  it('go through pipes', async () => {
    const { stdout: file } = await ask(['export', sessionId]);
    const { code, stdout } = await ask(['import', '-', ...project()], { input: file });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^ses_\w{32}\n$/) });
  });

  it('leave a file alone that is there, and say what is wrong with one that is none', async () => {
    const taken = join(folder, 'taken');
    writeFileSync(taken, 'mine');
    const refused = await ask(['export', sessionId, taken]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
    expect(readFileSync(taken, 'utf8')).toBe('mine');
    const nowhere = await ask(['export', sessionId, join(folder, 'none', 'x')]);
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be written (ENOENT)') });
    expect(await ask(['import', taken, ...project()])).toMatchObject({
      ...{ code: 1, stdout: '' },
      stderr: 'quarterdeck: The file is wrong in line 1: it is not JSON.\n',
    });
    expect(await ask(['import', join(folder, 'gone'), ...project()])).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('cannot be read (ENOENT)') },
    });
  });
});

describe('what was meant', () => {
  let world: World;
  let ask: Ask;

  beforeAll(async () => {
    const { url, stop } = await startServerProcess();
    world = await World.enter({ baseUrl: url, token: 'dev', stop });
    ask = askServer(url);
    const body = { projectId: world.project.projectId, name: 'Notes' };
    await world.client.ask('createSession', { body });
  });
  afterAll(() => world?.leave());

  it.each([
    { args: ['tail', 'Nots'], code: 1, words: 'There is no session "Nots". Did you mean "Notes"?' },
    { args: ['show', 'rexx'], code: 1, words: 'Did you mean "rex"?' },
    { args: ['sessions', '--project', 'rx'], code: 1, words: 'Did you mean "rex"?' },
    { args: ['targets', 'explain', 'smokie', '-p', 'rex'], code: 1, words: 'Did you mean "smokey"?' },
    { args: ['runs', '--status', 'runing'], code: 2, words: 'Allowed choices are queued, ' },
    { args: ['projects', 'ad'], code: 2, words: 'there is no "projects ad". Did you mean "add"?' },
    { args: ['queue', 'pase', 'Notes'], code: 2, words: 'Did you mean "pause"?' },
    { args: ['tail', 'something else'], code: 1, words: '"quarterdeck sessions" lists them.' },
  ])('is asked: $args', async ({ args, code, words }) => {
    const end = await ask(args);
    expect(end).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(words) });
  });
});

it('says when it is not Quarterdeck that answers', async () => {
  const other = createServer((_, response) => response.writeHead(404).end('nothing here'));
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const { code, stderr } = await runCommand(['sessions'], { env: { QUARTERDECK_URL: url } });
  other.close();
  expect(code).toBe(1);
  expect(stderr).toContain(`${url} answers, but not as Quarterdeck does`);
});
