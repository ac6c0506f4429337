import { expect, it } from 'vitest';
import type { AgentEvent } from '../../src/contract/index.js';
import { CoreWorld, completed } from '../support/core-world.js';

it('a run with too much on its way to the disk makes its agent wait, and nobody else', async () => {
  const eventBytesInFlightMax = 65_536;
  const world = await CoreWorld.enter({}, { eventBytesInFlightMax });
  const many = await world.running(await world.session(), 'much');
  const few = await world.running(await world.session(), 'little');
  const word = (chars: number): AgentEvent => ({
    type: 'message_update',
    messageId: 'm',
    textDelta: 'x'.repeat(chars),
  });
  const waits: string[] = [];
  const emit = (name: string, { turn }: typeof many, chars: number) =>
    void turn.host.emit([word(chars)]).then(() => waits.push(name));
  emit('much, within', many, eventBytesInFlightMax / 2);
  emit('much, beyond', many, eventBytesInFlightMax / 2);
  emit('little', few, 10);
  // The writes themselves need turns of the loop; who need not wait goes on before that.
  await Promise.resolve();
  expect(waits).toEqual(['much, within', 'little']);
  many.turn.end(completed);
  few.turn.end(completed);
  await world.reaches(many.runId, 'completed');
  expect(waits).toEqual(['much, within', 'little', 'much, beyond']);
});
