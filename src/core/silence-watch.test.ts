import { describe, expect, it } from 'vitest';
import { FixedClock } from '../../test/support/fixed-clock.js';
import type { AgentEvent } from '../contract/index.js';
import { type Activity, SilenceWatch } from './silence-watch.js';

const limits = { handing_over: 100, model: 300, tool: 2000 };

const word: AgentEvent = { type: 'message_update', messageId: 'm', textDelta: 'w' };
const toolStart = (toolUseId = 'u'): AgentEvent => ({
  type: 'tool_execution_start',
  toolUseId,
  toolName: 'bash',
  input: {},
});
const toolEnd = (toolUseId = 'u'): AgentEvent => ({
  type: 'tool_execution_end',
  toolUseId,
  toolName: 'bash',
  result: { content: [] },
  isError: false,
  durationMs: 1,
});

function watchTurn() {
  const clock = new FixedClock();
  const heard: [activity: Activity, silentMs: number, atMs: number][] = [];
  const watch = new SilenceWatch(clock, limits, (activity, silentMs) =>
    heard.push([activity, silentMs, clock.monotonicMs()]),
  );
  return { clock, heard, watch };
}

describe('the silence of a turn', () => {
  it('is noticed when nothing follows the prompt', () => {
    const { clock, heard } = watchTurn();
    clock.advance(99);
    expect(heard).toEqual([]);
    clock.advance(1);
    expect(heard).toEqual([['handing_over', 100, 100]]);
  });

  it('is measured from the last sign of life', () => {
    const { clock, heard, watch } = watchTurn();
    for (let n = 0; n < 20; n += 1) {
      clock.advance(90);
      watch.see([word]);
    }
    clock.advance(299);
    expect(heard).toEqual([]);
    clock.advance(1);
    expect(heard).toEqual([['model', 300, 20 * 90 + 300]]);
  });

  it('is noticed again as long as it lasts', () => {
    const { clock, heard, watch } = watchTurn();
    watch.see([word]);
    clock.advance(900);
    expect(heard.map(([activity, silentMs]) => [activity, silentMs])).toEqual([
      ['model', 300],
      ['model', 600],
      ['model', 900],
    ]);
  });

  it('may be longer while a tool runs', () => {
    const { clock, heard, watch } = watchTurn();
    watch.see([toolStart()]);
    clock.advance(1999);
    expect(heard).toEqual([]);
    clock.advance(1);
    expect(heard).toEqual([['tool', 2000, 2000]]);
  });

  it('is that of a tool until the last of several has ended', () => {
    const { clock, heard, watch } = watchTurn();
    watch.see([toolStart('u'), toolStart('v'), toolEnd('u')]);
    clock.advance(1000);
    expect(heard).toEqual([]);
    watch.see([toolEnd('v')]);
    clock.advance(300);
    expect(heard).toEqual([['model', 300, 1300]]);
  });

  it('of the model after a long tool is noticed in the model’s time', () => {
    const { clock, heard, watch } = watchTurn();
    watch.see([toolStart()]);
    clock.advance(150);
    watch.see([toolEnd()]);
    clock.advance(299);
    expect(heard).toEqual([]);
    clock.advance(1);
    expect(heard).toEqual([['model', 300, 450]]);
  });

  it('does not count while a person is asked, however long that takes', () => {
    const { clock, heard, watch } = watchTurn();
    watch.see([word]);
    clock.advance(200);
    watch.askPerson();
    clock.advance(1_000_000);
    watch.personAnswered();
    expect(heard).toEqual([]);
    clock.advance(299);
    expect(heard).toEqual([]);
    clock.advance(1);
    expect(heard).toEqual([['model', 300, 1_000_500]]);
  });

  it('does not count until the last of several questions is answered', () => {
    const { clock, heard, watch } = watchTurn();
    watch.see([word]);
    watch.askPerson();
    watch.askPerson();
    watch.personAnswered();
    clock.advance(5000);
    expect(heard).toEqual([]);
    watch.personAnswered();
    clock.advance(300);
    expect(heard).toHaveLength(1);
  });

  it('is not listened to any more after the turn, and no timer is left', () => {
    const { clock, heard, watch } = watchTurn();
    watch.see([word]);
    watch.stop();
    watch.stop();
    expect(clock.armed).toBe(0);
    watch.see([toolStart()]);
    watch.personAnswered();
    clock.advance(10_000);
    expect([heard, clock.armed]).toEqual([[], 0]);
  });

  it('may be ended by whoever hears of it', () => {
    const clock = new FixedClock();
    let heard = 0;
    const watch = new SilenceWatch(clock, limits, () => {
      heard += 1;
      watch.stop();
    });
    clock.advance(10_000);
    expect([heard, clock.armed]).toEqual([1, 0]);
  });
});
