/** `quarterdeck doctor` says what works, without a server and beside one, and changes nothing. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { harnessList } from '../../src/contract/index.js';
import {
  runProgram,
  type ServerProcess,
  startServerProcess,
  temporaryHome,
} from '../support/server-process.js';

interface Report {
  ok: boolean;
  checks: { name: string; ok: boolean; message: string }[];
  harnesses: { name: string; programs: { name: string; found: boolean }[] }[];
}

/** Only what the tests name is there: agents on this machine are not their matter. */
const bare = { PATH: '/nonexistent' };

async function examine(env: Record<string, string>) {
  const { code, stdout, stderr } = await runProgram(['doctor', '--json'], { ...bare, ...env });
  const report = JSON.parse(stdout) as Report;
  const check = (name: string) => report.checks.find((one) => one.name === name);
  return { code, stderr, report, check };
}

describe('the doctor', () => {
  it('finds everything in order on a new machine, and leaves no trace', async () => {
    const home = join(temporaryHome(), 'not', 'there');
    const { code, report, check } = await examine({ QUARTERDECK_HOME: home, QUARTERDECK_PORT: '0' });
    expect({ code, ok: report.ok }).toEqual({ code: 0, ok: true });
    expect(check('data_directory')?.message).toContain(home);
    expect(report.checks.map(({ name }) => name)).toEqual(['node', 'data_directory', 'address', 'isolation']);
    const { harnesses } = harnessList.parse(report);
    expect(harnesses.find(({ name }) => name === 'builtin')?.programs).toMatchObject([{ found: true }]);
    expect(existsSync(home)).toBe(false);
  });

  it('says the same to people', async () => {
    const env = { ...bare, QUARTERDECK_HOME: temporaryHome(), QUARTERDECK_PORT: '0' };
    const { code, stdout } = await runProgram(['doctor'], env);
    expect(code).toBe(0);
    expect(stdout).toContain(`ok Node ${process.versions.node}`);
    expect(stdout).toMatch(/builtin: .*permissions/);
    expect(stdout).toContain('All that is configured works.');
    expect(stdout).not.toContain('!!');
  });

  it.each([
    [
      'without a login is no fault, because a key may be with a target',
      '0.3.330',
      0,
      '-- Claude Code, 0.3.330, not',
    ],
    ['that is too old to be used is one', '0.1.0', 1, '!! Claude Code, 0.1.0, logged in'],
  ])('an agent %s', async (_, version, expected, line) => {
    const home = temporaryHome();
    const put = (path: string, text: string) => {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    };
    const name = '@anthropic-ai/claude-agent-sdk';
    put(`agents/claude/node_modules/${name}/package.json`, JSON.stringify({ name, version }));
    if (expected === 1) put('.claude/.credentials.json', '{}');
    const env = { ...bare, HOME: home, QUARTERDECK_HOME: home, QUARTERDECK_PORT: '0' };
    const { code, stdout } = await runProgram(['doctor'], env);
    expect(stdout).toContain(line);
    expect(code).toBe(expected);
  });

  it('fails where the data directory cannot be one', async () => {
    const home = join(temporaryHome(), 'file');
    writeFileSync(home, '');
    const { code, check } = await examine({ QUARTERDECK_HOME: join(home, 'below'), QUARTERDECK_PORT: '0' });
    expect(code).toBe(1);
    expect(check('data_directory')).toMatchObject({
      ok: false,
      message: expect.stringContaining('QUARTERDECK_HOME'),
    });
  });

  it('takes no other flags than those it has', async () => {
    expect((await runProgram(['doctor', '--jsn'])).code).toBe(2);
    expect((await runProgram(['--json'])).code).toBe(2);
  });

  describe('asked about an address', () => {
    let server: ServerProcess;
    const home = temporaryHome();
    const other = createServer((socket) => socket.end('no HTTP here'));

    beforeAll(async () => {
      server = await startServerProcess();
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    });
    afterAll(async () => {
      other.close();
      await server.stop();
    });

    const ask = (port: number, token = 'dev') =>
      examine({ QUARTERDECK_HOME: home, QUARTERDECK_PORT: String(port), QUARTERDECK_TOKEN: token });

    it('knows a server that runs, whatever its token', async () => {
      const known = await ask(server.port);
      expect(known.code).toBe(0);
      expect(known.check('address')?.message).toMatch(/^Quarterdeck \S+ runs on /);
      const locked = await ask(server.port, 'another');
      expect(locked.code).toBe(0);
      expect(locked.check('address')?.message).toContain('another token');
    });

    it('tells it from another program', async () => {
      const { port } = other.address() as { port: number };
      const { code, check } = await ask(port);
      expect(code).toBe(1);
      expect(check('address')?.message).toContain('another program');
    });
  });
});
