/** The last bytes of a stream of text, for error messages. Bounded, and whole at its start: half characters are cut off. */
export class TextTail {
  private chunks: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly bytesMax: number) {}

  append(chunk: Buffer): void {
    // A copy, because a small slice would keep its whole chunk in memory.
    this.chunks.push(Buffer.from(chunk.subarray(-this.bytesMax)));
    this.bytes += Math.min(chunk.length, this.bytesMax);
    if (this.bytes > 2 * this.bytesMax) this.shrink();
  }

  text(): string {
    this.shrink();
    const [bytes = Buffer.alloc(0)] = this.chunks;
    let start = 0;
    // Bytes 10xxxxxx go on with a character that began before the cut.
    while (start < bytes.length && start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
    return bytes.subarray(start).toString('utf8');
  }

  private shrink(): void {
    const tail = Buffer.from(Buffer.concat(this.chunks).subarray(-this.bytesMax));
    this.chunks = [tail];
    this.bytes = tail.length;
  }
}
