/** One message of the assistant while it is being said. The deltas carry all of it; what is kept of it is bounded. */
import type { TurnStream } from './turn-stream.js';

/** Of a message as a whole: in `message_end`, in the final output and in the conversation's file. */
export const messageCharsMax = 256 * 1024;

export class MessageStream {
  private kept = '';
  private cutChars = 0;
  private thought = '';

  constructor(
    private readonly stream: TurnStream,
    readonly id: string,
  ) {
    stream.emit({ type: 'message_start', messageId: id, message: { role: 'assistant', content: '' } });
  }

  delta(textDelta: string): void {
    const room = messageCharsMax - this.kept.length;
    this.kept += room >= textDelta.length ? textDelta : textDelta.slice(0, room);
    this.cutChars += Math.max(0, textDelta.length - room);
    this.stream.emit({ type: 'message_update', messageId: this.id, textDelta });
  }

  think(thinkingDelta: string): void {
    this.thought += thinkingDelta.slice(0, messageCharsMax - this.thought.length);
    this.stream.emit({ type: 'message_update', messageId: this.id, thinkingDelta });
  }

  get text(): string {
    return this.cutChars === 0 ? this.kept : `${this.kept}\n[… ${this.cutChars} characters cut …]`;
  }

  end(): void {
    const content = this.thought === '' ? this.text : [{ type: 'thinking' as const, text: this.thought }];
    this.stream.emit({ type: 'message_end', messageId: this.id, message: { role: 'assistant', content } });
  }
}
