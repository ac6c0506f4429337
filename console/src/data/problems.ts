import { ApiError } from 'quarterdeck/client';

/** What the server says is wrong with one field of a request; `path` is its name in the request. */
export function problemOf(error: unknown, path: string): string | undefined {
  const detail = error instanceof ApiError ? error.details?.find((one) => one.path === path) : undefined;
  return detail?.message;
}

/** Whether all that is wrong stands at one of these fields. */
export function isAtFields(error: unknown, paths: readonly string[]): boolean {
  if (!(error instanceof ApiError) || error.details === undefined) return false;
  return error.details.every(({ path }) => paths.includes(path));
}
