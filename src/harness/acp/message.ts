/** One message of the agent while it is being said. The deltas carry all of it; what is kept of it is bounded. */
import type { AgentEvent, ContentBlock } from '../../contract/index.js';

/** Of a message as a whole: in `message_end` and in the final output. */
export const messageCharsMax = 256 * 1024;

export class Message {
  private kept = '';
  private cutChars = 0;
  private thought = '';

  constructor(
    readonly id: string,
    /** The agent's own id of it, where it gives one. */
    readonly agentId: string | undefined,
  ) {}

  start(): AgentEvent {
    return { type: 'message_start', messageId: this.id, message: { role: 'assistant', content: '' } };
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

  end(): AgentEvent {
    const { id: messageId, text } = this;
    if (this.thought === '')
      return { type: 'message_end', messageId, message: { role: 'assistant', content: text } };
    const content: ContentBlock[] = [{ type: 'thinking', text: this.thought }];
    if (text !== '') content.push({ type: 'text', text });
    return { type: 'message_end', messageId, message: { role: 'assistant', content } };
  }
}
