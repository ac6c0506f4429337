/** Keeps files that are named in a prompt inside the project's folder, through symbolic links too. */
import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';

export class PathRefused extends Error {
  override readonly name = 'PathRefused';
}

/**
 * The real absolute path of `name` below `cwd`; the last parts of it need not exist yet.
 * Throws PathRefused when it leads elsewhere.
 */
export async function containPath(cwd: string, name: string): Promise<string> {
  if (name === '' || name.includes('\0')) throw new PathRefused('That is not the name of a file.');
  const root = await realpath(cwd);
  const real = await realpathOfExisting(path.resolve(root, name));
  if (real !== root && !real.startsWith(root === path.sep ? root : root + path.sep)) {
    throw new PathRefused(`"${name}" is outside of the project's folder.`);
  }
  return real;
}

/** Resolves links in the part that exists and appends the rest. A dangling link is refused: writing would follow it. */
async function realpathOfExisting(absolute: string): Promise<string> {
  const missing: string[] = [];
  for (let at = absolute; ; at = path.dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real !== undefined) return path.join(real, ...missing);
    if (await isLink(at)) throw new PathRefused(`"${path.basename(at)}" is a link that leads nowhere.`);
    if (at === path.dirname(at)) return absolute;
    missing.unshift(path.basename(at));
  }
}

async function isLink(file: string): Promise<boolean> {
  return lstat(file).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
}
