/** One conversation with Claude Code, in a process of its own that stays warm between turns. */
import type {
  Conversation,
  ConversationEnd,
  ConversationProcess,
  SteerOutcome,
  TurnHost,
  TurnRequest,
  TurnResult,
} from '../../core/index.js';
import { type Fields, type LinkEnd, type LinkParts, ToolProcesses } from '../process/index.js';
import { TurnGate } from '../report/index.js';
import type { ClaudeLink } from './claude-link.js';
import { ClaudeTurn } from './claude-turn.js';
import type { PromptInput } from './prompt-input.js';
import type { Query, ToolPermission } from './sdk.js';

export interface ConversationStart {
  query: Query;
  input: PromptInput;
  continuation: string;
  /** Restored, so that the agent has a record of it. */
  isRecorded: boolean;
  /** What a reader should know; told with the first turn. */
  notices: readonly string[];
  /** When the program has ended. Never rejects. */
  cleanUp(): Promise<void>;
}

export class ClaudeConversation implements Conversation {
  readonly process: ConversationProcess;
  readonly ended: Promise<ConversationEnd>;
  private readonly tools: ToolProcesses;
  private readonly gate = new TurnGate();
  private current: ClaudeTurn | undefined;
  private notices: readonly string[];
  private end: LinkEnd | undefined;
  private isRecorded: boolean;

  constructor(
    private readonly link: ClaudeLink,
    private readonly start: ConversationStart,
    private readonly parts: LinkParts,
  ) {
    this.process = {
      harnessProcessId: link.process.harnessProcessId,
      provider: 'anthropic',
      frontend: 'claude-agent-sdk',
      interactionMode: 'headless',
      ioMode: 'stdio',
    };
    this.notices = start.notices;
    this.isRecorded = start.isRecorded;
    const { terminateGraceMs: graceMs, killMs } = parts;
    this.tools = new ToolProcesses(link.process, { graceMs, killMs });
    this.ended = link.ended.then((end) => this.onEnd(end));
    link.listener = (frame) => this.onFrame(frame);
  }

  turn(request: TurnRequest, host: TurnHost): Promise<TurnResult> {
    return this.gate.take(() => this.takeTurn(request, host));
  }

  steer(prompt: string): Promise<SteerOutcome> {
    return this.current?.steer(prompt) ?? Promise.resolve('missed');
  }

  async permit(toolName: string, input: Fields, toolUseId: string): Promise<ToolPermission> {
    const message = 'No run is under way that could answer for this.';
    return this.current?.permit(toolName, input, toolUseId) ?? { behavior: 'deny', message };
  }

  async afterTools(input: Fields): Promise<Fields> {
    return this.current?.afterTools(input) ?? {};
  }

  clearProcesses(): Promise<void> {
    return this.tools.clear();
  }

  async terminate(): Promise<void> {
    await this.link.kill({ code: 'agent_died', message: 'The agent was ended by force.' });
  }

  close(): Promise<void> {
    return this.link.end();
  }

  private async takeTurn(request: TurnRequest, host: TurnHost): Promise<TurnResult> {
    await this.tools.spareRunning();
    if (host.signal.aborted) return { outcome: 'interrupted' };
    if (this.end !== undefined) return { outcome: 'failed', error: this.end.error };
    const { query, input, continuation } = this.start;
    const { clock } = this.parts;
    const { isRecorded, notices } = this;
    const turn = new ClaudeTurn(request, host, { query, input, clock, continuation, isRecorded, notices });
    this.notices = [];
    this.current = turn;
    const interrupt = () => void turn.interrupt();
    turn.begin();
    host.signal.addEventListener('abort', interrupt, { once: true });
    await turn.over;
    host.signal.removeEventListener('abort', interrupt);
    this.current = undefined;
    this.isRecorded ||= turn.taken;
    return turn.end();
  }

  private onFrame(frame: Fields): void | Promise<void> {
    if (this.current !== undefined) return this.current.onFrame(frame);
    // Work that wakes up by itself would be nobody's: no run shows it, bounds it or pays for it.
    if (frame.type === 'system' && frame.subtype === 'init')
      this.start.query.interrupt().catch(() => undefined);
  }

  private async onEnd(end: LinkEnd): Promise<ConversationEnd> {
    this.end = end;
    this.current?.onDeath(end);
    await this.start.cleanUp();
    const { exitCode } = end;
    return { processExited: true, ...(exitCode === undefined ? {} : { exitCode }) };
  }
}
