/** The budgets that bound a run, each with what is used of it when the run is claimed. */
import type { Budget } from '../../contract/index.js';
import { type BudgetLine, dayOf, type Spent, startOfDay } from '../../core/index.js';
import type { SqlRow, SqlValue } from './driver.js';
import type { RunHead, SessionHead } from './heads.js';
import { spentOf } from './spent.js';
import type { Transaction } from './transaction.js';
import { usageSumColumns, usageSumsFrom } from './usage.js';

/**
 * `row` has the budgets as JSON. Sums are read only where there is a budget; runs that are active at the same time are
 * not in them yet, so several at once may use more than there is.
 */
export function budgetLines(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  row: SqlRow,
  at: number,
): BudgetLine[] {
  const sumOf =
    (where: string, ...values: SqlValue[]) =>
    () =>
      usedBy(tx, where, values);
  const all: [scope: BudgetLine['scope'], budget: unknown, spent: () => Spent][] = [
    ['session', row.session_budget, sumOf('session_id = ?', session.sessionId)],
    ['project', row.project_budget, sumOf('project_id = ?', run.projectId)],
    ['day', row.daily_budget, sumOf('project_id = ? AND day = ?', run.projectId, dayOf(at))],
  ];
  const { usage, activeMs } = spentOf(run);
  const own: BudgetLine = { scope: 'run', limits: budgetFrom(row.budget) ?? {}, spent: { usage, activeMs } };
  const others = all.flatMap(([scope, json, spent]) => {
    const limits = budgetFrom(json);
    if (limits === undefined) return [];
    return [
      { scope, limits, spent: spent(), ...(scope === 'day' ? { renewsAt: startOfDay(dayOf(at) + 1) } : {}) },
    ];
  });
  return [own, ...others];
}

function budgetFrom(json: unknown): Budget | undefined {
  return typeof json === 'string' ? (JSON.parse(json) as Budget) : undefined;
}

function usedBy(tx: Transaction, where: string, values: readonly SqlValue[]): Spent {
  const row = tx.get(`SELECT ${usageSumColumns} FROM usage_days u WHERE ${where}`, ...values) as SqlRow;
  const { inputTokens, outputTokens, costUsd, turns, toolCalls, activeMs } = usageSumsFrom(row);
  return { usage: { inputTokens, outputTokens, costUsd, turns, toolCalls }, activeMs };
}
