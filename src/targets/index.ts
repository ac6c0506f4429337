/** Targets of a project, from the file `asp-targets.toml` in its root. Read again when the file has changed. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { AppError, type HarnessName } from '../contract/index.js';
import type { LaunchPlan, Log, Targets } from '../core/index.js';
import { parseTargets, type Target, type TargetsFile } from './parse-targets.js';

export const targetsFileName = 'asp-targets.toml';

/** A larger file is refused: it is written by people. */
const fileBytesMax = 1024 * 1024;
/** Projects whose files are kept parsed. */
const cachedFilesMax = 500;

interface CachedFile {
  state: string;
  file: TargetsFile;
}

export function createTargets(log: Log): Targets {
  const cache = new Map<string, CachedFile>();

  async function readTargets(root: string): Promise<TargetsFile> {
    const path = join(root, targetsFileName);
    const state = await fileState(path);
    if (state === undefined) return { targets: new Map(), warnings: [] };
    const known = cache.get(path);
    if (known?.state === state) return known.file;
    const file = parseTargets(await readFile(path, 'utf8'), path);
    for (const warning of file.warnings) log.warn('a target has settings without effect', { path, warning });
    cache.delete(path);
    cache.set(path, { state, file });
    const [oldest] = cache.keys();
    if (cache.size > cachedFilesMax && oldest !== undefined) cache.delete(oldest);
    return file;
  }

  return {
    async resolve(root, name, preferred) {
      const { targets } = await readTargets(root);
      const wanted = name ?? preferred ?? (targets.has('default') ? 'default' : undefined);
      if (wanted === undefined) return directPlan(root, 'builtin');
      const target = targets.get(wanted);
      if (target !== undefined) return planOf(root, target);
      // The built-in agent is always there, under its own name, unless the file says otherwise.
      if (wanted === 'builtin') return directPlan(root, 'builtin');
      throw new AppError('target_not_found', unknownTarget(root, wanted, [...targets.keys()]));
    },
    checkRoot,
    direct: directPlan,
  };
}

async function checkRoot(root: string): Promise<string> {
  const refuse = (message: string) =>
    new AppError('validation_failed', `The root "${root}" ${message}.`, {
      details: [{ path: 'root', message }],
    });
  if (!isAbsolute(root)) throw refuse('must be an absolute path');
  const resolved = await realpath(root).catch(() => undefined);
  if (resolved === undefined) throw refuse('does not exist');
  if (!(await stat(resolved)).isDirectory()) throw refuse('is not a folder');
  return resolved;
}

function directPlan(root: string, harness: HarnessName): LaunchPlan {
  return { target: harness, harness, cwd: root, env: {}, options: {} };
}

function planOf(root: string, { name, harness, model, env, options }: Target): LaunchPlan {
  return { target: name, harness, cwd: root, env, options, ...(model === undefined ? {} : { model }) };
}

function unknownTarget(root: string, wanted: string, known: string[]): string {
  if (known.length === 0) return `There is no target "${wanted}": ${join(root, targetsFileName)} has none.`;
  return `There is no target "${wanted}". Known: ${known.join(', ')}.`;
}

/** Changes when the file changes; undefined when there is none. */
async function fileState(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    if (size > fileBytesMax)
      throw new AppError('target_invalid', `${path} is larger than ${fileBytesMax} bytes.`);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
