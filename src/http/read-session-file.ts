/**
 * The file of a session while it comes: bytes to lines to entries that keep to their schemas. At most one line is held,
 * and what is wrong is told with the number of its line.
 */
import type { z } from 'zod';
import {
  AppError,
  limits,
  type SessionFileEntry,
  sessionFileFormat,
  sessionFileInput,
  sessionFileVersion,
  wrongLine,
} from '../contract/index.js';
import { findUnkeepable, plainWords } from './validation.js';

/** Throws `validation_failed`, `body_too_large`, and what `bytes` throws. `see` is told of all bytes in their order. */
export async function* readSessionFile(
  bytes: AsyncIterable<Uint8Array>,
  see: (chunk: Uint8Array) => void,
): AsyncGenerator<SessionFileEntry, void, void> {
  const reader = new EntryReader();
  for await (const line of readLines(bytes, see)) yield reader.read(line);
  reader.end();
}

const lineFeed = 0x0a;

async function* readLines(
  bytes: AsyncIterable<Uint8Array>,
  see: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, void> {
  let parts: Uint8Array[] = [];
  let partBytes = 0;
  let total = 0;
  let number = 1;
  for await (const chunk of bytes) {
    see(chunk);
    total += chunk.length;
    if (total > limits.sessionFileBytesMax)
      throw new AppError('body_too_large', `A file takes up to ${limits.sessionFileBytesMax} bytes here.`);
    let from = 0;
    for (let to = chunk.indexOf(lineFeed); to !== -1; to = chunk.indexOf(lineFeed, from)) {
      refuseLongLine(number, partBytes + to - from);
      yield Buffer.concat([...parts, chunk.subarray(from, to)]);
      parts = [];
      partBytes = 0;
      number += 1;
      from = to + 1;
    }
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    partBytes += chunk.length - from;
    refuseLongLine(number, partBytes);
  }
  if (partBytes > 0) yield Buffer.concat(parts);
}

function refuseLongLine(line: number, bytes: number): void {
  if (bytes > limits.sessionFileLineBytesMax)
    throw wrongLine(line, `it is longer than ${limits.sessionFileLineBytesMax} bytes`);
}

/** Which kind a line is of is said by its place. */
class EntryReader {
  private line = 0;
  private runsLeft = 0;
  private ended = false;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });

  read(bytes: Uint8Array): SessionFileEntry {
    this.line += 1;
    const { line } = this;
    if (this.ended) throw wrongLine(line, 'it stands behind the end of the file');
    const value = this.parse(bytes);
    if (line === 1) return this.readHeader(value);
    if (this.runsLeft > 0) {
      this.runsLeft -= 1;
      this.refuseNul(value);
      const run = this.check(sessionFileInput.run, value);
      const { attachments: _, ...text } = run;
      this.refuseLongText(JSON.stringify(text).length);
      return { line, run };
    }
    this.refuseLongText(bytes.length);
    if (Object.hasOwn(value, 'end')) {
      this.ended = true;
      return { line, ...this.check(sessionFileInput.end, value) };
    }
    return { line, event: this.check(sessionFileInput.event, value) };
  }

  end(): void {
    if (this.ended) return;
    if (this.line === 0) throw wrongLine(1, 'the file is empty');
    throw new AppError(
      'validation_failed',
      `The file breaks off behind line ${this.line}: its last line, the end, is missing.`,
      { details: [{ path: `line ${this.line + 1}`, message: 'is missing' }] },
    );
  }

  private readHeader(value: object): SessionFileEntry {
    const { format, version } = value as { format?: unknown; version?: unknown };
    if (format !== sessionFileFormat)
      throw wrongLine(1, 'it is not the header of an exported session: take a file that an export made');
    if (version !== sessionFileVersion)
      throw wrongLine(1, `it is of version ${String(version)}, and this server reads ${sessionFileVersion}`);
    this.refuseNul(value);
    const header = this.check(sessionFileInput.header, value);
    this.runsLeft = header.runs;
    return { line: this.line, header };
  }

  private parse(bytes: Uint8Array): object {
    const { line } = this;
    let value: unknown;
    try {
      value = JSON.parse(this.decoder.decode(bytes));
    } catch {
      throw wrongLine(line, 'it is not JSON');
    }
    if (typeof value !== 'object' || value === null) throw wrongLine(line, 'it is not a JSON object');
    const deep = findUnkeepable(value, { nul: true });
    if (deep !== undefined) throw wrongLine(line, `${deep.path} ${deep.message}`);
    return value;
  }

  /** An event may hold one: it is kept as the JSON that it is. Columns of text cannot. */
  private refuseNul(value: object): void {
    const found = findUnkeepable(value);
    if (found !== undefined) throw wrongLine(this.line, `${found.path} ${found.message}`);
  }

  private refuseLongText(length: number): void {
    if (length > limits.sessionFileTextBytesMax)
      throw wrongLine(this.line, `it is longer than ${limits.sessionFileTextBytesMax} bytes without images`);
  }

  private check<Output>(schema: z.ZodType<Output>, value: unknown): Output {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const where = issue?.path.map(String).join('.') ?? '';
    throw wrongLine(this.line, `${where} ${plainWords(issue?.message ?? 'is not valid')}`.trim());
  }
}
