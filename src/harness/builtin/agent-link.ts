/**
 * The adapter's end of one agent process: sends, routes what comes back to the channels, and notices its death.
 *
 * A line that is not of the protocol makes everything after it doubtful, so the process is killed for it.
 * `ended` resolves only when neither the process nor anything that its tools started is left.
 */
import type { RunError } from '../../contract/index.js';
import { AppError } from '../../contract/index.js';
import type { Clock, Log } from '../../core/index.js';
import {
  type AgentProcess,
  describeExit,
  endProcesses,
  endsWithin,
  type ProcessExit,
  readLines,
} from '../process/index.js';
import { type Frame, type FromAgent, protocolVersion, type ToAgent } from './agent/protocol.js';

export interface LinkEnd {
  exitCode?: number;
  /** What the turns under way fail with. */
  error: RunError;
}

/** What a channel is told. */
export interface ChannelListener {
  /** `chars` is what it takes of the window. */
  onFrame(frame: Frame, chars: number): void;
  /** The process and all that it started are gone. */
  onEnd(end: LinkEnd): void;
}

export interface LinkParts {
  clock: Clock;
  log: Pick<Log, 'warn'> | undefined;
  terminateGraceMs: number;
  killMs: number;
}

interface Channel extends ChannelListener {
  resolveOpened(error: RunError | undefined): void;
  resolveClosed(): void;
}

/** For lines that a dead process had already written. */
const drainMs = 1000;
/** Of the agent's last words in an error. */
const lastWordsCharsMax = 300;

export class AgentLink {
  readonly ended: Promise<LinkEnd>;
  /** No more turns: it is dead, dying, or told to end. */
  broken = false;
  private readonly channels = new Map<number, Channel>();
  private readonly ready: Promise<void>;
  private markReady: () => void = () => undefined;
  private lastChannel = 0;
  private failure: RunError | undefined;
  private pending: string[] = [];

  constructor(
    readonly process: AgentProcess,
    private readonly parts: LinkParts,
  ) {
    this.ready = new Promise((resolve) => {
      this.markReady = resolve;
    });
    this.ended = this.watch();
  }

  /** Resolves when the agent answers. Throws AppError `harness_failed` when it ends instead. */
  async greet(dataDir: string): Promise<void> {
    this.send({ t: 'hello', protocol: protocolVersion, dataDir });
    const end = await Promise.race([this.ready, this.ended]);
    if (end === undefined) return;
    const words = this.process.stderrTail().slice(-lastWordsCharsMax);
    throw new AppError(
      'harness_failed',
      `${end.error.message}${words === '' ? '' : ` Its last words: ${words}`}`,
    );
  }

  newChannel(): number {
    this.lastChannel += 1;
    return this.lastChannel;
  }

  /** Opens a conversation on its channel. Throws AppError `resume_lost`, `harness_failed`. */
  async openChannel(message: Extract<ToAgent, { t: 'open' }>, listener: ChannelListener): Promise<void> {
    const opened = new Promise<RunError | undefined>((resolve) => {
      this.addChannel(message.channel, listener, resolve);
    });
    this.send(message);
    // A process that is already gone tells nobody any more.
    const failure = await Promise.race([opened, this.ended.then(({ error }) => error)]);
    if (failure === undefined) return;
    this.channels.delete(message.channel);
    throw new AppError(failure.code === 'resume_lost' ? 'resume_lost' : 'harness_failed', failure.message);
  }

  /** Resolves when the agent has ended what ran in the conversation and forgotten it, or is dead itself. */
  async closeChannel(channel: number): Promise<void> {
    const known = this.channels.get(channel);
    if (known === undefined) return;
    const closed = new Promise<void>((resolve) => {
      known.resolveClosed = resolve;
    });
    this.send({ t: 'close', channel });
    await Promise.race([closed, this.ended]);
    this.channels.delete(channel);
  }

  /** What is sent within one round of the event loop leaves in one write. */
  send(message: ToAgent): void {
    if (this.pending.length === 0) setImmediate(() => this.flush());
    this.pending.push(JSON.stringify(message));
  }

  /** By force. Resolves like `ended`; `error` is what its turns fail with. */
  async kill(error: RunError): Promise<LinkEnd> {
    this.broken = true;
    this.failure ??= error;
    await this.process
      .end({ graceMs: 0, killMs: this.parts.killMs })
      .catch((cause: unknown) => this.reportLeft(cause));
    return this.ended;
  }

  /** Politely: its input ends, then by signals. Never rejects. */
  async end(): Promise<void> {
    this.broken = true;
    this.failure ??= { code: 'agent_died', message: 'The built-in agent was shut down.' };
    this.flush();
    this.process.stdin.end();
    const { terminateGraceMs, killMs } = this.parts;
    if (await endsWithin(this.parts.clock, this.process.exited, terminateGraceMs)) {
      await this.ended;
      return;
    }
    await this.process
      .end({ graceMs: terminateGraceMs, killMs })
      .then(() => this.ended)
      .catch((error: unknown) => this.reportLeft(error));
  }

  private addChannel(
    channel: number,
    listener: ChannelListener,
    resolveOpened: (error: RunError | undefined) => void,
  ): void {
    this.channels.set(channel, {
      onFrame: (frame, chars) => listener.onFrame(frame, chars),
      onEnd: (end) => listener.onEnd(end),
      resolveOpened,
      resolveClosed: () => undefined,
    });
  }

  private flush(): void {
    const text = this.pending.map((line) => `${line}\n`).join('');
    this.pending = [];
    if (text !== '' && this.process.stdin.writable) this.process.stdin.write(text);
  }

  private async watch(): Promise<LinkEnd> {
    const reading = readLines(this.process.stdout, (line) => this.receive(line)).catch((error: unknown) => {
      const words = error instanceof Error ? error.message : String(error);
      void this.kill({
        code: 'harness_failed',
        message: `The built-in agent broke its protocol and was ended: ${words}.`,
      });
    });
    const exit = await this.process.exited;
    this.broken = true;
    await endsWithin(this.parts.clock, reading, drainMs);
    const { terminateGraceMs, killMs } = this.parts;
    await endProcesses({ marks: [this.process.mark] }, { graceMs: terminateGraceMs, killMs }).catch(
      (error: unknown) => this.reportLeft(error),
    );
    return this.tellChannels(exit);
  }

  private tellChannels(exit: ProcessExit): LinkEnd {
    const error = this.failure ?? {
      code: 'agent_died',
      message: `The built-in agent died (${describeExit(exit)}).`,
    };
    const { exitCode } = exit;
    const end = { error, ...(exitCode === undefined ? {} : { exitCode }) };
    for (const channel of this.channels.values()) {
      channel.resolveOpened(error);
      channel.onEnd(end);
    }
    this.channels.clear();
    return end;
  }

  private receive(line: string): void {
    const message = parseMessage(line);
    if (message.t === 'ready') {
      this.markReady();
      return;
    }
    const channel = this.channels.get(message.channel);
    if (message.t === 'frame') channel?.onFrame(message, line.length);
    else if (message.t === 'opened') channel?.resolveOpened(message.error);
    else channel?.resolveClosed();
  }

  private reportLeft(error: unknown): void {
    this.parts.log?.warn('processes of the built-in agent are left', { error });
  }
}

const messageTypes = new Set(['ready', 'opened', 'closed', 'frame']);

function parseMessage(line: string): FromAgent {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    throw new Error('a line is not JSON');
  }
  if (
    typeof message !== 'object' ||
    message === null ||
    !('t' in message) ||
    !messageTypes.has(String(message.t))
  ) {
    throw new Error('a line is not one of its messages');
  }
  const known = message as FromAgent;
  if (known.t === 'frame' && !Array.isArray(known.events)) throw new Error('a frame has no events');
  return known;
}
