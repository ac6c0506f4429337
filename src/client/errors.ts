/** Every way in which a call or a stream can fail, as classes: what went wrong, and whether trying again may help. */
import type { ErrorCode, ErrorDetail } from '../contract/index.js';

export abstract class ClientError extends Error {
  /** The same request may succeed later. */
  abstract readonly retryable: boolean;
}

/** Statuses of what passes: too much at once, or nobody there behind a proxy. */
const passingStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export interface ApiErrorParts {
  status: number;
  code?: string | undefined;
  details?: readonly ErrorDetail[] | undefined;
  retryAfterMs?: number | undefined;
}

/** The server refused, or something between has answered in its place. */
export class ApiError extends ClientError {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Of `x-error-code`. Newer servers may know more codes; absent when it was not Quarterdeck that answered. */
  readonly code: ErrorCode | (string & {}) | undefined;
  /** Where the request is wrong, with `validation_failed`. */
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfterMs: number | undefined;
  readonly retryable: boolean;

  constructor(message: string, { status, code, details, retryAfterMs }: ApiErrorParts) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.retryAfterMs = retryAfterMs;
    this.retryable = passingStatuses.has(status);
  }
}

/** No answer came, or it broke off. Whether the request had its effect is not known. */
export class ConnectionError extends ClientError {
  override readonly name = 'ConnectionError';
  readonly retryable = true;
}

/** Events are missing, also after they were asked for again. */
export class StreamGapError extends ClientError {
  override readonly name = 'StreamGapError';
  readonly retryable = false;

  constructor(
    /** The last seq that was told. */
    readonly after: number,
    /** The seq that came instead of the next. */
    readonly found: number,
  ) {
    super(`Behind seq ${after} the log went on with ${found}: read the session's events anew.`);
  }
}

/** The log no longer has what is behind `after`, and the reader gave no `onCursorExpired`. */
export class CursorExpiredError extends ClientError {
  override readonly name = 'CursorExpiredError';
  readonly retryable = false;

  constructor(
    readonly after: number,
    readonly oldestSeq: number,
  ) {
    super(`The log begins with seq ${oldestSeq} and no longer has what is behind ${after}.`);
  }
}

/** The refusal that an answer of 400 or above stands for. */
export function readRefusal(status: number, headers: Headers, text: string): ApiError {
  const { error, details } = readJson(text) as { error?: unknown; details?: ErrorDetail[] };
  const words = typeof error === 'string' ? error : `The answer has status ${status} and no words.`;
  return new ApiError(words, {
    status,
    code: headers.get('x-error-code') ?? undefined,
    details: Array.isArray(details) ? details : undefined,
    retryAfterMs: readRetryAfter(headers.get('retry-after')),
  });
}

function readJson(text: string): object {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Quarterdeck says seconds; a proxy may say a date, which clocks disagree about and backoff serves as well. */
function readRetryAfter(header: string | null): number | undefined {
  return header !== null && /^\d{1,9}$/.test(header) ? Number(header) * 1000 : undefined;
}
