/** One line below the output that says what is going on, for a person who watches. */
import type { EventEnvelope } from '../client/index.js';
import { cleanLine } from './clean-text.js';
import { describeCall } from './describe-call.js';
import type { Footer, Terminal } from './terminal.js';

const redrawMs = 250;
const clearLine = '\r\x1b[2K';
const ends: Readonly<Record<string, string>> = {
  run_completed: 'completed',
  run_failed: 'failed',
  run_cancelled: 'cancelled',
};

export class LiveLine implements Footer {
  private readonly startedAt = performance.now();
  private readonly tools = new Map<string, string>();
  private state = 'connecting';
  private readonly timer: NodeJS.Timeout;

  private constructor(private readonly terminal: Terminal) {
    this.timer = setInterval(() => this.draw(), redrawMs);
    terminal.footer = this;
    this.draw();
  }

  /** Undefined where nobody watches. */
  static start(terminal: Terminal): LiveLine | undefined {
    return terminal.isLive ? new LiveLine(terminal) : undefined;
  }

  take({ event }: EventEnvelope): void {
    if (event.type === 'run_queued') this.state = 'queued';
    else if (event.type === 'run_injecting') this.state = 'starting';
    else if (event.type === 'run_started' || event.type === 'permission_decision') this.state = 'running';
    else if (event.type === 'permission_request') this.state = 'needs permission';
    else if (event.type === 'run_parked') this.state = 'parked';
    else if (event.type === 'run_resumed') this.state = 'queued';
    else if (event.type === 'tool_execution_start')
      this.tools.set(event.toolUseId, describeCall(event.toolName, event.input));
    else if (event.type === 'tool_execution_end') this.tools.delete(event.toolUseId);
    else if (ends[event.type] !== undefined) {
      this.state = ends[event.type] ?? '';
      this.tools.clear();
    }
  }

  say(state: string): void {
    this.state = state;
  }

  clear(): void {
    this.terminal.streams.stderr.write(clearLine);
  }

  draw(): void {
    const seconds = Math.floor((performance.now() - this.startedAt) / 1000);
    const tool = [...this.tools.values()].at(-1);
    const words = [this.state, `${seconds} s`, ...(tool === undefined ? [] : [tool])].join(' · ');
    const line = this.terminal.paintTalk.dim(cleanLine(words, this.terminal.width - 1));
    this.terminal.streams.stderr.write(`${clearLine}${line}`);
  }

  stop(): void {
    clearInterval(this.timer);
    this.clear();
    if (this.terminal.footer === this) this.terminal.footer = undefined;
  }
}
