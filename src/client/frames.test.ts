import { createParser } from 'eventsource-parser';
import { describe, expect, it } from 'vitest';
import { type Frame, FrameParser } from './frames.js';

function parse(...chunks: readonly string[]): Frame[] {
  const parser = new FrameParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
}

describe('frames of an event stream', () => {
  it('end with an empty line, and not before', () => {
    expect(parse('data: a\n')).toEqual([]);
    expect(parse('data: a\n\n', 'event: ack\ndata: b\n\n')).toEqual([
      { event: 'message', data: 'a' },
      { event: 'ack', data: 'b' },
    ]);
  });

  it('join their lines of data, and are none without data', () => {
    expect(parse('data: a\ndata\ndata:  b\n\nevent: x\nid: 7\n\n: alive\n\n')).toEqual([
      { event: 'message', data: 'a\n\n b' },
    ]);
  });

  it('are within a frame until it has ended', () => {
    const parser = new FrameParser();
    const steps = [': alive\n', '\n', 'data: a\n', '\n', '\n'].map((chunk) => {
      parser.push(chunk);
      return parser.isWithinFrame;
    });
    expect(steps).toEqual([true, false, true, false, false]);
  });

  it('have an end', () => {
    const parser = new FrameParser();
    const much = 'x'.repeat(8 * 1024 * 1024);
    const push = () => {
      for (let index = 0; index < 4; index += 1) parser.push(index === 0 ? 'data: ' : much);
    };
    push();
    expect(push).toThrow('no end');
  });

  it('are the same as another parser finds, wherever the text is cut and however its lines end', () => {
    const pieces = [
      'data: a',
      'data:b',
      'data',
      'data:  c:d',
      'event: ack',
      'event:',
      'id: 3',
      ': alive',
      '',
      '',
      'x: y',
      '::',
    ];
    let seed = 7;
    const pick = <T>(list: readonly T[]): T => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return list[Math.floor((seed / 2_147_483_648) * list.length)] as T;
    };
    for (let round = 0; round < 500; round += 1) {
      const text = `data: first${'\n\n'}${Array.from({ length: 30 }, () => pick(pieces) + pick(['\n', '\r\n', '\r'])).join('')}\n\n`;
      const expected: Frame[] = [];
      createParser({
        onEvent: ({ event, data }) => expected.push({ event: event || 'message', data }),
      }).feed(text);
      const chunks: string[] = [];
      for (let at = 0; at < text.length; ) {
        const size = pick([1, 2, 5, 40]);
        chunks.push(text.slice(at, at + size));
        at += size;
      }
      expect(parse(...chunks)).toEqual(expected);
    }
  });
});
