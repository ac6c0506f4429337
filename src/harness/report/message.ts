/** One message of an agent while it is being said. The deltas carry all of it; what is kept of it is bounded. */
import type { AgentEvent, ContentBlock } from '../../contract/index.js';

/** Of a message as a whole: in `message_end` and in the final output. */
export const messageCharsMax = 256 * 1024;

/** What the agent says a message came to, which replaces what was put together from its deltas. */
export interface WholeMessage {
  text?: string;
  thinking?: string;
}

export class Message {
  private kept = '';
  private cutChars = 0;
  private thought = '';

  constructor(
    readonly id: string,
    readonly parentToolUseId: string | undefined,
  ) {}

  start(): AgentEvent {
    const message = { role: 'assistant' as const, content: '' };
    return { type: 'message_start', messageId: this.id, message, ...this.parent() };
  }

  say(textDelta: string): AgentEvent {
    const room = messageCharsMax - this.kept.length;
    this.kept += room >= textDelta.length ? textDelta : textDelta.slice(0, room);
    this.cutChars += Math.max(0, textDelta.length - room);
    return { type: 'message_update', messageId: this.id, textDelta };
  }

  think(thinkingDelta: string): AgentEvent {
    this.thought += thinkingDelta.slice(0, messageCharsMax - this.thought.length);
    return { type: 'message_update', messageId: this.id, thinkingDelta };
  }

  get text(): string {
    return this.cutChars === 0 ? this.kept : `${this.kept}\n[… ${this.cutChars} characters cut …]`;
  }

  end({ text, thinking }: WholeMessage = {}): AgentEvent {
    if (text !== undefined) {
      this.kept = text.slice(0, messageCharsMax);
      this.cutChars = text.length - this.kept.length;
    }
    if (thinking !== undefined) this.thought = thinking.slice(0, messageCharsMax);
    const message = { role: 'assistant' as const, content: this.content() };
    return { type: 'message_end', messageId: this.id, message, ...this.parent() };
  }

  private content(): string | ContentBlock[] {
    const { text } = this;
    if (this.thought === '') return text;
    const thinking: ContentBlock = { type: 'thinking', text: this.thought };
    return text === '' ? [thinking] : [thinking, { type: 'text', text }];
  }

  private parent(): { parentToolUseId?: string } {
    return this.parentToolUseId === undefined ? {} : { parentToolUseId: this.parentToolUseId };
  }
}
