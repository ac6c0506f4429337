/** Finds the `id:` line of every frame in a stream and checks that the seqs follow one another. */
import { wallMs } from '../run/statistics.js';

/** Room before the incoming bytes for what was left of the chunk before: longer than any `id:` line. */
const headroom = 32;
const idLine = Buffer.from('\nid: ');
const newline = 10;
const digitZero = 48;

export interface SharedBuffer {
  whole: Buffer;
  /** Where sockets write to. */
  incoming: Buffer;
}

export class SseReader {
  deliveries = 0;
  lost = 0;
  duplicated = 0;
  lastAtMs = 0;
  /** The first frame, which is the acknowledgement, has begun. */
  begun = false;
  private rest: Buffer = Buffer.alloc(0);

  constructor(public lastSeq: number) {}

  static sharedBuffer(bytes: number): SharedBuffer {
    const whole = Buffer.alloc(headroom + bytes);
    return { whole, incoming: whole.subarray(headroom) };
  }

  take({ whole }: SharedBuffer, bytes: number): void {
    this.rest.copy(whole, headroom - this.rest.length);
    const view = whole.subarray(headroom - this.rest.length, headroom + bytes);
    this.begun ||= view.includes('event: ack');
    const before = this.deliveries;
    for (let at = view.indexOf(idLine); at !== -1; at = view.indexOf(idLine, at + idLine.length)) {
      const seq = readNumber(view, at + idLine.length);
      // Cut off: the rest of the line comes with the next chunk.
      if (seq === undefined) break;
      this.count(seq);
    }
    if (this.deliveries > before) this.lastAtMs = wallMs();
    const tail = view.subarray(Math.max(0, view.lastIndexOf(newline)));
    this.rest = tail.length < headroom ? Buffer.from(tail) : Buffer.alloc(0);
  }

  private count(seq: number): void {
    this.deliveries += 1;
    if (seq <= this.lastSeq) {
      this.duplicated += 1;
      return;
    }
    this.lost += seq - this.lastSeq - 1;
    this.lastSeq = seq;
  }
}

function readNumber(view: Buffer, from: number): number | undefined {
  let value = 0;
  for (let at = from; at < view.length; at += 1) {
    const byte = view[at] as number;
    if (byte === newline) return value;
    value = value * 10 + (byte - digitZero);
  }
  return undefined;
}
