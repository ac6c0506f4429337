/**
 * What the assistant says at one go. The deltas carry all of it; what is kept of it is bounded. When something else
 * came in between, it goes on as a further message.
 */
import type { TurnStream } from './turn-stream.js';

/** Of a message as a whole: in `message_end`, in the final output and in the conversation's file. */
export const messageCharsMax = 256 * 1024;

export class MessageStream {
  /** Undefined: ended, or not begun. */
  private id: string | undefined;
  private kept = '';
  private cutChars = 0;
  private thought = '';

  constructor(
    private readonly stream: TurnStream,
    private readonly newId: () => string,
  ) {
    this.begin();
  }

  delta(textDelta: string): void {
    const room = messageCharsMax - this.kept.length;
    const messageId = this.begin();
    this.kept += room >= textDelta.length ? textDelta : textDelta.slice(0, room);
    this.cutChars += Math.max(0, textDelta.length - room);
    this.stream.emit({ type: 'message_update', messageId, textDelta });
  }

  think(thinkingDelta: string): void {
    const messageId = this.begin();
    this.thought += thinkingDelta.slice(0, messageCharsMax - this.thought.length);
    this.stream.emit({ type: 'message_update', messageId, thinkingDelta });
  }

  get text(): string {
    return this.cutChars === 0 ? this.kept : `${this.kept}\n[… ${this.cutChars} characters cut …]`;
  }

  /** Ends what was said so far; more may follow. */
  end(): void {
    if (this.id === undefined) return;
    const content = this.thought === '' ? this.text : [{ type: 'thinking' as const, text: this.thought }];
    this.stream.emit({ type: 'message_end', messageId: this.id, message: { role: 'assistant', content } });
    this.id = undefined;
    this.kept = '';
    this.cutChars = 0;
    this.thought = '';
  }

  private begin(): string {
    if (this.id !== undefined) return this.id;
    this.id = this.newId();
    const message = { role: 'assistant' as const, content: '' };
    this.stream.emit({ type: 'message_start', messageId: this.id, message });
    return this.id;
  }
}
