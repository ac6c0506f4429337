import { AppError } from '../../contract/index.js';
import type { SqlRow } from './driver.js';
import type { Transaction } from './transaction.js';

export const selectProject = 'SELECT * FROM projects WHERE project_id = ?';

/** Throws `project_not_found`. */
export function projectRow(tx: Transaction, projectId: string): SqlRow {
  const row = tx.get(selectProject, projectId);
  if (row === undefined) throw new AppError('project_not_found', `There is no project "${projectId}".`);
  return row;
}
