import type { z } from 'zod';
import { AppError, type ErrorDetail, type Route } from '../contract/index.js';

export interface RawRequest {
  params: unknown;
  query: unknown;
  body: unknown;
}

/** Checks a request against the schemas of its route. Throws `validation_failed` with every mistake found. */
export function validateRequest(route: Route, raw: RawRequest): RawRequest {
  const details: ErrorDetail[] = [];
  const valid = {
    params: check(route.params, raw.params, '', details),
    query: check(route.query, raw.query, 'query.', details),
    body: check(route.body, raw.body, '', details),
  };
  const [first] = details;
  if (first === undefined) return valid;
  throw new AppError('validation_failed', `The request is not valid: ${first.path} ${first.message}`, {
    details,
  });
}

function check(
  schema: z.ZodType | undefined,
  value: unknown,
  prefix: string,
  details: ErrorDetail[],
): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) {
    const where = path.map(String).join('.');
    details.push({ path: `${prefix}${where}` || 'body', message: plainWords(message) });
  }
  return undefined;
}

/** `Invalid input: expected string, received undefined` says it all behind its colon. */
function plainWords(message: string): string {
  return message
    .replace(/^Invalid input: /, '')
    .replace('received undefined', 'but it is missing')
    .replace(/^Too (big|small): /, '');
}
