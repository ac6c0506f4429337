/**
 * Reports the output of a running tool: all of it so far, bounded, and not too often. Since each report repeats what
 * was said before, the pause between two grows with their size, and none is sent while the log is behind.
 */
import type { TurnStream } from './turn-stream.js';

const pauseMs = 100;
/** One more millisecond of pause for so many characters. */
const charsPerMs = 40;

export class ToolUpdates {
  private timer: NodeJS.Timeout | undefined;
  private readText: (() => string) | undefined;
  private nextAtMs = 0;
  private ended = false;

  constructor(
    private readonly stream: TurnStream,
    private readonly toolUseId: string,
  ) {}

  readonly onOutput = (readText: () => string): void => {
    this.readText = readText;
    this.schedule();
  };

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.ended || this.timer !== undefined) return;
    this.timer = setTimeout(() => this.report(), Math.max(0, this.nextAtMs - performance.now()));
  }

  private report(): void {
    this.timer = undefined;
    if (this.stream.isFull) {
      this.nextAtMs = performance.now() + pauseMs;
      this.schedule();
      return;
    }
    const partialOutput = this.readText?.() ?? '';
    this.stream.emit({ type: 'tool_execution_update', toolUseId: this.toolUseId, partialOutput });
    this.nextAtMs = performance.now() + pauseMs + partialOutput.length / charsPerMs;
  }
}
