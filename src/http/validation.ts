import type { z } from 'zod';
import { AppError, type ErrorDetail, type Route } from '../contract/index.js';

/** Nesting of a request's JSON: enough for every sensible one, and far from where recursive code ends. */
const depthMax = 100;

export interface RawRequest {
  params: unknown;
  query: unknown;
  body: unknown;
}

/** Checks a request against the schemas of its route. Throws `validation_failed` with every mistake found. */
export function validateRequest(route: Route, raw: RawRequest): RawRequest {
  const details = [raw.params, { query: raw.query }, raw.body].flatMap((part) => findUnkeepable(part) ?? []);
  refuse(details);
  const valid = {
    params: check(route.params, raw.params, '', details),
    query: check(route.query, raw.query, 'query.', details),
    body: check(route.body, raw.body, '', details),
  };
  refuse(details);
  return valid;
}

function refuse(details: readonly ErrorDetail[]): void {
  const [first] = details;
  if (first === undefined) return;
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
export function plainWords(message: string): string {
  return message
    .replace(/^Invalid input: /, '')
    .replace('received undefined', 'but it is missing')
    .replace(/^Too (big|small): /, '');
}

/** An object or array inside a request, and the way to it. */
interface Nested {
  value: object;
  key: string;
  parent: Nested | undefined;
  depth: number;
}

/**
 * The first thing that no store can keep, whatever the schemas say; `nul`: texts may hold the character NUL. Without
 * recursion: the depth is the sender's.
 */
export function findUnkeepable(part: unknown, { nul = false } = {}): ErrorDetail | undefined {
  const open: Nested[] = [];
  const look = (value: unknown, key: string, parent: Nested | undefined): ErrorDetail | undefined => {
    if (!nul && typeof value === 'string' && value.includes('\0'))
      return { path: pathTo(key, parent), message: 'must not hold the character NUL' };
    if (typeof value !== 'object' || value === null) return undefined;
    const depth = (parent?.depth ?? 0) + 1;
    if (depth > depthMax)
      return { path: pathTo(key, parent), message: `must not be nested more than ${depthMax} deep` };
    open.push({ value, key, parent, depth });
    return undefined;
  };
  let found = look(part, '', undefined);
  for (let next = open.pop(); next !== undefined && found === undefined; next = open.pop()) {
    for (const [key, value] of Object.entries(next.value)) {
      found = look(key, 'a key', next) ?? look(value, key, next);
      if (found !== undefined) break;
    }
  }
  return found;
}

function pathTo(key: string, parent: Nested | undefined): string {
  const keys = [key];
  for (let at = parent; at !== undefined; at = at.parent) if (at.key !== '') keys.unshift(at.key);
  return keys.join('.') || 'body';
}
