/** Rows as the resources of the API. */
import {
  attachmentPath,
  type Budget,
  type Delivery,
  type HarnessName,
  limits,
  type MediaRef,
  type Parking,
  type ParkReason,
  type Permission,
  type PermissionDecisionKind,
  type Project,
  type RestartPolicy,
  type Run,
  type RunError,
  type RunStatus,
  type RunSummary,
  type Session,
} from '../../contract/index.js';
import { cutStart, waitReasonOf } from '../../core/index.js';
import type { SqlRow } from './driver.js';
import type { QueuePositions } from './queue-positions.js';

export const sessionSelect = 'SELECT * FROM sessions';

/** Of the run that those behind it wait for. */
const parkReason = `(SELECT json_extract(q.parked, '$.reason') FROM runs q WHERE q.run_id = s.parked_run_id) AS park_reason`;

/** Everything of a run but its texts. */
export const runSummarySelect = `SELECT r.*, s.session_id, s.queue_paused, s.active_run_id, ${parkReason}, x.error
  FROM runs r JOIN sessions s ON s.session_key = r.session_key LEFT JOIN run_results x ON x.run_key = r.run_key`;

export const runSelect = `SELECT r.*, s.session_id, s.queue_paused, s.active_run_id, ${parkReason}, i.prompt, i.metadata, i.permissions, i.attachments, i.model,
  i.budget, i.retry_of, x.error, x.usage, x.tool_history, x.final_output, x.injected_into
  FROM runs r JOIN sessions s ON s.session_key = r.session_key JOIN run_inputs i ON i.run_key = r.run_key
  LEFT JOIN run_results x ON x.run_key = r.run_key`;

/** The properties of `fields` whose value is neither null nor undefined. */
function present<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

function json<T>(value: unknown): T | null {
  return typeof value === 'string' ? (JSON.parse(value) as T) : null;
}

export function projectFrom(row: SqlRow): Project {
  return {
    projectId: row.project_id as string,
    name: row.name as string,
    root: row.root as string,
    sessionBackend: { kind: 'asp' },
    ...present({
      defaultTarget: row.default_target as string | null,
      budget: json<Budget>(row.budget),
      dailyBudget: json<Budget>(row.daily_budget),
    }),
    ...(row.auto_resume === 1 ? { autoResume: true } : {}),
    ...(row.on_restart === 'fail' ? {} : { onRestart: row.on_restart as RestartPolicy }),
    createdAt: row.created_at as number,
    updatedAt: row.updated_at as number,
  };
}

/** Whose model answers, where the harness tells. */
const providers: Record<HarnessName, string> = {
  builtin: 'quarterdeck',
  claude: 'anthropic',
  codex: 'openai',
  pi: 'unknown',
  acp: 'unknown',
};

export function sessionFrom(row: SqlRow): Session {
  const harness = row.harness as HarnessName;
  const archived = row.archived_at !== null;
  const waiting = row.active_status === 'awaiting_permission';
  const open: Session['status'] | undefined =
    row.active_run_id !== null ? (waiting ? 'awaiting_permission' : 'running') : undefined;
  return {
    sessionId: row.session_id as string,
    projectId: row.project_id as string,
    backendKind: 'asp',
    name: row.name as string,
    source: { kind: row.source_kind as Session['source']['kind'] },
    aspTargetName: row.target as string,
    harness,
    ...present({ model: row.model as string | null }),
    status: archived ? 'archived' : (open ?? waitingStatus(row)),
    headSeq: row.head_seq as number,
    ...(row.trimmed_seq === 0 ? {} : { oldestSeq: (row.trimmed_seq as number) + 1 }),
    queue: { ...queueStateFrom(row), length: row.queue_length as number },
    runtime: {
      provider: providers[harness],
      continuationKeyPresent: row.continuation !== null,
      active: row.active_run_id !== null,
    },
    metadata: json<Record<string, unknown>>(row.metadata) ?? {},
    createdAt: row.created_at as number,
    updatedAt: row.updated_at as number,
    lastActivityAt: row.last_activity_at as number,
    ...present({
      archivedAt: row.archived_at as number | null,
      forkedFrom: forkedFrom(row),
      budget: json<Budget>(row.budget),
      importedFrom: importedFrom(row),
    }),
  };
}

function waitingStatus(row: SqlRow): Session['status'] {
  if (row.parked_run_id !== null) return 'parked';
  return (row.queue_length as number) > 0 ? 'queued' : 'idle';
}

function importedFrom(row: SqlRow): Session['importedFrom'] | null {
  if (row.imported_from === null) return null;
  return { sessionId: row.imported_from as string, exportedAt: row.exported_at as number };
}

function forkedFrom(row: SqlRow): Session['forkedFrom'] | null {
  if (row.forked_from_session === null) return null;
  return { sessionId: row.forked_from_session as string, runId: row.forked_from_run as string };
}

export function queueStateFrom(row: SqlRow): Omit<Session['queue'], 'length'> {
  const paused = row.queue_paused === 1;
  return {
    paused,
    ...(paused
      ? present({
          pausedReason: row.queue_paused_reason as string | null,
          failedRunId: row.queue_paused_by as string | null,
        })
      : {}),
    ...present({ parkedRunId: row.parked_run_id as string | null }),
    pauseOnFailure: row.pause_on_failure === 1,
    delivery: row.delivery as Delivery,
  };
}

export function runSummaryFrom(row: SqlRow, positions: QueuePositions): RunSummary {
  const position = positions.of(row);
  return {
    runId: row.run_id as string,
    sessionId: row.session_id as string,
    projectId: row.project_id as string,
    status: row.status as RunStatus,
    ...(position === undefined
      ? {}
      : {
          queuePosition: position,
          waitingFor: waitReasonOf({
            position,
            queuePaused: row.queue_paused === 1,
            sessionActive: row.active_run_id !== null,
            parkReason: row.park_reason as ParkReason | null,
          }),
        }),
    inputPreview: row.input_preview as string,
    ...present({ parked: json<Parking>(row.parked), error: json<RunError>(row.error) }),
    createdAt: row.created_at as number,
    ...present({
      startedAt: row.started_at as number | null,
      completedAt: row.completed_at as number | null,
    }),
  };
}

/** `listed`: texts are cut, as `limits.listedTextCharsMax` says. */
export function runFrom(row: SqlRow, positions: QueuePositions, listed: boolean): Run {
  const output = row.final_output as string | null;
  return {
    ...runSummaryFrom(row, positions),
    input: {
      ...cutText(row.prompt as string, listed),
      ...present({ attachments: attachmentsFrom(row) }),
    },
    ...present({
      permissions: json<Run['permissions']>(row.permissions),
      budget: json<Budget>(row.budget),
      finalOutput: listed ? null : output,
      response: output === null ? null : cutText(output, listed),
      resume: json<Run['resume']>(row.resume),
      usage: json<Run['usage']>(row.usage),
      toolHistory: json<Run['toolHistory']>(row.tool_history),
      model: row.model as string | null,
      retryOf: row.retry_of as string | null,
      injectedInto: row.injected_into as string | null,
    }),
    metadata: json<Record<string, unknown>>(row.metadata) ?? {},
  } as Run;
}

/** What an event and a run say of the images, by their media types. */
export function mediaRefsOf(runId: string, mimeTypes: readonly string[]): MediaRef[] {
  return mimeTypes.map((mimeType, index) => ({
    type: 'media_ref',
    url: attachmentPath(runId, index),
    mimeType,
  }));
}

function attachmentsFrom(row: SqlRow): MediaRef[] | null {
  const mimeTypes = json<string[]>(row.attachments);
  return mimeTypes === null ? null : mediaRefsOf(row.run_id as string, mimeTypes);
}

export function permissionFrom(row: SqlRow): Permission {
  return {
    requestId: row.request_id as string,
    runId: row.run_id as string,
    sessionId: row.session_id as string,
    projectId: row.project_id as string,
    toolUseId: row.tool_use_id as string,
    toolName: row.tool_name as string,
    toolInput: json<unknown>(row.tool_input),
    status: row.status as Permission['status'],
    ...present({ decision: row.decision as PermissionDecisionKind | null }),
    requestedAt: row.requested_at as number,
    ...present({ decidedAt: row.decided_at as number | null }),
  };
}

function cutText(content: string, listed: boolean): { content: string; truncated?: boolean } {
  if (!listed || content.length <= limits.listedTextCharsMax) return { content };
  return { content: cutStart(content, limits.listedTextCharsMax), truncated: true };
}
