/**
 * An adapter's end of one agent process that speaks JSON, one value a line. Reads on only when what came before is
 * delivered, so that an agent that says much is held back, and notices the agent's death.
 *
 * A line that is not of the protocol makes everything after it doubtful, so the process is killed for it.
 * `ended` resolves only when neither the process nor anything that it started is left.
 */
import type { RunError } from '../../contract/index.js';
import type { Clock, Log } from '../../core/index.js';
import { endProcesses } from './end-processes.js';
import { LineProtocolError, readLines } from './lines.js';
import { describeExit, type ProcessExit } from './process-exit.js';
import type { AgentProcess } from './spawn.js';
import { endsWithin } from './waiting.js';

export interface LinkEnd {
  exitCode?: number;
  /** What a turn under way fails with. */
  error: RunError;
}

export interface LinkParts {
  clock: Clock;
  log?: Pick<Log, 'warn'> | undefined;
  /** For what is told to end, before it is killed. */
  terminateGraceMs: number;
  /** For what is killed, before it counts as a failure. */
  killMs: number;
}

export interface LineHandlers {
  /** In messages for people, as in "Codex". */
  agentName: string;
  /** One line, parsed, and its length. What it throws counts as a breach of the protocol, and its message says which. */
  onMessage(message: unknown, chars: number): void | Promise<void>;
  onEnd(end: LinkEnd): void;
}

/** For lines that a dead process had already written. */
const drainMs = 1000;
/** Of the agent's last words in an error. */
const wordsCharsMax = 300;

export class LineLink {
  readonly ended: Promise<LinkEnd>;
  /** Dead, dying, or told to end. */
  broken = false;
  private pending: string[] = [];
  private failure: RunError | undefined;
  private ending: Promise<void> | undefined;

  constructor(
    readonly process: AgentProcess,
    private readonly parts: LinkParts,
    private readonly handlers: LineHandlers,
  ) {
    this.ended = this.watch();
  }

  /** What is sent within one round of the event loop leaves in one write. */
  send(message: unknown): void {
    if (this.pending.length === 0) setImmediate(() => this.flush());
    this.pending.push(`${JSON.stringify(message)}\n`);
  }

  /** By force. Resolves like `ended`; `error` is what its turn fails with. Rejects when something survives. */
  async kill(error: RunError): Promise<void> {
    this.broken = true;
    this.failure ??= error;
    await this.process.end({ graceMs: 0, killMs: this.parts.killMs });
    await this.ended;
  }

  /** Politely: its input ends, then by signals. Never rejects. */
  end(): Promise<void> {
    this.ending ??= this.endPolitely();
    return this.ending;
  }

  private flush(): void {
    const text = this.pending.join('');
    this.pending = [];
    if (text !== '' && this.process.stdin.writable) this.process.stdin.write(text);
  }

  private async endPolitely(): Promise<void> {
    this.broken = true;
    this.failure ??= { code: 'agent_died', message: `${this.handlers.agentName} was shut down.` };
    this.flush();
    this.process.stdin.end();
    const { clock, terminateGraceMs, killMs } = this.parts;
    if (!(await endsWithin(clock, this.process.exited, terminateGraceMs))) {
      await this.process
        .end({ graceMs: terminateGraceMs, killMs })
        .catch((error: unknown) => this.reportLeft(error));
    }
    await endsWithin(clock, this.ended, drainMs + terminateGraceMs + killMs);
  }

  private async watch(): Promise<LinkEnd> {
    const reading = readLines(this.process.stdout, (line) =>
      this.handlers.onMessage(parseLine(line), line.length),
    ).catch(async (error: unknown) => {
      if (await this.diedWithin(error)) return;
      const words = error instanceof Error ? error.message : String(error);
      const message = `${this.handlers.agentName} broke its protocol and was ended: ${words}.`;
      this.kill({ code: 'harness_failed', message }).catch((left: unknown) => this.reportLeft(left));
    });
    const exit = await this.process.exited;
    this.broken = true;
    const { clock, terminateGraceMs, killMs } = this.parts;
    await endsWithin(clock, reading, drainMs);
    await endProcesses({ marks: [this.process.mark] }, { graceMs: terminateGraceMs, killMs }).catch(
      (error: unknown) => this.reportLeft(error),
    );
    return this.finish(exit);
  }

  /** Half a line is no breach of a protocol when the process died over it. */
  private async diedWithin(error: unknown): Promise<boolean> {
    if (!(error instanceof LineProtocolError) || !error.cutOff) return false;
    return endsWithin(this.parts.clock, this.process.exited, drainMs);
  }

  private finish(exit: ProcessExit): LinkEnd {
    const { exitCode } = exit;
    const error = this.failure ?? {
      code: 'agent_died',
      message: `${this.handlers.agentName} died (${describeExit(exit)}).${this.lastWords()}`,
    };
    const end = { error, ...(exitCode === undefined ? {} : { exitCode }) };
    this.handlers.onEnd(end);
    return end;
  }

  private lastWords(): string {
    const words = this.process.stderrTail().slice(-wordsCharsMax);
    return words === '' ? '' : ` Its last words: ${words}`;
  }

  private reportLeft(error: unknown): void {
    this.parts.log?.warn('processes of an agent are left', { agent: this.handlers.agentName, error });
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error('a line is not JSON');
  }
}
