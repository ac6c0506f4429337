import { AppError } from '../../contract/index.js';
import type { ProjectStore, RemovedSession } from '../../core/index.js';
import { keepAnswer, refuseAnswered } from './answers.js';
import type { Connection } from './connection.js';
import { projectRow, selectProject } from './project-row.js';
import { removeSession } from './remove-session.js';
import { projectFrom } from './rows.js';
import type { Transaction } from './transaction.js';

export function projectStore(connection: Connection): ProjectStore {
  return {
    createProject: (project, record) =>
      connection.write(
        (tx) => {
          refuseAnswered(tx, record);
          const { projectId, name, root, defaultTarget, createdAt, updatedAt } = project;
          const { budget, dailyBudget, autoResume, onRestart } = project;
          if (tx.get(selectProject, projectId) !== undefined) {
            throw new AppError('project_exists', `A project "${projectId}" exists already.`);
          }
          tx.run(
            `INSERT INTO projects (project_id, name, root, default_target, budget, daily_budget, auto_resume, on_restart,
              created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
            projectId,
            name,
            root,
            defaultTarget ?? null,
            jsonOrNull(budget),
            jsonOrNull(dailyBudget),
            autoResume ? 1 : 0,
            onRestart ?? 'fail',
            createdAt,
            updatedAt,
          );
          keepAnswer(tx, record && { record, response: project }, createdAt);
          return project;
        },
        { durable: true },
      ),

    updateProject: (projectId, change, at) =>
      connection.write(
        (tx) => {
          const before = projectFrom(projectRow(tx, projectId));
          const after = { ...before, ...change };
          tx.run(
            `UPDATE projects SET name = ?, default_target = ?, budget = ?, daily_budget = ?, auto_resume = ?,
              on_restart = ?, updated_at = ? WHERE project_id = ?`,
            after.name,
            after.defaultTarget ?? null,
            jsonOrNull(after.budget),
            jsonOrNull(after.dailyBudget),
            after.autoResume ? 1 : 0,
            after.onRestart ?? 'fail',
            at,
            projectId,
          );
          return projectFrom(projectRow(tx, projectId));
        },
        { durable: true },
      ),

    deleteProject: (projectId) => connection.write((tx) => deleteProject(tx, projectId), { durable: true }),

    findProject: (projectId) =>
      connection.read(() => {
        const row = connection.get(selectProject, projectId);
        return row === undefined ? undefined : projectFrom(row);
      }),

    listProjects: ({ limit, cursor }) =>
      connection.read(() =>
        connection
          .all('SELECT * FROM projects WHERE project_id > ? ORDER BY project_id LIMIT ?', cursor ?? '', limit)
          .map(projectFrom),
      ),
  };
}

function jsonOrNull(value: object | null | undefined): string | null {
  return value == null ? null : JSON.stringify(value);
}

function deleteProject(tx: Transaction, projectId: string): RemovedSession[] {
  projectRow(tx, projectId);
  tx.flush();
  const busy = tx.get(
    'SELECT session_id FROM sessions WHERE project_id = ? AND (active_run_id IS NOT NULL OR parked_run_id IS NOT NULL OR queue_length > 0) LIMIT 1',
    projectId,
  );
  if (busy !== undefined) {
    throw new AppError(
      'project_busy',
      'The project has runs that are queued, parked or active: cancel them first.',
    );
  }
  const sessions = tx.all('SELECT session_id FROM sessions WHERE project_id = ?', projectId);
  const removed = sessions.map(({ session_id }) => removeSession(tx, tx.session(session_id as string)));
  tx.run('DELETE FROM projects WHERE project_id = ?', projectId);
  return removed;
}
