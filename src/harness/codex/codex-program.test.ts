import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findCodex, inspectCodex } from './codex-program.js';

describe('findCodex', () => {
  let folder: string;
  const write = (path: string, text: string) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
    return file;
  };
  const places = () => ({ agentsDir: join(folder, 'agents'), path: join(folder, 'bin') });
  const signal = new AbortController().signal;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'codex-program-')));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('says how to install what is not there', async () => {
    const command = `npm install --prefix ${join(folder, 'agents/codex')} @openai/codex@0.169.0`;
    await expect(findCodex(places())).rejects.toMatchObject({
      code: 'harness_unavailable',
      message: expect.stringContaining(command),
    });
    expect(await inspectCodex(places(), folder, signal)).toMatchObject({
      found: false,
      login: 'unknown',
      installCommand: command,
    });
  });

  it('says that a package lacks the program of this platform', async () => {
    write(
      'agents/codex/node_modules/@openai/codex/package.json',
      '{"name":"@openai/codex","version":"1.2.3"}',
    );
    await expect(findCodex(places())).rejects.toMatchObject({
      code: 'harness_unavailable',
      message: expect.stringContaining(`lacks its program for ${process.platform}-${process.arch}`),
    });
  });

  it('takes a program that the user has installed otherwise', async () => {
    const path = write('bin/codex', '#!/bin/sh\necho "codex-cli 9.8.7"\n');
    expect(await findCodex(places())).toEqual({ path });
    expect(await inspectCodex(places(), folder, signal)).toMatchObject({
      found: true,
      path,
      version: '9.8.7',
    });
  });

  it('tells a login by its file, and does not guess where settings may name a provider with a key', async () => {
    write('bin/codex', '#!/bin/sh\necho "codex-cli 9.8.7"\n');
    const login = async () => (await inspectCodex(places(), join(folder, 'home'), signal)).login;
    expect(await login()).toBe('missing');
    write('home/config.toml', '');
    expect(await login()).toBe('unknown');
    write('home/auth.json', '{}');
    expect(await login()).toBe('present');
  });
});
