/** Targets of a project, from `asp-targets.toml` in its root and the spaces it names. Read again when they change. */
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { AppError, type HarnessName, isAppError, type TargetDescription } from '../contract/index.js';
import type { LaunchPlan, Log, Targets } from '../core/index.js';
import { bounds } from './bounds.js';
import { type Composition, composeSpaces } from './compose-spaces.js';
import { describeBrokenTarget, describeTarget, warningsOf } from './describe-target.js';
import { type BaseEnv, fillPlan } from './env-references.js';
import { parseTargets, type Target, type TargetsFile } from './parse-targets.js';
import { ReadFiles } from './read-files.js';
import { planOf } from './resolve-target.js';

export const targetsFileName = 'asp-targets.toml';

export interface TargetsOptions {
  /** Folder of the format's own tool: shared spaces are in its `spaces/` and `repo/spaces/`. */
  aspHome?: string | undefined;
  /** Where agents have their homes: shared spaces are in its `spaces/`, and come first. */
  agentsRoot?: string | undefined;
  /** What `${env:NAME}` is filled in from. */
  baseEnv?: BaseEnv;
  /** Throws `target_invalid` for a table that the plan's agent does not understand. */
  checkOptions?: (plan: LaunchPlan) => void;
}

/** What was made of files, as long as they are the same. */
interface Kept<T> {
  files: ReadFiles;
  value: T;
}

interface Composed {
  /** As it stood in the file: another one means that the file has changed. */
  target: Target;
  composition: Composition;
}

const noFile: TargetsFile = { targets: new Map(), warnings: [] };

export function createTargets(
  log: Log,
  { aspHome, agentsRoot, baseEnv = {}, checkOptions = () => undefined }: TargetsOptions = {},
): Targets {
  const parsed = new Map<string, Kept<TargetsFile>>();
  const composed = new Map<string, Kept<Composed>>();
  const sharedRoots = [
    ...(agentsRoot === undefined ? [] : [agentsRoot]),
    ...(aspHome === undefined ? [] : [aspHome, join(aspHome, 'repo')]),
  ];

  async function readTargets(root: string): Promise<TargetsFile> {
    const path = join(root, targetsFileName);
    const known = parsed.get(path);
    if (known !== undefined && (await known.files.areUnchanged())) return known.value;
    const files = new ReadFiles();
    const text = await files.readText(path, {
      within: await realOrSame(root),
      bytesMax: bounds.tableBytesMax,
    });
    const value = text === undefined ? noFile : parseTargets(text, path);
    warn(path, value.warnings);
    keep(parsed, path, { files, value });
    return value;
  }

  async function compose(root: string, target: Target): Promise<Composition> {
    const key = `${root}\0${target.name}`;
    const known = composed.get(key);
    if (known?.value.target === target && (await known.files.areUnchanged())) return known.value.composition;
    const files = new ReadFiles();
    const composition = await composeSpaces(target, { root, sharedRoots }, files);
    warn(`targets.${target.name} of ${root}`, warningsOf(target, composition, baseEnv));
    keep(composed, key, { files, value: { target, composition } });
    return composition;
  }

  function warn(place: string, warnings: readonly string[]): void {
    for (const warning of warnings) log.warn('a target is not all that it says', { place, warning });
  }

  async function describe(root: string, target: Target): Promise<TargetDescription> {
    try {
      const composition = await compose(root, target);
      const described = describeTarget(target, composition, baseEnv);
      try {
        checkOptions(planOf(root, target, composition));
        return described;
      } catch (error) {
        return { ...described, error: refusalOf(error) };
      }
    } catch (error) {
      return describeBrokenTarget(target, refusalOf(error));
    }
  }

  return {
    async resolve(root, name, preferred) {
      const { targets } = await readTargets(root);
      const wanted = name ?? preferred ?? defaultOf(targets);
      const target = targets.get(wanted);
      if (target !== undefined) {
        const plan = fillPlan(planOf(root, target, await compose(root, target)), baseEnv);
        checkOptions(plan);
        return plan;
      }
      // The built-in agent is always there, under its own name, unless the file says otherwise.
      if (wanted === 'builtin') return directPlan(root, 'builtin');
      throw new AppError('target_not_found', unknownTarget(root, wanted, [...targets.keys()]));
    },
    async describe(root, preferred) {
      const { targets, warnings } = await readTargets(root);
      const described: TargetDescription[] = [];
      // One after the other: a project with many spaces must not take all the file handles there are.
      for (const target of targets.values()) described.push(await describe(root, target));
      return { defaultTarget: preferred ?? defaultOf(targets), targets: described, warnings };
    },
    checkRoot,
    direct: directPlan,
  };
}

/** Throws what is none. */
function refusalOf(error: unknown): NonNullable<TargetDescription['error']> {
  if (!isAppError(error)) throw error;
  return { code: error.code, message: error.message };
}

function defaultOf(targets: ReadonlyMap<string, Target>): string {
  return targets.has('default') ? 'default' : 'builtin';
}

function keep<T>(kept: Map<string, T>, key: string, value: T): void {
  kept.delete(key);
  kept.set(key, value);
  const [oldest] = kept.keys();
  if (kept.size > bounds.cachedMax && oldest !== undefined) kept.delete(oldest);
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

/** A project whose folder is gone has no file of targets; whoever works in it says so. */
async function realOrSame(root: string): Promise<string> {
  return realpath(root).catch(() => root);
}

function directPlan(root: string, harness: HarnessName): LaunchPlan {
  return { target: harness, harness, cwd: root, env: {}, options: {} };
}

function unknownTarget(root: string, wanted: string, known: string[]): string {
  if (known.length === 0) return `There is no target "${wanted}": ${join(root, targetsFileName)} has none.`;
  return `There is no target "${wanted}". Known: ${known.join(', ')}.`;
}
