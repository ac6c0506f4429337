/** The real program as a child process, as a user starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { getRequest, HttpConnection, postRequest } from '../load/http-connection.js';
import { makeFolder, removeFolder, track } from './leftovers.js';
import { program, root } from './paths.js';
import { childPids, type ProcessStats, readProcess } from './process-stats.js';
import { wallMs } from './statistics.js';

export interface ProductOptions {
  /** A data directory that is there already; else a new one, removed at the end. */
  home?: string;
  flags?: Readonly<Record<string, string>>;
}

/** Set by `--profile`: CPU profiles of the server go there. */
export const profiling: { folder: string | undefined } = { folder: undefined };

const stopTimeoutMs = 8000;
const lastWordsChars = 2000;

export class ProductServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    /** From spawn to the ready line. */
    readonly readyAfterMs: number,
    readonly spawnedAtMs: number,
    private readonly connection: HttpConnection,
    private readonly ownHome: string | undefined,
  ) {}

  static async start({ home, flags = {} }: ProductOptions = {}): Promise<ProductServer> {
    const ownHome = home === undefined ? makeFolder() : undefined;
    const options = {
      port: '0',
      home: home ?? (ownHome as string),
      'log-level': 'error',
      'drain-ms': '0',
      ...flags,
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const { folder } = profiling;
    const nodeFlags = folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
    const spawnedAtMs = wallMs();
    const child = track(
      spawn(process.execPath, [...nodeFlags, program, 'serve', ...args], {
        cwd: root,
        env: { PATH: process.env.PATH, HOME: process.env.HOME },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    const port = await readyPort(child);
    const readyAfterMs = wallMs() - spawnedAtMs;
    const connection = await HttpConnection.open(port);
    return new ProductServer(child, port, readyAfterMs, spawnedAtMs, connection, ownHome);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Of the server's own process. */
  stats(): ProcessStats {
    return readProcess(this.child.pid as number);
  }

  /** Of the processes that it started. */
  agentStats(): ProcessStats {
    const all = childPids(this.child.pid as number).map(readProcess);
    return {
      cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      rssBytes: all.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
    };
  }

  get<T>(path: string): Promise<T> {
    return this.ask<T>(getRequest(path));
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.ask<T>(postRequest(path, body));
  }

  async newSession(): Promise<string> {
    const { sessionId } = await this.post<{ sessionId: string }>('/admin/sessions', { projectId: 'rex' });
    return sessionId;
  }

  /** Resolves with the run's id when it has completed. */
  async completeRun(body: unknown): Promise<string> {
    const { runId } = await this.post<{ runId: string }>('/admin/runs', body);
    const { status } = await this.get<{ status: string }>(`/admin/runs/${runId}/wait?timeoutMs=60000`);
    if (status !== 'completed') throw new Error(`the run ${runId} is ${status}`);
    return runId;
  }

  async stop(): Promise<void> {
    this.connection.close();
    const exited = once(this.child, 'exit');
    const force = setTimeout(() => this.child.kill('SIGKILL'), stopTimeoutMs);
    this.child.kill('SIGTERM');
    await exited;
    clearTimeout(force);
    if (this.ownHome !== undefined) removeFolder(this.ownHome);
  }

  private async ask<T>(request: string): Promise<T> {
    const { status, body } = await this.connection.send(request);
    if (status < 300) return JSON.parse(Buffer.from(body, 'latin1').toString()) as T;
    throw new Error(`${request.split('\r\n')[0]} answered ${status}: ${body}`);
  }
}

/** `resume` a session with a prompt. */
export function promptFor(sessionId: string, prompt: string): unknown {
  return { projectId: 'rex', prompt, session: { policy: 'resume', sessionId } };
}

export async function withProduct<T>(
  options: ProductOptions,
  action: (product: ProductServer) => Promise<T>,
): Promise<T> {
  const product = await ProductServer.start(options);
  try {
    return await action(product);
  } finally {
    await product.stop();
  }
}

function readyPort(child: ChildProcess): Promise<number> {
  let out = '';
  let lastWords = '';
  return new Promise((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const port = /^quarterdeck ready http:\/\/[^\n]*:(\d+)\n/m.exec(out)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-lastWordsChars);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${lastWords}`)));
  });
}
