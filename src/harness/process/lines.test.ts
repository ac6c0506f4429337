import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LineProtocolError, readLines } from './lines.js';

async function linesOf(chunks: readonly (string | Buffer)[], lineBytesMax?: number): Promise<string[]> {
  const lines: string[] = [];
  const options = lineBytesMax === undefined ? {} : { lineBytesMax };
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  await readLines(stream, (line) => void lines.push(line), options);
  return lines;
}

describe('readLines', () => {
  it('splits at LF and at nothing else', async () => {
    expect(await linesOf(['a\u2028b\u2029c\rd\u0085e\nf\n'])).toEqual(['a\u2028b\u2029c\rd\u0085e', 'f']);
  });

  it('joins lines over chunks, whole characters too, and passes over empty lines', async () => {
    const bytes = Buffer.from('grün 🚢\n\n\n{"a":1}\n');
    const single = Array.from(bytes, (byte) => Buffer.from([byte]));
    expect(await linesOf(single)).toEqual(['grün 🚢', '{"a":1}']);
  });

  it('reads nothing more while a handler is busy', async () => {
    const stream = new PassThrough({ highWaterMark: 16 });
    const seen: string[] = [];
    let release: () => void = () => undefined;
    const reading = readLines(stream, (line) => {
      seen.push(line);
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    });
    let refused = false;
    for (let line = 0; line < 10 && !refused; line += 1) {
      refused = !stream.write(`line number ${line}\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(refused).toBe(true);
    expect(seen).toEqual(['line number 0']);
    stream.end();
    const done = reading.then(() => true);
    while (!(await Promise.race([done, new Promise<false>((resolve) => setImmediate(() => resolve(false)))])))
      release();
    expect(seen.length).toBeGreaterThan(1);
  });

  it('refuses a line that is too long, before it has all of it', async () => {
    await expect(linesOf(['abcd\n', 'efg', 'hijk'], 6)).rejects.toThrow(
      new LineProtocolError('a line is longer than 6 bytes'),
    );
  });

  it('takes a line of exactly the bound', async () => {
    expect(await linesOf(['abcdef\n'], 6)).toEqual(['abcdef']);
  });

  it('refuses half a line at the end', async () => {
    await expect(linesOf(['whole\nha', 'lf'])).rejects.toThrow(
      'the stream ended within a line, after 4 bytes of it',
    );
  });

  it('rejects with what the handler threw', async () => {
    const reading = readLines(Readable.from([Buffer.from('a\nb\n')]), (line) => {
      throw new Error(`no ${line}`);
    });
    await expect(reading).rejects.toThrow('no a');
  });
});
