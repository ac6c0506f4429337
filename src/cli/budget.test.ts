import { describe, expect, it } from 'vitest';
import { readBudget, readBudgetOrNone } from './budget.js';

describe('a budget that is typed', () => {
  it('has the bounds that are named, and no others', () => {
    expect(readBudget('turns=3,tools=10,time=5m,tokens=20000,cost=0.50')).toEqual({
      maxTurns: 3,
      maxToolCalls: 10,
      maxDurationMs: 300_000,
      maxTokens: 20_000,
      maxCostUsd: 0.5,
    });
    expect(readBudget('tokens=5')).toEqual({ maxTokens: 5 });
  });

  it.each(['', 'turns', 'turns=', 'turns=-1', 'turns=1=2', 'money=5', 'cost=$5', 'tokens=1.5'])(
    'is refused with what it should be: %j',
    (text) => {
      expect(() => readBudget(text)).toThrow(/is no/);
    },
  );

  it('may be taken away', () => {
    expect(readBudgetOrNone('none')).toBe('none');
    expect(readBudgetOrNone('cost=1')).toEqual({ maxCostUsd: 1 });
  });
});
