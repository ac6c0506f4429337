/** Budgets as they are typed: `turns=3,tools=10,time=5m,tokens=20000,cost=0.50`. */
import type { Budget } from '../client/index.js';
import { readCount, readTime } from './cli.js';
import { UsageError } from './exits.js';

const bounds: Record<string, (text: string) => Budget> = {
  turns: (text) => ({ maxTurns: readCount(text) }),
  tools: (text) => ({ maxToolCalls: readCount(text) }),
  time: (text) => ({ maxDurationMs: readTime(text) }),
  tokens: (text) => ({ maxTokens: readCount(text) }),
  cost: (text) => ({ maxCostUsd: readCost(text) }),
};

export const budgetExample = 'turns=3,tools=10,time=5m,tokens=20000,cost=0.50 (USD)';

export function readBudget(text: string): Budget {
  const parts = text.split(',').map((part) => {
    const [name = '', value, ...rest] = part.trim().split('=');
    const read = bounds[name];
    if (read === undefined || value === undefined || rest.length > 0)
      throw new UsageError(`"${part}" is no bound of a budget: say ${budgetExample}`);
    return read(value);
  });
  return Object.assign({}, ...parts) as Budget;
}

/** `none` takes a budget away. */
export function readBudgetOrNone(text: string): Budget | 'none' {
  return text === 'none' ? text : readBudget(text);
}

function readCost(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new UsageError(`"${text}" is no amount of dollars: say 0.50`);
  return Number(text);
}
