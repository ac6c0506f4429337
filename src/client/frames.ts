/**
 * Cuts an event stream into its frames: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream,
 * without `id` and `retry`: the seq is in the data, and when to come back is the reader's own affair.
 */
export interface Frame {
  /** `message` where the frame has no name. */
  event: string;
  data: string;
}

/** The server bounds its events; what is longer is no frame of it. */
const frameCharsMax = 32 * 1024 * 1024;

export class FrameParser {
  private line = '';
  private event = '';
  private data: string[] = [];
  private chars = 0;
  /** The last line ended with a carriage return: a line feed that follows belongs to it. */
  private afterReturn = false;

  get isWithinFrame(): boolean {
    return this.chars > 0;
  }

  /** The frames that this text completes. Throws when a frame has no end. */
  push(text: string): Frame[] {
    const lines = (this.afterReturn && text.startsWith('\n') ? text.slice(1) : text).split(/\r\n|\n|\r/);
    if (text !== '') this.afterReturn = text.endsWith('\r');
    const frames: Frame[] = [];
    lines.forEach((part, index) => {
      this.line += part;
      this.chars += part.length;
      if (this.chars > frameCharsMax) throw new Error('a frame of the stream has no end');
      if (index < lines.length - 1) this.endLine(frames);
    });
    return frames;
  }

  private endLine(frames: Frame[]): void {
    const { line } = this;
    this.line = '';
    if (line === '') {
      if (this.data.length > 0) frames.push({ event: this.event || 'message', data: this.data.join('\n') });
      this.event = '';
      this.data = [];
      this.chars = 0;
      return;
    }
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') this.event = value;
    if (name === 'data') this.data.push(value);
  }
}
