/**
 * The head and the tail of a stream of bytes, whatever its length. Memory is two fixed buffers; what lies between
 * them is counted, and the text says how many bytes were cut.
 */
export class BoundedOutput {
  private readonly head: Buffer;
  /** A ring: `total` says where the next byte goes. */
  private readonly ring: Buffer;
  private headBytes = 0;
  private tailTotal = 0;

  constructor(bytesMax: number) {
    this.head = Buffer.alloc(Math.ceil(bytesMax / 2));
    this.ring = Buffer.alloc(Math.floor(bytesMax / 2));
  }

  append(chunk: Buffer): void {
    const toHead = Math.min(chunk.length, this.head.length - this.headBytes);
    chunk.copy(this.head, this.headBytes, 0, toHead);
    this.headBytes += toHead;
    const rest = chunk.subarray(toHead);
    const last = rest.subarray(-this.ring.length);
    let at = (this.tailTotal + rest.length - last.length) % this.ring.length;
    this.tailTotal += rest.length;
    for (let from = 0; from < last.length; ) {
      const copied = last.copy(this.ring, at, from);
      from += copied;
      at = (at + copied) % this.ring.length;
    }
  }

  get cutBytes(): number {
    return Math.max(0, this.tailTotal - this.ring.length);
  }

  /** Decoded as UTF-8; characters that a cut or the moment split are left out. */
  text(): string {
    const head = this.head.subarray(0, this.headBytes);
    if (this.cutBytes === 0) return wholeEnd(Buffer.concat([head, this.ring.subarray(0, this.tailTotal)]));
    const at = this.tailTotal % this.ring.length;
    const tail = Buffer.concat([this.ring.subarray(at), this.ring.subarray(0, at)]);
    return `${wholeEnd(head)}\n[… ${this.cutBytes} bytes cut …]\n${wholeEnd(wholeStart(tail))}`;
  }
}

const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;

function wholeStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start += 1;
  return bytes.subarray(start);
}

function wholeEnd(bytes: Buffer): string {
  let lead = bytes.length - 1;
  while (lead > bytes.length - 4 && isContinuation(bytes[lead])) lead -= 1;
  const first = bytes[lead] ?? 0;
  const needed = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  const end = lead + needed > bytes.length ? lead : bytes.length;
  return bytes.toString('utf8', 0, Math.max(end, 0));
}
