/** How the program starts, what it says, and how it ends. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Shell } from '../support/commands.js';
import {
  runProgram,
  type ServerProcess,
  startServerProcess,
  temporaryHome,
} from '../support/server-process.js';

const headers = { 'x-cp-token': 'dev', 'content-type': 'application/json' };

function get(server: ServerProcess, path: string): Promise<Response> {
  return fetch(server.url + path, { headers });
}

function post(server: ServerProcess, path: string, body: object): Promise<Response> {
  return fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** A run that stays `running` until the file `go` is in its project's folder. */
async function startWaitingRun(server: ServerProcess): Promise<string> {
  const prompt = JSON.stringify({ script: [{ say: 'waiting' }, { waitFor: 'go' }, { say: 'done' }] });
  const response = await post(server, '/admin/runs', { projectId: 'rex', prompt });
  const { runId } = (await response.json()) as { runId: string };
  const status = async () => ((await (await get(server, `/admin/runs/${runId}`)).json()) as Run).status;
  await expect.poll(status).toBe('running');
  return runId;
}

interface Run {
  status: string;
  finalOutput?: string;
  error?: { code: string };
}

/** Asks the server to end, and resolves with its answer to a new run once it drains. */
async function drain(server: ServerProcess): Promise<Response> {
  process.kill(server.pid, 'SIGTERM');
  await expect.poll(async () => (await get(server, '/readyz')).status).toBe(503);
  return post(server, '/admin/runs', { projectId: 'rex', prompt: 'Hello' });
}

describe('a server that starts', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServerProcess();
  });

  afterAll(() => server.stop());

  it('says on stdout that it is ready, and nothing else', () => {
    expect(server.stdout()).toBe(`quarterdeck ready ${server.url}\n`);
  });

  it('says on stderr where it is, where its data is, which token it takes and what to try', () => {
    expect(server.stderr()).toContain(server.url);
    expect(server.stderr()).toContain(server.home);
    expect(server.stderr()).toContain('the token is "dev"');
    expect(server.stderr()).toContain('the demo project "rex"');
  });

  it('prints a command that works when it is pasted', async () => {
    const [, printed] = /^ {2}Try:\n([\s\S]+?)\n\n/m.exec(server.stderr()) ?? [];
    const shell = new Shell();
    try {
      const { stdout } = await shell.run(printed ?? 'false');
      const { runId } = JSON.parse(stdout) as { runId: string };
      const outcome = await get(server, `/admin/runs/${runId}/wait?timeoutMs=60000`);
      expect(await outcome.json()).toMatchObject({ status: 'completed', finalOutput: '4' });
    } finally {
      shell.stop();
    }
  });

  it('keeps a second server from its data directory, and goes on itself', async () => {
    const second = await runProgram(['serve', '--port', '0'], { QUARTERDECK_HOME: server.home });
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toContain(`Another server has this data directory open (process ${server.pid}`);
    expect((await get(server, '/admin/status')).status).toBe(200);
  });
});

describe('a server that cannot start', () => {
  it('says that its port is taken and what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { code, stdout, stderr } = await runProgram(['serve', '--port', port], {
      QUARTERDECK_HOME: temporaryHome(),
    });
    other.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(port);
    expect(stderr).toContain('QUARTERDECK_PORT');
    expect(stderr, 'no stack for what is no defect').not.toContain('    at ');
  });

  it('refuses the development token where others can reach it, and says how to set one', async () => {
    const { code, stdout, stderr } = await runProgram(['serve', '--host', '0.0.0.0', '--port', '0'], {
      QUARTERDECK_HOME: temporaryHome(),
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('0.0.0.0');
    expect(stderr).toContain('QUARTERDECK_TOKEN=');
  });

  it('names the setting that is wrong, and where it was set', async () => {
    const { code, stderr } = await runProgram(['serve'], {
      QUARTERDECK_HOME: temporaryHome(),
      QUARTERDECK_DRAIN_MS: 'soon',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('QUARTERDECK_DRAIN_MS');
  });

  it('refuses a DATABASE_URL, which this version would not use', async () => {
    const { code, stderr } = await runProgram(['serve'], {
      QUARTERDECK_HOME: temporaryHome(),
      DATABASE_URL: 'postgres://localhost/quarterdeck',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('DATABASE_URL');
  });
});

describe('a server that is asked to end', () => {
  it('lets the active run finish, takes no new ones meanwhile, and ends with 0', async () => {
    const server = await startServerProcess({ env: { QUARTERDECK_DRAIN_MS: '600000' } });
    const runId = await startWaitingRun(server);
    const refused = await drain(server);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('x-error-code')).toBe('draining');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    writeFileSync(join(server.home, 'projects/rex/go'), '');
    expect(await server.exited).toEqual({ code: 0, signal: null });

    const next = await startServerProcess({ home: server.home, port: server.port });
    const run = (await (await get(next, `/admin/runs/${runId}`)).json()) as Run;
    await next.stop();
    expect(run).toMatchObject({ status: 'completed', finalOutput: 'done' });
  });

  it('cancels what has not finished when the time for it is over', async () => {
    const server = await startServerProcess({ env: { QUARTERDECK_DRAIN_MS: '0' } });
    const runId = await startWaitingRun(server);
    await server.stop();
    const next = await startServerProcess({ home: server.home });
    const run = (await (await get(next, `/admin/runs/${runId}`)).json()) as Run;
    await next.stop();
    expect(run.status).toBe('cancelled');
  });

  it('ends at once at the second signal, and the next start settles the run', async () => {
    const server = await startServerProcess({ env: { QUARTERDECK_DRAIN_MS: '600000' } });
    const runId = await startWaitingRun(server);
    await drain(server);
    expect(await server.kill('SIGTERM')).toEqual({ code: 1, signal: null });

    const next = await startServerProcess({ home: server.home });
    const run = (await (await get(next, `/admin/runs/${runId}`)).json()) as Run;
    await next.stop();
    expect(run).toMatchObject({ status: 'failed', error: { code: 'interrupted_by_restart' } });
  });
});

describe('the command line', () => {
  it('explains itself with --help and without a command', async () => {
    const help = await runProgram(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('quarterdeck serve');
    expect(help.stdout).toContain('--port');
    expect(await runProgram([])).toEqual(help);
  });

  it('says its version', async () => {
    const { code, stdout } = await runProgram(['--version']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    { line: 'frobnicate', unknown: 'frobnicate' },
    { line: 'serve --frobnicate 1', unknown: '--frobnicate' },
    { line: 'serve twice', unknown: 'twice' },
  ])('ends with 2 for what it does not know: $line', async ({ line, unknown }) => {
    const { code, stdout, stderr } = await runProgram(line.split(' '));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(unknown);
  });
});
