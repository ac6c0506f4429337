import { AppError, type EventOf, type PermissionDecisionKind } from '../../contract/index.js';
import { type PermissionStore, pendingEvent } from '../../core/index.js';
import { claimedRun } from './claimed-run.js';
import type { Connection } from './connection.js';
import type { SqlRow } from './driver.js';
import type { RunHead, SessionHead } from './heads.js';
import { permissionFrom } from './rows.js';
import type { Transaction } from './transaction.js';

type Source = EventOf<'permission_decision'>['source'];

export const permissionActions: EventOf<'permission_request'>['actions'] = [
  { id: 'allow', kind: 'approve', label: 'Allow once' },
  { id: 'always_allow', kind: 'always_allow', label: 'Always allow in this session' },
  { id: 'deny', kind: 'deny', label: 'Deny', style: 'danger' },
];

export function permissionStore(connection: Connection): PermissionStore {
  return {
    requestPermission: (claim, request) =>
      connection.write((tx) => {
        const run = claimedRun(tx, claim);
        return requestPermission(tx, tx.sessionOf(run), run, request);
      }),

    decidePermission: (requestId, { decision, source, message, at }) =>
      connection.write(
        (tx) => {
          const row = tx.get('SELECT * FROM permissions WHERE request_id = ?', requestId);
          if (row === undefined) throw new AppError('permission_not_found', 'permission request not found');
          if (row.status !== 'pending') {
            throw new AppError(
              'permission_already_decided',
              `The request was answered before: ${String(row.decision)}.`,
            );
          }
          const run = tx.findRun(row.run_id as string);
          if (run === undefined) throw new AppError('permission_not_found', 'permission request not found');
          const session = tx.sessionOf(run);
          decide(tx, session, run, row, decision, source, message, at);
          resumeWhenSettled(tx, session, run);
          return permissionFrom(
            tx.get('SELECT * FROM permissions WHERE request_id = ?', requestId) as SqlRow,
          );
        },
        { durable: true },
      ),

    findPermission: (requestId) =>
      connection.read(() => {
        const row = connection.get('SELECT * FROM permissions WHERE request_id = ?', requestId);
        if (row === undefined) return undefined;
        const message = row.message as string | null;
        return { ...permissionFrom(row), ...(message === null ? {} : { message }) };
      }),

    listPermissions: ({ status }, { limit, cursor }) =>
      connection.read(() => {
        const filter = status === undefined ? "status IN ('pending', 'decided')" : 'status = ?';
        const values = status === undefined ? [] : [status];
        return connection
          .all(
            `SELECT * FROM permissions WHERE ${filter} AND request_id > ? ORDER BY request_id LIMIT ?`,
            ...values,
            cursor ?? '',
            limit,
          )
          .map(permissionFrom);
      }),
  };
}

function requestPermission(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  request: Parameters<PermissionStore['requestPermission']>[1],
): { decided: PermissionDecisionKind | undefined } {
  const { requestId, toolUseId, toolName, toolInput, at } = request;
  tx.run(
    `INSERT INTO permissions (request_id, run_id, session_id, project_id, tool_use_id, tool_name, tool_input, status,
      requested_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?)`,
    requestId,
    run.runId,
    session.sessionId,
    run.projectId,
    toolUseId,
    toolName,
    JSON.stringify(toolInput ?? null),
    at,
  );
  const event = {
    type: 'permission_request' as const,
    requestId,
    runId: run.runId,
    projectId: run.projectId,
    toolUseId,
    toolName,
    toolInput,
    requestedAt: at,
    actions: permissionActions,
  };
  tx.append(session, run, pendingEvent(event), at);
  const decided = decidedAtOnce(tx, session, request);
  if (decided !== undefined) {
    const row = tx.get('SELECT * FROM permissions WHERE request_id = ?', requestId) as SqlRow;
    decide(tx, session, run, row, decided.decision, decided.source, undefined, at);
    return { decided: decided.decision };
  }
  tx.command(session, run, 'ask_permission');
  return { decided: undefined };
}

/** What the target forbids stays forbidden, whatever a person has allowed for the session before. */
function decidedAtOnce(
  tx: Transaction,
  session: SessionHead,
  { verdict, toolName }: Parameters<PermissionStore['requestPermission']>[1],
): { decision: 'allow' | 'deny'; source: Source } | undefined {
  if (verdict !== 'ask') return { decision: verdict, source: 'policy' };
  const rule = tx.get(
    'SELECT 1 FROM permission_rules WHERE session_id = ? AND tool_name = ?',
    session.sessionId,
    toolName,
  );
  return rule === undefined ? undefined : { decision: 'allow', source: 'rule' };
}

function decide(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  row: SqlRow,
  decision: PermissionDecisionKind,
  source: Source,
  message: string | undefined,
  at: number,
): void {
  tx.run(
    "UPDATE permissions SET status = 'decided', decision = ?, message = ?, decided_at = ? WHERE request_id = ?",
    decision,
    message ?? null,
    at,
    row.request_id as string,
  );
  if (decision === 'always_allow') {
    tx.run(
      'INSERT INTO permission_rules (session_id, tool_name, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      session.sessionId,
      row.tool_name as string,
      at,
    );
  }
  const event = {
    type: 'permission_decision' as const,
    requestId: row.request_id as string,
    runId: run.runId,
    projectId: run.projectId,
    toolUseId: row.tool_use_id as string,
    decision,
    source,
    ...(message === undefined ? {} : { message }),
    decidedAt: at,
  };
  tx.append(session, run, pendingEvent(event), at);
  tx.topics.add(`permission:${row.request_id as string}`);
}

function resumeWhenSettled(tx: Transaction, session: SessionHead, run: RunHead): void {
  const pending = tx.get(
    "SELECT 1 FROM permissions WHERE run_id = ? AND status = 'pending' LIMIT 1",
    run.runId,
  );
  if (pending === undefined) tx.command(session, run, 'settle_permissions');
}

/** Closes what a run that ends has still open. */
export function settlePermissions(
  tx: Transaction,
  session: SessionHead,
  run: RunHead,
  source: Source,
  at: number,
): void {
  if (run.typeCounts.permission_request === undefined) return;
  const pending = tx.all("SELECT * FROM permissions WHERE run_id = ? AND status = 'pending'", run.runId);
  for (const row of pending) decide(tx, session, run, row, 'deny', source, undefined, at);
}
