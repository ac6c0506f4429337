/**
 * Every way a request or a run can fail, as a stable machine code. The code travels in the `x-error-code`
 * header of an answer and in `error.code` of a failed run; the words beside it are for people and may change.
 */
export const errorCodes = [
  // The request
  'validation_failed',
  'unauthorized',
  'host_not_allowed',
  'origin_not_allowed',
  'route_not_found',
  'method_not_allowed',
  'unsupported_media_type',
  'body_too_large',
  'prompt_too_large',
  'idempotency_conflict',
  'unsupported',
  // What it names
  'project_not_found',
  'session_not_found',
  'run_not_found',
  'attachment_not_found',
  'permission_not_found',
  'target_not_found',
  'target_invalid',
  'project_exists',
  // The state it meets
  'project_busy',
  'session_busy',
  'session_archived',
  'session_mismatch',
  'run_already_ended',
  'run_not_queued',
  'run_not_ended',
  'run_not_parked',
  'no_fork_point',
  'permission_already_decided',
  'queue_full',
  'too_many_streams',
  'too_many_waits',
  'too_many_imports',
  'draining',
  'stale_claim',
  // The agent
  'harness_unavailable',
  'login_required',
  'harness_failed',
  'agent_failed',
  'model_failed',
  'usage_limit_reached',
  'agent_died',
  'agent_unresponsive',
  'max_turns_reached',
  'resume_lost',
  'interrupted_by_restart',
  // Ourselves
  'address_unavailable',
  'store_locked',
  'store_too_new',
  'store_unavailable',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorDetail {
  /** Where in the request, as `session.name` or `query.limit`. */
  path: string;
  message: string;
}

/** The one error type that crosses layers. `message` is shown to the caller; `cause` goes to the log only. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[] | undefined;
  /** After how long the same request may succeed, where that is known. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: readonly ErrorDetail[]; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.retryAfterMs = options.retryAfterMs;
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}
