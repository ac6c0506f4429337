/** What runs used: one row per day, session and model, added to as runs end and parks begin. */
import type { Usage, UsageGroup, UsageSums } from '../../contract/index.js';
import { dayOf, startOfDay, type UsageQuery, type UsageStore } from '../../core/index.js';
import type { Connection } from './connection.js';
import type { SqlRow, SqlValue } from './driver.js';
import type { RunHead, SessionHead } from './heads.js';
import type { Transaction } from './transaction.js';

export interface Spent {
  usage: Usage | undefined;
  activeMs: number;
  /** Absent: the run goes on later. */
  outcome?: 'completed' | 'failed' | 'cancelled';
}

export function addUsage(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  { usage = {}, activeMs, outcome }: Spent,
  at: number,
): void {
  tx.run(
    `INSERT INTO usage_days (day, session_id, model, project_id, harness, runs, completed, failed, cancelled,
        input_tokens, output_tokens, cached_input_tokens, cost_usd, turns, tool_calls, active_ms)
      SELECT ?, ?, coalesce(i.model, s.model, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
        FROM run_inputs i JOIN sessions s ON s.session_key = ? WHERE i.run_key = ?
      ON CONFLICT DO UPDATE SET runs = runs + excluded.runs, completed = completed + excluded.completed,
        failed = failed + excluded.failed, cancelled = cancelled + excluded.cancelled,
        input_tokens = input_tokens + excluded.input_tokens, output_tokens = output_tokens + excluded.output_tokens,
        cached_input_tokens = cached_input_tokens + excluded.cached_input_tokens,
        cost_usd = cost_usd + excluded.cost_usd, turns = turns + excluded.turns,
        tool_calls = tool_calls + excluded.tool_calls, active_ms = active_ms + excluded.active_ms`,
    dayOf(at),
    session.sessionId,
    session.projectId,
    session.harness,
    outcome === undefined ? 0 : 1,
    outcome === 'completed' ? 1 : 0,
    outcome === 'failed' ? 1 : 0,
    outcome === 'cancelled' ? 1 : 0,
    usage.inputTokens ?? 0,
    usage.outputTokens ?? 0,
    usage.cachedInputTokens ?? 0,
    usage.costUsd ?? 0,
    usage.turns ?? 0,
    usage.toolCalls ?? 0,
    // The clock may have been set back meanwhile.
    Math.max(0, Math.round(activeMs)),
    session.key,
    run.key,
  );
}

export const usageSumColumns = `coalesce(sum(u.runs), 0) AS runs, coalesce(sum(u.completed), 0) AS completed,
  coalesce(sum(u.failed), 0) AS failed, coalesce(sum(u.cancelled), 0) AS cancelled,
  coalesce(sum(u.input_tokens), 0) AS input_tokens, coalesce(sum(u.output_tokens), 0) AS output_tokens,
  coalesce(sum(u.cached_input_tokens), 0) AS cached_input_tokens, coalesce(sum(u.cost_usd), 0) AS cost_usd,
  coalesce(sum(u.turns), 0) AS turns, coalesce(sum(u.tool_calls), 0) AS tool_calls,
  coalesce(sum(u.active_ms), 0) AS active_ms`;

export function usageSumsFrom(row: SqlRow): UsageSums {
  return {
    runs: row.runs as number,
    completed: row.completed as number,
    failed: row.failed as number,
    cancelled: row.cancelled as number,
    inputTokens: row.input_tokens as number,
    outputTokens: row.output_tokens as number,
    cachedInputTokens: row.cached_input_tokens as number,
    costUsd: row.cost_usd as number,
    turns: row.turns as number,
    toolCalls: row.tool_calls as number,
    activeMs: row.active_ms as number,
  };
}

const groupings: Record<UsageQuery['by'], { key: string; name: string; order: string }> = {
  project: {
    key: 'u.project_id',
    name: '(SELECT name FROM projects p WHERE p.project_id = u.project_id)',
    order: 'runs DESC, key',
  },
  session: {
    key: 'u.session_id',
    name: '(SELECT name FROM sessions s WHERE s.session_id = u.session_id)',
    order: 'runs DESC, key',
  },
  harness: { key: 'u.harness', name: 'NULL', order: 'runs DESC, key' },
  model: { key: 'u.model', name: 'NULL', order: 'runs DESC, key' },
  day: { key: 'u.day', name: 'NULL', order: 'key DESC' },
};

export function usageStore(connection: Connection): UsageStore {
  return {
    sumUsage: (query) =>
      connection.read(() => {
        const { by, projectId, sessionId, fromDay, toDay, limit } = query;
        const { key, name, order } = groupings[by];
        const where = [
          'u.day BETWEEN ? AND ?',
          ...(projectId === undefined ? [] : ['u.project_id = ?']),
          ...(sessionId === undefined ? [] : ['u.session_id = ?']),
        ].join(' AND ');
        const values: SqlValue[] = [
          fromDay,
          toDay,
          ...[projectId, sessionId].filter((value) => value !== undefined),
        ];
        const rows = connection.all(
          `SELECT ${key} AS key, ${name} AS name, ${usageSumColumns} FROM usage_days u WHERE ${where}
            GROUP BY ${key} ORDER BY ${order} LIMIT ?`,
          ...values,
          limit,
        );
        const total = connection.get(
          `SELECT ${usageSumColumns} FROM usage_days u WHERE ${where}`,
          ...values,
        ) as SqlRow;
        return { groups: rows.map((row) => groupFrom(row, by)), total: usageSumsFrom(total) };
      }),
  };
}

function groupFrom(row: SqlRow, by: UsageQuery['by']): UsageGroup {
  const key = by === 'day' ? new Date(startOfDay(row.key as number)).toISOString().slice(0, 10) : row.key;
  return {
    key: key as string,
    ...(row.name === null ? {} : { name: row.name as string }),
    ...usageSumsFrom(row),
  };
}
