import { describe, expect, it } from 'vitest';
import { BoundedOutput } from './bounded-output.js';

function outputOf(bytesMax: number, chunks: readonly string[]): BoundedOutput {
  const output = new BoundedOutput(bytesMax);
  for (const chunk of chunks) output.append(Buffer.from(chunk));
  return output;
}

describe('BoundedOutput', () => {
  it('keeps everything up to its bound', () => {
    expect(outputOf(8, ['ab', 'cdef', 'gh']).text()).toBe('abcdefgh');
  });

  it.each([[['abcdefghijkl']], [['abc', 'defghij', 'kl']], [Array.from('abcdefghijkl')]])(
    'keeps head and tail beyond it, however it arrives: %j',
    (chunks) => {
      const output = outputOf(8, chunks);
      expect(output.text()).toBe('abcd\n[… 4 bytes cut …]\nijkl');
      expect(output.cutBytes).toBe(4);
    },
  );

  it('tells head and tail of every length apart', () => {
    for (let length = 0; length < 60; length += 1) {
      const text = Array.from({ length }, (_, index) => String.fromCharCode(65 + (index % 26))).join('');
      const expected =
        length <= 10 ? text : `${text.slice(0, 5)}\n[… ${length - 10} bytes cut …]\n${text.slice(-5)}`;
      expect(outputOf(10, text.match(/.{1,3}/g) ?? []).text()).toBe(expected);
    }
  });

  it('shows no half characters, at a cut or at the end so far', () => {
    expect(outputOf(8, ['abc🚢', 'defg', '🚢xyz']).text()).toMatch(/^abc\n\[… \d+ bytes cut …\]\nxyz$/);
    const arriving = new BoundedOutput(64);
    arriving.append(Buffer.from('a🚢').subarray(0, 3));
    expect(arriving.text()).toBe('a');
    arriving.append(Buffer.from('a🚢').subarray(3));
    expect(arriving.text()).toBe('a🚢');
  });
});
