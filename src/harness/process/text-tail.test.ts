import { expect, it } from 'vitest';
import { TextTail } from './text-tail.js';

it('keeps the end of a text of any length', () => {
  const tail = new TextTail(8);
  for (let number = 0; number < 1000; number += 1) tail.append(Buffer.from(`${number};`));
  expect(tail.text()).toBe('998;999;');
});

it('begins with a whole character', () => {
  const tail = new TextTail(4);
  tail.append(Buffer.from('xx🚢ab'));
  expect(tail.text()).toBe('ab');
});

it('is empty when nothing was written', () => {
  expect(new TextTail(4).text()).toBe('');
});
