import { describe, expect, it } from 'vitest';
import { FixedClock } from '../../test/support/fixed-clock.js';
import type { AgentEvent, Budget } from '../contract/index.js';
import type { BudgetLine, Spent } from './ports/store.js';
import { RunMeter, usedUp, withTargetLimits } from './run-meter.js';

const tool: AgentEvent = { type: 'tool_execution_start', toolUseId: 'u', toolName: 'Bash', input: {} };
const nothing: Spent = { usage: {}, activeMs: 0 };

function line(limits: Budget, scope: BudgetLine['scope'] = 'run', spent: Spent = nothing): BudgetLine {
  return { scope, limits, spent };
}

function meter(...lines: BudgetLine[]) {
  const clock = new FixedClock();
  const reached: number[] = [];
  const warnings: string[] = [];
  const run = new RunMeter(clock, lines, 80, {
    onWarning: (message) => warnings.push(message),
    onReached: () => reached.push(clock.monotonicMs()),
  });
  return { clock, reached, warnings, run };
}

describe('the budgets of a run', () => {
  it('let it use what they say and no more', () => {
    const { run, reached } = meter(line({ maxToolCalls: 2 }));
    run.see([tool, tool]);
    expect(run.reached).toBeUndefined();
    run.see([tool]);
    run.see([tool]);
    expect(run.reached).toMatchObject({
      scope: 'run',
      bound: 'maxToolCalls',
      message: expect.stringContaining('2 of 2 tool calls (maxToolCalls)'),
    });
    expect(reached).toHaveLength(1);
  });

  it('count its time, and not the time in which people are asked', () => {
    const { run, reached, clock } = meter(line({ maxDurationMs: 100 }));
    clock.advance(60);
    run.askPerson();
    run.askPerson();
    clock.advance(5000);
    run.personAnswered();
    clock.advance(5000);
    run.personAnswered();
    clock.advance(39);
    expect([reached, run.activeMs]).toEqual([[], 99]);
    clock.advance(1);
    expect(reached).toEqual([10_100]);
    expect(run.reached?.bound).toBe('maxDurationMs');
    expect(clock.armed).toBe(0);
    clock.advance(1000);
    expect(run.activeMs).toBe(100);
  });

  it('may be longer than a timer', () => {
    const { reached, clock } = meter(line({ maxDurationMs: 2 ** 32 }));
    clock.advance(2 ** 32 - 1);
    expect(reached).toEqual([]);
    clock.advance(1);
    expect(reached).toEqual([2 ** 32]);
  });

  it('count what was used before, and the tightest one holds', () => {
    const { run, reached, clock } = meter(
      line({ maxDurationMs: 1000, maxTurns: 9 }),
      line({ maxDurationMs: 5000, maxTurns: 20 }, 'session', { usage: { turns: 17 }, activeMs: 4950 }),
    );
    expect(run.turnsLeft).toBe(3);
    clock.advance(50);
    expect(reached).toEqual([50]);
    expect(run.reached).toMatchObject({ scope: 'session' });
  });

  it('say which one bounded the turns', () => {
    const { run } = meter(
      line({ maxTurns: 9 }),
      line({ maxTurns: 20 }, 'day', { usage: { turns: 18 }, activeMs: 0 }),
    );
    run.turnsReached({ turns: 2 });
    expect(run.reached).toMatchObject({
      scope: 'day',
      message: expect.stringContaining('20 of 20 turns'),
    });
  });

  it.each([
    ['maxTokens', { maxTokens: 10 }, { inputTokens: 8, outputTokens: 2 }, '10 of 10 tokens'],
    ['maxCostUsd', { maxCostUsd: 0.5 }, { costUsd: 0.7 }, '0.7 of 0.5 USD'],
    ['maxTurns', { maxTurns: 2 }, { turns: 3 }, '3 of 2 turns'],
  ])('do not undo what is done when only its usage tells: %s', (_name, limits, usage, words) => {
    const { run, warnings, reached } = meter(line(limits));
    run.settle(usage);
    expect([run.reached, reached]).toEqual([undefined, []]);
    expect(warnings).toEqual([expect.stringContaining(words)]);
    expect(warnings[0]).toContain('is used up');
  });

  it('warn once for each bound before it is reached', () => {
    const { run, warnings, clock } = meter(line({ maxDurationMs: 1000, maxToolCalls: 5 }));
    clock.advance(799);
    run.see([tool, tool, tool]);
    expect(warnings).toEqual([]);
    clock.advance(1);
    run.see([tool]);
    run.see([tool]);
    clock.advance(100);
    expect(warnings).toEqual([
      'The budget of the run is nearly used up: 800 of 1000 ms of work (maxDurationMs).',
      'The budget of the run is nearly used up: 4 of 5 tool calls (maxToolCalls).',
    ]);
    expect(run.reached).toBeUndefined();
  });

  it('stop a run that has nothing left before it begins', () => {
    const spent: Spent = { usage: { costUsd: 2, inputTokens: 5 }, activeMs: 0 };
    expect(usedUp([line({ maxTokens: 6, maxCostUsd: 2.1 }, 'project', spent)])).toBeUndefined();
    expect(usedUp([line({}), line({ maxTokens: 6, maxCostUsd: 2 }, 'project', spent)])).toMatchObject({
      scope: 'project',
      bound: 'maxCostUsd',
    });
  });

  it('take the limits of the target where the run says nothing', () => {
    const lines = withTargetLimits([line({ maxTurns: 2 }), line({ maxTokens: 9 }, 'session')], {
      maxTurns: 1,
      maxToolCalls: 4,
    });
    expect(lines.map(({ limits }) => limits)).toEqual([{ maxTurns: 2, maxToolCalls: 4 }, { maxTokens: 9 }]);
  });

  it('leave no timer behind when the turn ends', () => {
    const { run, reached, clock } = meter(line({ maxDurationMs: 100 }));
    run.askPerson();
    run.stop();
    run.personAnswered();
    expect(clock.armed).toBe(0);
    clock.advance(1000);
    expect([reached, run.activeMs]).toEqual([[], 0]);
  });

  it('know what was used where the agent did not come to tell', () => {
    const { run } = meter(line({}));
    run.see([tool, tool]);
    expect(run.usageOf(undefined)).toEqual({ toolCalls: 2 });
    expect(run.usageOf({ turns: 3, toolCalls: 1 })).toEqual({ turns: 3, toolCalls: 1 });
  });
});
