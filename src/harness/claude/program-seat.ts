/**
 * What the SDK takes for the process that it wants. The process itself is started by us, like that of every agent, a
 * moment later; here its streams meet.
 */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { LinkEnd } from '../process/index.js';
import type { SpawnedProgram, SpawnWish } from './sdk.js';

export class ProgramSeat extends EventEmitter implements SpawnedProgram {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  /** Resolves when the SDK wants its program. */
  readonly wanted: Promise<SpawnWish>;
  killed = false;
  exitCode: number | null = null;
  /** When the SDK gives its program up. */
  onKill: () => void = () => undefined;
  private want: (wish: SpawnWish) => void = () => undefined;

  constructor() {
    super();
    this.wanted = new Promise((resolve) => {
      this.want = resolve;
    });
    for (const stream of [this.stdin, this.stdout]) stream.on('error', () => undefined);
  }

  take(wish: SpawnWish): SpawnedProgram {
    this.want(wish);
    return this;
  }

  kill(): boolean {
    this.killed = true;
    this.onKill();
    return true;
  }

  /** To the SDK. What it does not read any more is dropped. */
  forward(message: unknown): void {
    if (!this.killed && this.stdout.writable) this.stdout.write(`${JSON.stringify(message)}\n`);
  }

  exit({ exitCode }: LinkEnd): void {
    this.exitCode = exitCode ?? null;
    this.stdout.end();
    this.emit('exit', exitCode ?? null, exitCode === undefined ? 'SIGKILL' : null);
  }
}
