/** `examples/python/follow.py`: docs/protocol.md is enough to write a client in another language. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { script, type World } from '../contract/http/world.js';
import { Program } from '../fault/program.js';
import { describeWhere } from '../support/describe-where.js';
import { until } from '../support/processes.js';
import { root } from '../support/server-process.js';

const path = 'examples/python/follow.py';
const python = spawnSync('python3', ['--version']).status === 0 ? 'python3' : undefined;

interface Follower {
  child: ChildProcess;
  stdout: string;
  stderr: string;
  code: Promise<number | null>;
}

describeWhere(python, 'needs python3: install Debian’s package "python3"', path, (command) => {
  let program: Program;
  let world: World;

  beforeAll(async () => {
    program = await Program.start();
    world = program.world;
  });
  afterAll(() => program?.leave());

  function follow(prompt: string, url = world.server.baseUrl): Follower {
    const env = { PATH: process.env.PATH, QUARTERDECK_URL: url, QUARTERDECK_TOKEN: world.server.token };
    const child = spawn(command, [join(root, path), world.project.projectId, prompt], { env });
    const follower: Follower = {
      ...{ child, stdout: '', stderr: '' },
      code: new Promise((done) => child.once('close', done)),
    };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        follower[name] += text;
      });
    return follower;
  }

  /** The types of its run's log, as it printed them. */
  function typesOf({ stderr }: Follower): string[] {
    return stderr.split('\n').filter((line) => /^[a-z_]+$/.test(line));
  }

  async function newestRun(): Promise<string> {
    const { runs } = await world.client.ask('listRuns', { query: { limit: 1 } });
    return runs[0]?.runId ?? '';
  }

  it('needs nothing but the standard library, and is short', () => {
    const text = readFileSync(join(root, path), 'utf8');
    expect(text.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(60);
    expect(text.match(/^(?:import|from) .*/gm)).toEqual([
      'import http.client, json, os, sys, time, urllib.error, urllib.request, uuid',
    ]);
  });

  it('says how it is used', () => {
    const { status, stderr } = spawnSync(command, [join(root, path)], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Starts a run, .*: python3 follow\.py PROJECT PROMPT\n/);
  });

  it('starts a run, follows it and prints the answer', async () => {
    const follower = follow('What is 2+2?');
    expect({ code: await follower.code, stdout: follower.stdout }).toEqual({ code: 0, stdout: '4\n' });
    const { events } = await world.events({ params: { runId: await newestRun() } });
    expect(typesOf(follower)).toEqual(events.map(({ type }) => type));
  });

  it('says why a run failed, and what the server refuses', async () => {
    const failed = follow(script({ fail: 'no' }));
    expect(await failed.code).toBe(1);
    expect(failed.stderr).toContain('run_failed: ');
    const refused = follow('');
    expect(await refused.code).toBe(1);
    expect(refused.stderr).toContain('validation_failed: ');
  });

  it('reads each event once across a server that is killed and started again', async () => {
    const follower = follow(script({ emit: { count: 500, bytes: 200 } }, { waitFor: 'never' }));
    await until('it is in the middle', () => typesOf(follower).length > 100);
    await program.kill();
    await until('it has noticed', () => follower.stderr.includes('The connection broke'));
    await program.startAgain();
    // The run was active when the server died, so it failed.
    expect(await follower.code).toBe(1);
    expect(follower.stderr).toContain('interrupted_by_restart');
    const { events } = await world.events({ params: { runId: await newestRun() }, query: { limit: 1000 } });
    expect(typesOf(follower)).toEqual(events.map(({ type }) => type));
  });

  it('reads each event once across connections that are cut, and waits when it is told to come later', async () => {
    const cutting = await startCuttingProxy(world.server.baseUrl);
    try {
      const follower = follow(script({ emit: { count: 400, bytes: 300 } }, { say: 'done' }), cutting.url);
      expect({ code: await follower.code, stdout: follower.stdout }).toEqual({ code: 0, stdout: 'done\n' });
      expect(cutting.cuts()).toBeGreaterThan(3);
      const { events } = await world.events({ params: { runId: await newestRun() }, query: { limit: 1000 } });
      expect(typesOf(follower)).toEqual(events.map(({ type }) => type));
    } finally {
      await cutting.close();
    }
  });
});

/** Refuses the first request with 503, and cuts each stream after some kilobytes, in the middle of a line as a rule. */
async function startCuttingProxy(target: string) {
  const bytesMax = 20_000;
  let cuts = 0;
  let refused = false;
  const server: Server = createServer(async (request, response) => {
    if (!refused) {
      refused = true;
      request.resume();
      response.writeHead(503, { 'retry-after': '0', 'x-error-code': 'draining' }).end('{"error":"later"}');
      return;
    }
    const { method = 'GET', url = '' } = request;
    const headers = new Headers();
    for (const name of ['x-cp-token', 'content-type', 'idempotency-key', 'last-event-id'])
      if (typeof request.headers[name] === 'string') headers.set(name, request.headers[name]);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = method === 'POST' ? Buffer.concat(chunks) : undefined;
    const answer = await fetch(target + url, { method, headers, ...(body && { body }) });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    let left = url.includes('/stream') ? bytesMax : Number.POSITIVE_INFINITY;
    for await (const chunk of answer.body ?? []) {
      response.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left > 0) continue;
      cuts += 1;
      response.socket?.end();
      return;
    }
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((done) => server.close(() => done()));
    },
  };
}
