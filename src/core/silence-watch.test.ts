import { describe, expect, it } from 'vitest';
import { FixedClock } from '../../test/support/fixed-clock.js';
import type { AgentEvent } from '../contract/index.js';
import type { Clock } from './ports/clock.js';
import { type Activity, type SilenceBound, SilenceWatch } from './silence-watch.js';

/** What is never too long. */
const patient = {
  handing_over: { noticeMs: 100, failMs: 0 },
  model: { noticeMs: 300, failMs: 0 },
  tool: { noticeMs: 2000, failMs: 0 },
};

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

function watchTurn(bounds: Record<Activity, SilenceBound> = patient) {
  const clock = new FixedClock();
  const heard: [activity: Activity, lastsMs: number, atMs: number, leftMs?: number][] = [];
  const watch = new SilenceWatch(clock, bounds, ({ activity, lastsMs, leftMs }) => {
    const atMs = clock.monotonicMs();
    heard.push(leftMs === undefined ? [activity, lastsMs, atMs] : [activity, lastsMs, atMs, leftMs]);
  });
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
    expect(heard.map(([activity, lastsMs]) => [activity, lastsMs])).toEqual([
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
    const watch = new SilenceWatch(clock, patient, () => {
      heard += 1;
      watch.stop();
    });
    clock.advance(10_000);
    expect([heard, clock.armed]).toEqual([1, 0]);
  });
});

describe('a silence that may be too long', () => {
  const strict = {
    handing_over: { noticeMs: 100, failMs: 100 },
    model: { noticeMs: 300, failMs: 700 },
    tool: { noticeMs: 2000, failMs: 500 },
  };

  it.each([
    ['of the prompt', [], ['handing_over', 100, 100], ['handing_over', 200, 0]],
    ['of the model', [word], ['model', 300, 700], ['model', 1000, 0]],
    ['of a tool', [toolStart()], ['tool', 2000, 500], ['tool', 2500, 0]],
  ] as const)('%s is noticed first, with what is left, and told once', (_, events, first, last) => {
    const { clock, heard, watch } = watchTurn(strict);
    if (events.length > 0) watch.see(events);
    clock.advance(1_000_000);
    const told = heard.map(([activity, lastsMs, , leftMs]) => [activity, lastsMs, leftMs]);
    expect([told[0], told.at(-1)]).toEqual([first, last]);
    expect(told.filter(([, , leftMs]) => leftMs === 0)).toHaveLength(1);
    expect(clock.armed).toBe(0);
  });

  it('is noticed on the way as often as it lasts', () => {
    const { clock, heard, watch } = watchTurn(strict);
    watch.see([word]);
    clock.advance(999);
    expect(heard.map(([, lastsMs, , leftMs]) => [lastsMs, leftMs])).toEqual([
      [300, 700],
      [600, 400],
      [900, 100],
    ]);
  });

  it('begins anew with each sign of life, also after a notice', () => {
    const { clock, heard, watch } = watchTurn(strict);
    watch.see([word]);
    clock.advance(999);
    watch.see([word]);
    clock.advance(999);
    expect(heard.every(([, , , leftMs]) => leftMs !== 0)).toBe(true);
    clock.advance(1);
    expect(heard.at(-1)).toEqual(['model', 1000, 1999, 0]);
  });

  it('is not that in which a person is asked, however long that takes', () => {
    const { clock, heard, watch } = watchTurn(strict);
    watch.see([word]);
    clock.advance(999);
    watch.askPerson();
    clock.advance(1_000_000);
    watch.personAnswered();
    clock.advance(999);
    expect(heard.every(([, , , leftMs]) => leftMs !== 0)).toBe(true);
    clock.advance(1);
    expect(heard.at(-1)?.[3]).toBe(0);
  });

  it('is never told without a notice, also when time made a leap', () => {
    let nowMs = 0;
    const calls: (() => void)[] = [];
    const clock: Clock = {
      now: () => nowMs,
      monotonicMs: () => nowMs,
      newId: (prefix) => prefix,
      after: (_, call) => {
        calls.push(call);
        return () => undefined;
      },
    };
    const left: (number | undefined)[] = [];
    const watch = new SilenceWatch(clock, strict, ({ leftMs }) => left.push(leftMs));
    watch.see([word]);
    nowMs = 1_000_000;
    calls.at(-1)?.();
    nowMs += 700;
    calls.at(-1)?.();
    expect(left).toEqual([700, 0]);
  });

  it('of a prompt ends with a sign of life that tells nothing', () => {
    const { clock, heard, watch } = watchTurn(strict);
    watch.see([]);
    clock.advance(250);
    expect(heard).toEqual([]);
    clock.advance(50);
    expect(heard).toEqual([['model', 300, 300, 700]]);
  });
});
