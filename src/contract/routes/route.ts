import type { z } from 'zod';
import type { ErrorCode } from '../errors.js';

export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `:name` for a path parameter. */
  path: string;
  summary: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  response: z.ZodType;
  status: 200 | 201;
  /** `query`: the token may also come as `?token=`. */
  auth: 'none' | 'header' | 'query';
  /** Where it is not `limits.bodyBytesMax`. */
  bodyBytesMax?: number;
  /** Answers with `text/event-stream`. */
  stream?: true;
  /** Answers with bytes, of this media type. */
  bytes?: string;
  /** Its body is a file of this media type, read while it comes; there is no `body` then. */
  takes?: string;
  /** Besides those that every route can answer. */
  errors: readonly ErrorCode[];
}

/** What a new session can be refused for. */
export const newSessionErrors = [
  'project_not_found',
  'target_not_found',
  'target_invalid',
  'harness_unavailable',
] as const;
