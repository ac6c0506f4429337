/**
 * Reads a stream of JSON lines as agents write them: records end with LF and with nothing else. Node's readline
 * also splits at U+2028 and U+2029, which are legal inside JSON strings, so it must not be used here.
 * Bytes are cut at LF before they are decoded: a character split over two chunks stays whole.
 */
import type { Readable } from 'node:stream';

/** Of one line. A prompt of 256 KiB may need six times as much as JSON, and an event carries it twice. */
export const lineBytesMax = 8 * 1024 * 1024;

const lineFeed = 0x0a;

/** The other side broke the framing: a line too long, or half a line at the end. */
export class LineProtocolError extends Error {
  override readonly name = 'LineProtocolError';

  constructor(
    message: string,
    /** Half a line at the end: what a program leaves that died while it wrote. */
    readonly cutOff = false,
  ) {
    super(message);
  }
}

export type LineHandler = (line: string) => void | Promise<void>;

/**
 * Hands each line to `handle`, one at a time; nothing more is read while a promise of `handle` is pending, so the
 * writer feels it. Empty lines are passed over. Resolves at the end of the stream.
 * Rejects with LineProtocolError, with what `handle` threw, or with the error of the stream.
 */
export async function readLines(
  stream: Readable,
  handle: LineHandler,
  options: { lineBytesMax?: number } = {},
): Promise<void> {
  const bytesMax = options.lineBytesMax ?? lineBytesMax;
  const pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of stream) {
    const bytes: Buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(lineFeed, from);
      const piece = bytes.subarray(from, end === -1 ? bytes.length : end);
      pendingBytes += piece.length;
      if (pendingBytes > bytesMax) throw new LineProtocolError(`a line is longer than ${bytesMax} bytes`);
      if (end === -1) {
        if (piece.length > 0) pending.push(piece);
        break;
      }
      const line = pending.length === 0 ? piece.toString('utf8') : decodePieces(pending, piece);
      pendingBytes = 0;
      from = end + 1;
      if (line === '') continue;
      const handled = handle(line);
      if (handled !== undefined) await handled;
    }
  }
  if (pendingBytes > 0)
    throw new LineProtocolError(`the stream ended within a line, after ${pendingBytes} bytes of it`, true);
}

function decodePieces(pending: Buffer[], last: Buffer): string {
  pending.push(last);
  const line = Buffer.concat(pending).toString('utf8');
  pending.length = 0;
  return line;
}
