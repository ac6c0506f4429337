/** What a tool is used on, in the forms in which rules of a policy are compared with it. */
import { posix } from 'node:path';

export type RuleSubject = { kind: 'command' | 'path' | 'address'; forms: readonly string[] };

/** Names under which agents say it. */
const keysOf: Readonly<Record<RuleSubject['kind'], readonly string[]>> = {
  command: ['command', 'cmd'],
  path: ['path', 'file_path', 'filePath', 'notebook_path', 'grantRoot'],
  address: ['url'],
};

/** `folder` is the one that relative paths start in, absolute. Nothing where an agent does not say. */
export function subjectsOf(toolInput: unknown, folder: string): RuleSubject[] {
  if (typeof toolInput === 'string') return [{ kind: 'command', forms: [toolInput] }];
  if (typeof toolInput !== 'object' || toolInput === null) return [];
  const { changes, ...input } = toolInput as Record<string, unknown>;
  const changed = Array.isArray(changes) ? changes.flatMap((change) => subjectsOf(change, folder)) : [];
  const named = Object.entries(keysOf).flatMap(([name, keys]) => {
    const kind = name as RuleSubject['kind'];
    const values = keys.map((key) => input[key]).filter((value) => typeof value === 'string');
    return values.map((value) => ({ kind, forms: kind === 'path' ? formsOfPath(value, folder) : [value] }));
  });
  return [...named, ...changed];
}

/**
 * Absolute, and below the folder also as seen from it: agents write either, and rules may. Without `..`, which would
 * make it look like a path that it is not. What begins in somebody's home stays as it is.
 */
function formsOfPath(path: string, folder: string): string[] {
  if (path.startsWith('~')) return [path];
  const absolute = posix.resolve(folder, path);
  const way = posix.relative(folder, absolute);
  const isBelow = way !== '' && way !== '..' && !way.startsWith('../');
  return isBelow ? [absolute, way] : [absolute];
}
