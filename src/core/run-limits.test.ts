import { describe, expect, it } from 'vitest';
import { FixedClock } from '../../test/support/fixed-clock.js';
import type { AgentEvent } from '../contract/index.js';
import type { LaunchLimits } from './ports/harness.js';
import { RunLimits } from './run-limits.js';

const tool: AgentEvent = { type: 'tool_execution_start', toolUseId: 'u', toolName: 'Bash', input: {} };

function limit(limits: LaunchLimits) {
  const clock = new FixedClock();
  const told: number[] = [];
  const run = new RunLimits(clock, limits, () => told.push(clock.monotonicMs()));
  return { clock, told, run };
}

describe('the limits of a run', () => {
  it('let it take what they say and no more', () => {
    const { run, told } = limit({ maxToolCalls: 2 });
    run.see([tool, tool]);
    expect(run.reached).toBeUndefined();
    run.see([tool]);
    run.see([tool]);
    expect(run.reached).toMatchObject({
      code: 'limit_reached',
      message: expect.stringContaining('maxToolCalls'),
    });
    expect(told).toHaveLength(1);
  });

  it('count its time, and not the time in which people are asked', () => {
    const { run, told, clock } = limit({ maxDurationMs: 100 });
    clock.advance(60);
    run.askPerson();
    run.askPerson();
    clock.advance(5000);
    run.personAnswered();
    clock.advance(5000);
    run.personAnswered();
    clock.advance(39);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual([10_100]);
    expect(run.reached?.message).toContain('maxDurationMs');
    expect(clock.armed).toBe(0);
  });

  it('may be longer than a timer', () => {
    const { told, clock } = limit({ maxDurationMs: 2 ** 32 });
    clock.advance(2 ** 32 - 1);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual([2 ** 32]);
  });

  it.each([
    [
      'maxTokens',
      { maxTokens: 10 },
      { inputTokens: 8, outputTokens: 2 },
      { inputTokens: 8, outputTokens: 3 },
    ],
    ['maxCostUsd', { maxCostUsd: 0.5 }, { costUsd: 0.5 }, { costUsd: 0.51 }],
  ])('are judged by its usage: %s', (name, limits, within, beyond) => {
    const good = limit(limits);
    good.run.judge(within);
    expect(good.run.reached).toBeUndefined();
    const bad = limit(limits);
    bad.run.judge(beyond);
    expect(bad.run.reached?.message).toContain(name);
  });

  it('leave no timer behind when it ends', () => {
    const { run, told, clock } = limit({ maxDurationMs: 100 });
    run.askPerson();
    run.stop();
    run.personAnswered();
    expect(clock.armed).toBe(0);
    clock.advance(1000);
    expect(told).toEqual([]);
  });
});
