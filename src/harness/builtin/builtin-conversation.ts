/** One conversation with the built-in agent, on its channel of a process that it shares with others. */
import { bytesOfBase64, type RunError } from '../../contract/index.js';
import {
  type Conversation,
  type ConversationEnd,
  type ConversationProcess,
  notedPrompt,
  type PromptImage,
  type SteerOutcome,
  type TurnHost,
  type TurnRequest,
  type TurnResult,
} from '../../core/index.js';
import { endProcesses, endsWithin, type LinkEnd, type LinkParts } from '../process/index.js';
import type { Frame } from './agent/protocol.js';
import type { AgentLink, ChannelListener } from './agent-link.js';
import { FramePump } from './frame-pump.js';

export interface ConversationAddress {
  channel: number;
  conversationId: string;
  /** Of everything that the tools of this conversation start. */
  toolMark: string;
}

export class BuiltinConversation implements Conversation, ChannelListener {
  readonly process: ConversationProcess;
  readonly ended: Promise<ConversationEnd>;
  private resolveEnded: (end: ConversationEnd) => void = () => undefined;
  /** Why it takes no more turns. */
  private over: RunError | undefined;
  private turnNumber = 0;
  private pump: FramePump | undefined;
  /** A tool has run since it was last made sure that nothing is left of them. */
  private toolsRan = false;
  private ending: Promise<void> | undefined;
  private steerings = 0;
  private readonly steering = new Map<number, (outcome: SteerOutcome) => void>();

  constructor(
    private readonly link: AgentLink,
    private readonly address: ConversationAddress,
    private readonly parts: LinkParts,
  ) {
    this.process = {
      harnessProcessId: link.process.harnessProcessId,
      provider: 'quarterdeck',
      frontend: 'builtin',
      interactionMode: 'headless',
      ioMode: 'stdio',
    };
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
  }

  async turn(request: TurnRequest, host: TurnHost): Promise<TurnResult> {
    const { prompt, note, images, maxTurns } = request;
    if (this.over !== undefined) return { outcome: 'failed', error: this.over };
    if (this.pump !== undefined) {
      return {
        outcome: 'failed',
        error: { code: 'harness_failed', message: 'The conversation has a turn under way.' },
      };
    }
    if (host.signal.aborted) return { outcome: 'interrupted' };
    const { channel, conversationId } = this.address;
    const { link } = this;
    this.turnNumber += 1;
    const turn = this.turnNumber;
    const pump = new FramePump(channel, conversationId, host, (message) => link.send(message));
    this.pump = pump;
    const interrupt = () => link.send({ t: 'interrupt', channel, turn });
    host.signal.addEventListener('abort', interrupt, { once: true });
    link.send({
      t: 'turn',
      channel,
      turn,
      prompt,
      ...(note === undefined ? {} : { shown: notedPrompt(request) }),
      ...(images === undefined ? {} : { images: images.map(withoutContent) }),
      ...(maxTurns === undefined ? {} : { maxTurns }),
    });
    const result = await pump.result;
    host.signal.removeEventListener('abort', interrupt);
    this.pump = undefined;
    return result;
  }

  steer(prompt: string): Promise<SteerOutcome> {
    if (this.pump === undefined || this.over !== undefined) return Promise.resolve('missed');
    this.steerings += 1;
    const steering = this.steerings;
    return new Promise((resolve) => {
      this.steering.set(steering, resolve);
      const { channel } = this.address;
      this.link.send({ t: 'steer', channel, turn: this.turnNumber, steering, prompt });
    });
  }

  onSteered(steering: number, injected: boolean): void {
    this.steering.get(steering)?.(injected ? 'injected' : 'missed');
    this.steering.delete(steering);
  }

  onFrame(frame: Frame, chars: number): void {
    if (frame.turn !== this.turnNumber) return;
    this.toolsRan ||= frame.events.some(({ type }) => type === 'tool_execution_start');
    this.pump?.push(frame, chars);
  }

  onEnd({ exitCode, error }: LinkEnd): void {
    this.finish(error, { processExited: true, ...(exitCode === undefined ? {} : { exitCode }) });
  }

  async clearProcesses(): Promise<void> {
    if (!this.toolsRan) return;
    await this.endTools(this.parts.terminateGraceMs);
    this.toolsRan = false;
  }

  async terminate(): Promise<void> {
    await this.endConversation();
    // A tool that was just starting is not in any report yet: only a look at the processes proves that none is left.
    await this.endTools(0);
  }

  async close(): Promise<void> {
    try {
      await this.endConversation();
      await this.clearProcesses();
    } catch (error) {
      this.parts.log?.warn('processes of a conversation are left', { error });
    }
  }

  private async endTools(graceMs: number): Promise<void> {
    await endProcesses({ marks: [this.address.toolMark] }, { graceMs, killMs: this.parts.killMs });
  }

  private endConversation(): Promise<void> {
    this.ending ??= this.leaveAgent();
    return this.ending;
  }

  private async leaveAgent(): Promise<void> {
    const over: RunError = { code: 'agent_died', message: 'The conversation was closed.' };
    this.over ??= over;
    const { link, address, parts } = this;
    // Sent at once: whoever opens the same conversation next stands behind this.
    const closed = link.closeChannel(address.channel);
    if (!(await endsWithin(parts.clock, closed, parts.killMs))) {
      await link.kill({ code: 'agent_died', message: 'The built-in agent did not react and was killed.' });
    }
    this.finish(over, { processExited: false });
  }

  private finish(error: RunError, end: ConversationEnd): void {
    this.over ??= error;
    for (const steering of [...this.steering.keys()]) this.onSteered(steering, false);
    const { pump } = this;
    const continuation = pump?.begun === true ? { continuation: this.address.conversationId } : {};
    pump?.endWith({ ...continuation, outcome: 'failed', error });
    this.resolveEnded(end);
  }
}

function withoutContent({ mimeType, url, data }: PromptImage) {
  return { mimeType, url, bytes: bytesOfBase64(data) };
}
