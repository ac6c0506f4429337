import {
  AppError,
  type Budget,
  type RunError,
  type RunStatus,
  type RunSummary,
} from '../../contract/index.js';
import type { Page, PermissionPolicy, RunRequest, RunStore } from '../../core/index.js';
import type { Connection } from './connection.js';
import type { SqlRow, SqlValue } from './driver.js';
import { QueuePositions } from './queue-positions.js';
import { runFrom, runSelect, runSummaryFrom, runSummarySelect } from './rows.js';
import type { RunCounts } from './run-counts.js';

type RunReads = Pick<
  RunStore,
  'findRun' | 'findRunRequest' | 'findAttachment' | 'findRunState' | 'listSessionRuns' | 'listRuns'
>;
type RunFilter = Parameters<RunStore['listRuns']>[0];

export function runReads(connection: Connection, runCounts: RunCounts): RunReads {
  return {
    findRun: (runId) =>
      connection.read(() => {
        const row = connection.get(`${runSelect} WHERE r.run_id = ?`, runId);
        return row === undefined ? undefined : runFrom(row, new QueuePositions(connection), false);
      }),

    findRunRequest: (runId) => connection.read(() => findRequest(connection, runId)),

    findAttachment: (runId, index) =>
      connection.read(() => {
        const row = connection.get(
          `SELECT a.media_type, a.content FROM runs r JOIN run_attachments a ON a.run_key = r.run_key
            WHERE r.run_id = ? AND a.attachment_no = ?`,
          runId,
          index,
        );
        if (row === undefined) return undefined;
        return { mimeType: row.media_type as string, content: row.content as Uint8Array };
      }),

    findRunState: (runId) => connection.read(() => findState(connection, runId)),

    listSessionRuns: (sessionId, { limit, cursor }) =>
      connection.read(() => {
        const { key, total } = sessionRow(connection, sessionId);
        const after = cursor === undefined ? 0 : runNumber(connection, key, cursor);
        if (after === undefined) return { runs: [], total };
        const rows = connection.all(
          `${runSelect} WHERE r.session_key = ? AND r.run_no > ? ORDER BY r.run_no LIMIT ?`,
          key,
          after,
          limit,
        );
        const positions = new QueuePositions(connection);
        return { runs: rows.map((row) => runFrom(row, positions, true)), total };
      }),

    listRuns: (filter, page) =>
      connection.read(() =>
        filter.sessionId === undefined
          ? listAcrossSessions(connection, runCounts, filter, page)
          : listOfSession(connection, filter.sessionId, filter, page),
      ),
  };
}

function findRequest(connection: Connection, runId: string): RunRequest | undefined {
  const row = connection.get(
    `SELECT r.run_key, r.status, r.project_id, s.session_id, i.* FROM runs r JOIN run_inputs i ON i.run_key = r.run_key
      JOIN sessions s ON s.session_key = r.session_key WHERE r.run_id = ?`,
    runId,
  );
  if (row === undefined) return undefined;
  const attachments = connection
    .all(
      'SELECT media_type, content FROM run_attachments WHERE run_key = ? ORDER BY attachment_no',
      row.run_key as number,
    )
    .map(({ media_type, content }) => ({ mimeType: media_type as string, content: content as Uint8Array }));
  return {
    sessionId: row.session_id as string,
    status: row.status as RunStatus,
    run: {
      projectId: row.project_id as string,
      prompt: row.prompt as string,
      freshContext: row.fresh_context === 1,
      metadata: JSON.parse(row.metadata as string) as Record<string, unknown>,
      ...(row.max_turns === null ? {} : { maxTurns: row.max_turns as number }),
      ...(row.model === null ? {} : { model: row.model as string }),
      ...(row.budget === null ? {} : { budget: JSON.parse(row.budget as string) as Budget }),
      ...(row.auto_resume === null ? {} : { autoResume: row.auto_resume === 1 }),
      ...(row.permissions === null
        ? {}
        : { permissions: JSON.parse(row.permissions as string) as PermissionPolicy }),
      ...(attachments.length === 0 ? {} : { attachments }),
    },
  };
}

function findState(connection: Connection, runId: string) {
  const row = connection.get(
    `SELECT r.run_id, s.session_id, r.status, r.cancel_requested_at, r.completed_at, x.error, x.final_output
      FROM runs r JOIN sessions s ON s.session_key = r.session_key LEFT JOIN run_results x ON x.run_key = r.run_key
      WHERE r.run_id = ?`,
    runId,
  );
  if (row === undefined) return undefined;
  return {
    runId: row.run_id as string,
    sessionId: row.session_id as string,
    status: row.status as RunStatus,
    cancelRequested: row.cancel_requested_at !== null,
    ...(row.completed_at === null ? {} : { completedAt: row.completed_at as number }),
    ...(row.final_output === null ? {} : { finalOutput: row.final_output as string }),
    ...(row.error === null ? {} : { error: JSON.parse(row.error as string) as RunError }),
  };
}

function sessionRow(connection: Connection, sessionId: string): { key: number; total: number } {
  const row = connection.get('SELECT session_key, run_count FROM sessions WHERE session_id = ?', sessionId);
  if (row === undefined) throw new AppError('session_not_found', 'session not found');
  return { key: row.session_key as number, total: row.run_count as number };
}

/** A cursor that names no run of the session has nothing behind it, in either direction. */
function runNumber(connection: Connection, sessionKey: number, runId: string): number | undefined {
  const row = connection.get(
    'SELECT run_no FROM runs WHERE run_id = ? AND session_key = ?',
    runId,
    sessionKey,
  );
  return row?.run_no as number | undefined;
}

function listOfSession(
  connection: Connection,
  sessionId: string,
  { projectId, status }: RunFilter,
  { limit, cursor }: Page,
): { runs: RunSummary[]; total: number } {
  const row = connection.get(
    'SELECT session_key, project_id, run_count, queue_length FROM sessions WHERE session_id = ?',
    sessionId,
  );
  if (row === undefined || (projectId !== undefined && row.project_id !== projectId))
    return { runs: [], total: 0 };
  const key = row.session_key as number;
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : (runNumber(connection, key, cursor) ?? 0);
  const byStatus = status === undefined ? '' : 'AND r.status = ?';
  const values: SqlValue[] = status === undefined ? [] : [status];
  const rows = connection.all(
    `${runSummarySelect} WHERE r.session_key = ? AND r.run_no < ? ${byStatus}
      ORDER BY r.run_no DESC LIMIT ?`,
    key,
    before,
    ...values,
    limit,
  );
  return { runs: summaries(connection, rows), total: countOfSession(connection, row, status) };
}

/** Of a status that runs end in, the runs of the session are counted; the others are known. */
function countOfSession(connection: Connection, session: SqlRow, status: RunStatus | undefined): number {
  if (status === undefined) return session.run_count as number;
  if (status === 'queued') return session.queue_length as number;
  const row = connection.get(
    'SELECT count(*) AS total FROM runs WHERE session_key = ? AND status = ?',
    session.session_key as number,
    status,
  );
  return row?.total as number;
}

function summaries(connection: Connection, rows: readonly SqlRow[]): RunSummary[] {
  const positions = new QueuePositions(connection);
  return rows.map((row) => runSummaryFrom(row, positions));
}

/** Newest first by id. With a status, the few projects that have such runs are merged, each from its own index range. */
function listAcrossSessions(
  connection: Connection,
  runCounts: RunCounts,
  { projectId, status }: RunFilter,
  { limit, cursor }: Page,
): { runs: RunSummary[]; total: number } {
  const total = runCounts.total({ projectId, status });
  const before = cursor ?? '\uffff';
  const select = (condition: string, ...values: SqlValue[]) =>
    connection.all(
      `${runSummarySelect} WHERE ${condition} AND r.run_id < ? ORDER BY r.run_id DESC LIMIT ?`,
      ...values,
      before,
      limit,
    );
  if (status === undefined && projectId === undefined)
    return { runs: summaries(connection, select('1')), total };
  const projects = projectId === undefined ? runCounts.projectsWith(status as RunStatus) : [projectId];
  const statuses = status === undefined ? runCounts.statusesOf(projectId as string) : [status];
  const rows = projects.flatMap((project) =>
    statuses.flatMap((one) => select('r.project_id = ? AND r.status = ?', project, one)),
  );
  rows.sort((a, b) => ((a.run_id as string) < (b.run_id as string) ? 1 : -1));
  return { runs: summaries(connection, rows.slice(0, limit)), total };
}
