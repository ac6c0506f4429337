/**
 * What a turn reports, in our words and in its order: an adapter says what it learnt, and this makes the events of it,
 * so that every agent's turn reads the same. It opens with the prompt at the agent's first sign of life, and whatever
 * is still open closes with its end.
 *
 * What is said is pending until `flush`, which an adapter awaits before it reads on from its agent.
 */
import { randomUUID } from 'node:crypto';
import type { AgentEvent, ContentBlock } from '../../contract/index.js';
import type { Clock, PromptImage, TurnHost } from '../../core/index.js';
import { Message, type WholeMessage } from './message.js';
import { type ToolCall, ToolCalls, type ToolEnd } from './tool-calls.js';

export interface TurnOpening {
  prompt: string;
  images?: readonly PromptImage[] | undefined;
  /** Restores the conversation once the agent has taken the prompt. */
  continuation: string;
  /** What a reader should know from the start; told as warnings. */
  notices?: readonly string[];
}

/** Of a native event, as JSON; what is longer is replaced by a note of its length. */
const payloadCharsMax = 16 * 1024;

export class TurnReport {
  private readonly turnId = randomUUID();
  private readonly tools: ToolCalls;
  private readonly messages = new Map<string, Message>();
  private pending: AgentEvent[] = [];
  private begun = false;
  private over = false;
  private lastText = '';
  private emitted: Promise<void> = Promise.resolve();

  constructor(
    private readonly host: Pick<TurnHost, 'emit' | 'acknowledge'>,
    clock: Pick<Clock, 'monotonicMs'>,
    private readonly opening: TurnOpening,
  ) {
    this.tools = new ToolCalls(clock);
  }

  /** The agent has given a sign of life. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** The last thing that the agent itself said, subagents aside. */
  get finalOutput(): string {
    return this.lastText;
  }

  get toolCallCount(): number {
    return this.tools.count;
  }

  /** The agent's first sign of life: until then the prompt may not have reached it. Every other word implies it. */
  begin(): void {
    if (this.begun || this.over) return;
    this.begun = true;
    const { prompt, images, continuation, notices = [] } = this.opening;
    this.host.acknowledge(continuation);
    this.pending.push({ type: 'turn_start', turnId: this.turnId });
    this.addUserMessage(prompt, images);
    for (const words of notices) this.notice('warn', words);
  }

  /** A text that was put into the turn while it was under way. */
  steered(prompt: string): void {
    this.endMessages();
    this.addUserMessage(prompt);
  }

  /** `key` is the agent's own name of the message; a new one begins a message. */
  say(key: string, textDelta: string, parentToolUseId?: string): void {
    if (textDelta !== '') this.add(this.message(key, parentToolUseId).say(textDelta));
  }

  think(key: string, thinkingDelta: string, parentToolUseId?: string): void {
    if (thinkingDelta !== '') this.add(this.message(key, parentToolUseId).think(thinkingDelta));
  }

  /** `whole` opens a message that had no deltas, unless it is empty as well. */
  endMessage(key: string, whole: WholeMessage = {}, parentToolUseId?: string): void {
    const { text = '', thinking = '' } = whole;
    if (!this.messages.has(key) && text === '' && thinking === '') return;
    const message = this.message(key, parentToolUseId);
    this.messages.delete(key);
    this.add(message.end(whole));
    if (message.text !== '' && message.parentToolUseId === undefined) this.lastText = message.text;
  }

  /** All that are open, or those of one subagent. */
  endMessages(parentToolUseId?: string): void {
    for (const [key, message] of [...this.messages])
      if (parentToolUseId === undefined || message.parentToolUseId === parentToolUseId) this.endMessage(key);
  }

  startTool(call: ToolCall): void {
    this.add(...this.tools.start(call));
  }

  /** All output so far. */
  updateTool(toolUseId: string, outputSoFar: string): void {
    this.add(...this.tools.update(toolUseId, outputSoFar));
  }

  appendToTool(toolUseId: string, delta: string): void {
    this.add(...this.tools.append(toolUseId, delta));
  }

  endTool(toolUseId: string, end: ToolEnd): void {
    this.add(...this.tools.end(toolUseId, end));
  }

  isToolOpen(toolUseId: string): boolean {
    return this.tools.isOpen(toolUseId);
  }

  hasToolEnded(toolUseId: string): boolean {
    return this.tools.hasEnded(toolUseId);
  }

  notice(level: 'info' | 'warn' | 'error', message: string): void {
    this.add({ type: 'notice', level, message });
  }

  /** What has no type of ours, so that nothing the agent says is lost. */
  native(name: string, payload: unknown): void {
    const chars = (JSON.stringify(payload) ?? '').length;
    const kept = chars <= payloadCharsMax ? payload : { leftOutChars: chars };
    this.add({ type: 'native_event', name, payload: kept });
  }

  /** Hands over what is pending. Resolves when there is room for more; one at a time, in order. */
  flush(): Promise<void> {
    const events = this.pending;
    this.pending = [];
    if (events.length === 0) return this.emitted;
    const before = this.emitted;
    this.emitted = before.then(() => this.host.emit(events));
    return this.emitted;
  }

  /** Closes what is open; `failed`: tools that are still open count as errors. What comes later is dropped. */
  async end(failed: boolean): Promise<void> {
    if (this.over) return;
    this.endMessages();
    if (this.begun) {
      this.add(...this.tools.endAll(failed));
      this.add({ type: 'turn_end', turnId: this.turnId });
    }
    this.over = true;
    await this.flush();
  }

  private message(key: string, parentToolUseId: string | undefined): Message {
    const known = this.messages.get(key);
    if (known !== undefined) return known;
    const message = new Message(randomUUID(), parentToolUseId);
    this.messages.set(key, message);
    this.add(message.start());
    return message;
  }

  private addUserMessage(prompt: string, images: readonly PromptImage[] = []): void {
    const messageId = randomUUID();
    const message = { role: 'user' as const, content: contentOf(prompt, images) };
    this.add({ type: 'message_start', messageId, message }, { type: 'message_end', messageId, message });
  }

  private add(...events: AgentEvent[]): void {
    if (this.over || events.length === 0) return;
    this.begin();
    this.pending.push(...events);
  }
}

/** Images are named, not repeated: the log has their addresses. */
function contentOf(prompt: string, images: readonly PromptImage[]): string | ContentBlock[] {
  if (images.length === 0) return prompt;
  return [
    { type: 'text', text: prompt },
    ...images.map(({ url, mimeType }): ContentBlock => ({ type: 'media_ref', url, mimeType })),
  ];
}
