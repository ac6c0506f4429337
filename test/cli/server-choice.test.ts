/** Which server a command speaks to, and what it says when there is none. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command-line.js';
import { type ServerProcess, startServerProcess, temporaryHome } from '../support/server-process.js';

const token = 'a-token-of-its-own';

describe('the server that a command speaks to', () => {
  let server: ServerProcess;
  const home = temporaryHome();
  const profile = join(home, 'profile.toml');

  beforeAll(async () => {
    server = await startServerProcess({ env: { QUARTERDECK_TOKEN: token } });
  });
  afterAll(() => server?.stop());

  const ask = (env: Record<string, string>, ...args: string[]) =>
    runCommand(['projects', ...args], { env: { QUARTERDECK_HOME: home, ...env } });

  function writeProfile(text: string, mode = 0o600): void {
    writeFileSync(profile, text);
    chmodSync(profile, mode);
  }

  it('is named by flags, else by variables, else by the profile', async () => {
    writeProfile('url = "http://127.0.0.1:9"\ntoken = "wrong"\n');
    const env = { QUARTERDECK_URL: server.url, QUARTERDECK_TOKEN: token };
    expect((await ask(env)).code).toBe(0);
    expect((await ask({ QUARTERDECK_TOKEN: 'wrong' }, '--url', server.url, '--token', token)).code).toBe(0);
    writeProfile(`url = "${server.url}"\ntoken = "${token}"\n`);
    expect((await ask({})).code).toBe(0);
  });

  it('gets the token of the profile only when it is the server of the profile', async () => {
    writeProfile(`url = "http://127.0.0.1:9"\ntoken = "${token}"\n`);
    const { code, stderr } = await ask({}, '--url', server.url);
    expect(code).toBe(1);
    expect(stderr).toContain('--token');
  });

  it('is not taken from a profile that others may read', async () => {
    writeProfile(`url = "${server.url}"\ntoken = "${token}"\n`, 0o640);
    const { code, stderr } = await ask({});
    expect(code).toBe(1);
    expect(stderr).toContain('chmod 600');
    expect(stderr).not.toContain(token);
  });

  it('is not taken from a profile that cannot be understood, and its token is not shown', async () => {
    for (const text of [`token = ${token}\n`, `token = "${token}"\nport = 1\n`]) {
      writeProfile(text);
      const { code, stderr } = await ask({});
      expect(code).toBe(1);
      expect(stderr).toContain(profile);
      expect(stderr).not.toContain(token);
    }
  });

  it('may not be there: then it says how to start one', async () => {
    writeProfile('');
    const { code, stdout, stderr } = await ask({ QUARTERDECK_URL: 'http://127.0.0.1:9' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^quarterdeck: No server answers at http:\/\/127\.0\.0\.1:9 .*\nStart one with "quarterdeck serve"/,
    );
  });

  it('must have an address', async () => {
    expect((await ask({}, '--url', 'nowhere')).code).toBe(2);
  });

  it('tells errors to programs as JSON', async () => {
    const { stderr } = await ask({ QUARTERDECK_URL: server.url }, '--json', '--token', 'wrong');
    expect(JSON.parse(stderr)).toMatchObject({ code: 'unauthorized' });
  });
});
