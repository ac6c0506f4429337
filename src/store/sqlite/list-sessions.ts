/** The list of sessions: newest first, by what they are and do. */
import type { Session } from '../../contract/index.js';
import type { Page, SessionStore } from '../../core/index.js';
import type { Connection } from './connection.js';
import type { SqlValue } from './driver.js';
import { sessionFrom, sessionSelect } from './rows.js';

type Filter = Parameters<SessionStore['listSessions']>[0];

/** As `sessionFrom` derives it. */
const statusConditions: Record<Session['status'], string> = {
  archived: 'archived_at IS NOT NULL',
  awaiting_permission: "archived_at IS NULL AND active_status = 'awaiting_permission'",
  running: "archived_at IS NULL AND active_run_id IS NOT NULL AND active_status <> 'awaiting_permission'",
  parked: 'archived_at IS NULL AND active_run_id IS NULL AND parked_run_id IS NOT NULL',
  queued: 'archived_at IS NULL AND active_run_id IS NULL AND parked_run_id IS NULL AND queue_length > 0',
  idle: 'archived_at IS NULL AND active_run_id IS NULL AND parked_run_id IS NULL AND queue_length = 0',
};

export function listSessions(connection: Connection, filter: Filter, { limit, cursor }: Page): Session[] {
  const conditions = ['1'];
  const values: SqlValue[] = [];
  const where = (condition: string, ...given: SqlValue[]) => {
    conditions.push(condition);
    values.push(...given);
  };
  if (cursor !== undefined) where('session_id < ?', cursor);
  if (filter.projectId !== undefined) where('project_id = ?', filter.projectId);
  if (filter.target !== undefined) where('target = ?', filter.target);
  if (filter.status !== undefined) where(statusConditions[filter.status]);
  if (filter.name !== undefined) where("name LIKE ? ESCAPE '\\'", `%${escaped(filter.name)}%`);
  const archived = filter.archived ?? filter.status === 'archived';
  if (archived !== 'all') where(`archived_at IS ${archived ? 'NOT NULL' : 'NULL'}`);
  const sql = `${sessionSelect} WHERE ${conditions.join(' AND ')} ORDER BY session_id DESC LIMIT ?`;
  return connection.all(sql, ...values, limit).map(sessionFrom);
}

/** What LIKE takes for itself. */
function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
