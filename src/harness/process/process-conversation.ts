/**
 * What all conversations with a process of their own share: one turn at a time, the processes that its tools leave,
 * and its end. The adapter adds what a turn is.
 */
import type {
  Conversation,
  ConversationEnd,
  ConversationProcess,
  SteerOutcome,
  TurnHost,
  TurnRequest,
  TurnResult,
} from '../../core/index.js';
import type { AgentHandle } from './agent-starts.js';
import type { LinkEnd, LinkParts } from './line-link.js';
import type { AgentProcess } from './spawn.js';
import { ToolProcesses } from './tool-processes.js';
import { TurnGate } from './turn-gate.js';

export interface ProcessLink extends AgentHandle {
  readonly process: AgentProcess;
}

export abstract class ProcessConversation<Link extends ProcessLink> implements Conversation {
  readonly process: ConversationProcess;
  readonly ended: Promise<ConversationEnd>;
  private readonly tools: ToolProcesses;
  private readonly gate = new TurnGate();

  constructor(
    protected readonly link: Link,
    protected readonly parts: LinkParts,
    words: Pick<ConversationProcess, 'provider' | 'frontend'>,
  ) {
    const { harnessProcessId } = link.process;
    this.process = { harnessProcessId, ...words, interactionMode: 'headless', ioMode: 'stdio' };
    const { terminateGraceMs: graceMs, killMs } = parts;
    this.tools = new ToolProcesses(link.process, { graceMs, killMs });
    this.ended = link.ended.then(async (end) => {
      await this.onEnd(end);
      const { exitCode } = end;
      return { processExited: true, ...(exitCode === undefined ? {} : { exitCode }) };
    });
  }

  turn(request: TurnRequest, host: TurnHost): Promise<TurnResult> {
    return this.gate.take(async () => {
      await this.tools.spareRunning();
      return host.signal.aborted ? { outcome: 'interrupted' } : this.takeTurn(request, host);
    });
  }

  abstract steer(prompt: string): Promise<SteerOutcome>;

  clearProcesses(): Promise<void> {
    return this.tools.clear();
  }

  async terminate(): Promise<void> {
    await this.link.kill({ code: 'agent_died', message: 'The agent was ended by force.' });
  }

  close(): Promise<void> {
    return this.link.end();
  }

  /** Nothing of the process is left; never rejects. */
  protected async onEnd(_end: LinkEnd): Promise<void> {
    // Most adapters learn of it from their link.
  }

  /** The turn has not been interrupted yet. What it throws becomes its result. */
  protected abstract takeTurn(request: TurnRequest, host: TurnHost): Promise<TurnResult>;
}
