/**
 * Standard output, gathered: everything written within one turn of the event loop leaves in one system call.
 * Memory is bounded by the windows of the channels, not here.
 */
import { Socket } from 'node:net';
import type { FromAgent } from './protocol.js';

export class Output {
  // process.stdout writes to a pipe synchronously: a server that does not read would stop every conversation.
  private readonly stream = new Socket({ fd: 1, readable: false, writable: true });
  private pending: string[] = [];
  private lastWrite: Promise<void> = Promise.resolve();

  constructor(onBroken: () => void) {
    this.stream.on('error', onBroken);
  }

  send(message: FromAgent): void {
    this.sendLine(JSON.stringify(message));
  }

  /** `line` is written as it is. */
  sendLine(line: string): void {
    if (this.pending.length === 0) setImmediate(() => this.flush());
    this.pending.push(line);
  }

  /** Resolves when what was sent so far is handed to the operating system. */
  flush(): Promise<void> {
    if (this.pending.length > 0) {
      const text = `${this.pending.join('\n')}\n`;
      this.pending = [];
      this.lastWrite = new Promise((resolve) => {
        this.stream.write(text, () => resolve());
      });
    }
    return this.lastWrite;
  }
}
