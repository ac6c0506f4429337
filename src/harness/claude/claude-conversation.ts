/** One conversation with Claude Code, in a process of its own that stays warm between turns. */
import type { SteerOutcome, TurnHost, TurnRequest, TurnResult } from '../../core/index.js';
import { type Fields, type LinkEnd, type LinkParts, ProcessConversation } from '../process/index.js';
import type { ClaudeLink } from './claude-link.js';
import { ClaudeTurn } from './claude-turn.js';
import type { PromptInput } from './prompt-input.js';
import type { Query, ToolPermission } from './sdk.js';

export interface ConversationStart {
  query: Query;
  input: PromptInput;
  /** Absolute. */
  program: string;
  continuation: string;
  /** Restored, so that the agent has a record of it. */
  isRecorded: boolean;
  /** What a reader should know; told with the first turn. */
  notices: readonly string[];
  /** When the program has ended. Never rejects. */
  cleanUp(): Promise<void>;
}

export class ClaudeConversation extends ProcessConversation<ClaudeLink> {
  private current: ClaudeTurn | undefined;
  private notices: readonly string[];
  private end: LinkEnd | undefined;
  private isRecorded: boolean;

  constructor(
    link: ClaudeLink,
    private readonly start: ConversationStart,
    parts: LinkParts,
  ) {
    super(link, parts, { provider: 'anthropic', frontend: 'claude-agent-sdk' });
    this.notices = start.notices;
    this.isRecorded = start.isRecorded;
    link.listener = (frame) => this.onFrame(frame);
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

  protected async takeTurn(request: TurnRequest, host: TurnHost): Promise<TurnResult> {
    if (this.end !== undefined) return { outcome: 'failed', error: this.end.error };
    const { query, input, program, continuation } = this.start;
    const { clock } = this.parts;
    const { isRecorded, notices } = this;
    const conversation = { query, input, program, continuation, isRecorded };
    const turn = new ClaudeTurn(request, host, { ...conversation, clock, notices });
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

  protected override async onEnd(end: LinkEnd): Promise<void> {
    this.end = end;
    this.current?.onDeath(end);
    await this.start.cleanUp();
  }
}
