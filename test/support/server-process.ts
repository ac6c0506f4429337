/**
 * The real program for tests: started as a user starts it, addressed by its ready line, and never left behind. A server
 * that is still alive when the tests of a file are over is killed and fails the file; what the servers of a file wrote
 * to stderr is shown when one of its tests failed.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, aroundAll } from 'vitest';

export const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'dist/main.js');
const readyLine = /^quarterdeck ready (http:\/\/\S+)\n/;
/** Bounds on a hang, not measures of speed. */
const readyMsMax = 30_000;
const stopMsMax = 30_000;

export interface ServerOptions {
  /** Data directory; a fresh one below the temporary folder when absent. */
  home?: string;
  /** Any free port when absent. */
  port?: number;
  env?: Readonly<Record<string, string>>;
  /** Further flags. */
  args?: readonly string[];
  /** Another program that starts the server; it gets the same arguments. */
  program?: string;
}

export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  url: string;
  port: number;
  pid: number;
  home: string;
  /** SIGTERM; resolves when the program has exited, rejects unless it did so with 0. Idempotent, also after `kill`. */
  stop(): Promise<void>;
  /** Sends the signal and resolves when the program has exited. Start another one on `home` and `port` to restart. */
  kill(signal: NodeJS.Signals): Promise<ProcessExit>;
  exited: Promise<ProcessExit>;
  stdout(): string;
  stderr(): string;
}

interface Started {
  child: ChildProcessByStdio<null, Readable, Readable>;
  exited: Promise<ProcessExit>;
  out: { stdout: string; stderr: string };
}

const started: Started[] = [];
const homes: string[] = [];

/** A data directory that is removed when the tests of the file are over. */
export function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'quarterdeck-test-'));
  homes.push(home);
  return home;
}

/** Resolves when the server is ready. Rejects, with what it said, when it ends before. */
export async function startServerProcess(options: ServerOptions = {}): Promise<ServerProcess> {
  const home = options.home ?? temporaryHome();
  const env = {
    QUARTERDECK_HOME: home,
    QUARTERDECK_PORT: String(options.port ?? 0),
    ...options.env,
  };
  const { child, exited, out } = spawnProgram(['serve', ...(options.args ?? [])], env, options.program);
  const url = await readUrl(child, exited, out);
  const exit = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return within(stopMsMax, exited, () => `the server did not end after ${signal}`);
  };
  let stopped: Promise<void> | undefined;
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid ?? 0,
    home,
    exited,
    kill: exit,
    stop: () => {
      stopped ??= isAlive(child)
        ? exit('SIGTERM').then(({ code, signal }) => {
            if (code !== 0) throw new Error(`the server ended with ${signal ?? code}:\n${out.stderr}`);
          })
        : Promise.resolve();
      return stopped;
    },
    stdout: () => out.stdout,
    stderr: () => out.stderr,
  };
}

/** Runs the program to its end, for commands that are not to stay. */
export async function runProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { exited, out } = spawnProgram(args, env);
  const { code } = await within(readyMsMax, exited, () => `the program did not end:\n${out.stderr}`);
  return { code, ...out };
}

function spawnProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  file = program,
): Started {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: root,
    env: { ...environmentWithoutSettings(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    out.stderr += text;
  });
  // `close`, not `exit`: by then all that was written has been read.
  const exited = new Promise<ProcessExit>((done) => {
    child.once('close', (code, signal) => done({ code, signal }));
  });
  const one = { child, exited, out };
  started.push(one);
  return one;
}

function readUrl({ stdout }: Started['child'], exited: Started['exited'], out: Started['out']) {
  const ready = new Promise<string>((done) => {
    stdout.on('data', () => {
      const url = readyLine.exec(out.stdout)?.[1];
      if (url !== undefined) done(url);
    });
  });
  const ended = exited.then(({ code, signal }) => {
    throw new Error(`the server ended with ${signal ?? code} before it was ready:\n${out.stderr}`);
  });
  return within(readyMsMax, Promise.race([ready, ended]), () => `no ready line came:\n${out.stderr}`);
}

/** What the tests are run with must not configure the servers they start. */
function environmentWithoutSettings(): NodeJS.ProcessEnv {
  const settings = /^(QUARTERDECK_.*|DATABASE_URL|ASP_HOME|ASP_AGENTS_ROOT)$/;
  const names = Object.keys(process.env).filter((name) => !settings.test(name));
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

function within<T>(ms: number, work: Promise<T>, problem: () => string): Promise<T> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(problem())), ms);
    work.then(done, fail).finally(() => clearTimeout(timer));
  });
}

function isAlive(child: Started['child']): boolean {
  return child.exitCode === null && child.signalCode === null;
}

let failed = false;
afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail';
});

// Around the whole file that imports this: it comes after every hook of the file, also when one of them throws.
aroundAll(async (runFile) => {
  await runFile();
  const left = started.filter(({ child }) => isAlive(child));
  for (const { child } of left) child.kill('SIGKILL');
  await Promise.all(left.map(({ exited }) => exited));
  if (failed || left.length > 0) {
    for (const { child, out } of started) process.stderr.write(`--- server ${child.pid}\n${out.stderr}`);
  }
  for (const home of homes) rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  if (left.length > 0) throw new Error(`${left.length} server(s) were left running: stop them in afterAll`);
});
