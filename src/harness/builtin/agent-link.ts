/** The adapter's end of one agent process, which routes what comes back to the channels of its conversations. */
import { AppError, type RunError } from '../../contract/index.js';
import { type AgentProcess, LineLink, type LinkEnd, type LinkParts } from '../process/index.js';
import { type Frame, type FromAgent, protocolVersion, type ToAgent } from './agent/protocol.js';

/** What a channel is told. */
export interface ChannelListener {
  /** `chars` is what it takes of the window. */
  onFrame(frame: Frame, chars: number): void;
  /** What became of a text that was to be put into a turn. */
  onSteered(steering: number, injected: boolean): void;
  /** The process and all that it started are gone. */
  onEnd(end: LinkEnd): void;
}

interface Channel {
  listener: ChannelListener;
  resolveOpened(error: RunError | undefined): void;
  resolveClosed(): void;
}

export class AgentLink {
  private readonly lines: LineLink;
  private readonly channels = new Map<number, Channel>();
  private readonly ready: Promise<void>;
  private markReady: () => void = () => undefined;
  private lastChannel = 0;

  constructor(
    readonly process: AgentProcess,
    private readonly parts: LinkParts,
  ) {
    this.ready = new Promise((resolve) => {
      this.markReady = resolve;
    });
    this.lines = new LineLink(process, parts, {
      agentName: 'The built-in agent',
      onMessage: (message, chars) => this.receive(message, chars),
      onEnd: (end) => this.tellChannels(end),
    });
  }

  get ended(): Promise<LinkEnd> {
    return this.lines.ended;
  }

  /** No more turns: it is dead, dying, or told to end. */
  get broken(): boolean {
    return this.lines.broken;
  }

  /** Resolves when the agent answers. Throws AppError `harness_failed` when it ends instead. */
  async greet(dataDir: string): Promise<void> {
    this.send({ t: 'hello', protocol: protocolVersion, dataDir });
    const end = await Promise.race([this.ready, this.ended]);
    if (end !== undefined) throw new AppError('harness_failed', end.error.message);
  }

  newChannel(): number {
    this.lastChannel += 1;
    return this.lastChannel;
  }

  /** Opens a conversation on its channel. Throws AppError `resume_lost`, `harness_failed`. */
  async openChannel(message: Extract<ToAgent, { t: 'open' }>, listener: ChannelListener): Promise<void> {
    const opened = new Promise<RunError | undefined>((resolve) => {
      const channel = { listener, resolveOpened: resolve, resolveClosed: () => undefined };
      this.channels.set(message.channel, channel);
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

  send(message: ToAgent): void {
    this.lines.send(message);
  }

  /** By force. Never rejects: what survives is logged. `error` is what its turns fail with. */
  async kill(error: RunError): Promise<void> {
    await this.lines
      .kill(error)
      .catch((left: unknown) =>
        this.parts.log?.warn('processes of the built-in agent are left', { error: left }),
      );
  }

  /** Politely: its input ends, then by signals. Never rejects. */
  end(): Promise<void> {
    return this.lines.end();
  }

  private tellChannels(end: LinkEnd): void {
    for (const { listener, resolveOpened } of this.channels.values()) {
      resolveOpened(end.error);
      listener.onEnd(end);
    }
    this.channels.clear();
  }

  private receive(line: unknown, chars: number): void {
    const message = checkMessage(line);
    if (message.t === 'ready') {
      this.markReady();
      return;
    }
    const channel = this.channels.get(message.channel);
    if (message.t === 'frame') channel?.listener.onFrame(message, chars);
    else if (message.t === 'steered') channel?.listener.onSteered(message.steering, message.injected);
    else if (message.t === 'opened') channel?.resolveOpened(message.error);
    else channel?.resolveClosed();
  }
}

const messageTypes = new Set(['ready', 'opened', 'closed', 'steered', 'frame']);

function checkMessage(message: unknown): FromAgent {
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
