/** A project in a temporary folder, a shared root beside it, and the targets that are read from them. */
import { chmod, mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { TargetDescription } from '../../src/contract/index.js';
import type { LaunchPlan, Log } from '../../src/core/index.js';
import { createTargets, type TargetsOptions, targetsFileName } from '../../src/targets/index.js';

export interface TargetsWorld {
  /** Real paths. `outside` is neither in the project nor in the shared root. */
  root: string;
  aspHome: string;
  outside: string;
  targets: ReturnType<typeof createTargets>;
  /** What the log was told of. */
  warned: unknown[];
  /** Relative names are in the project. What ends in `.sh` may be run. */
  write(name: string, text: string): Promise<void>;
  /** A target of the name `a`; `lines` are what its table says. */
  writeTarget(lines: string): Promise<void>;
  /** `ID` in the project, `shared:ID` in the shared root. Files beside `space.toml` by their names. */
  writeSpace(id: string, lines?: string, files?: Readonly<Record<string, string>>): Promise<string>;
  plan(name?: string): Promise<LaunchPlan>;
  describe(name?: string): Promise<TargetDescription>;
  /** The words of the refusal of the target. */
  refusal(name?: string): Promise<string>;
}

let changes = 0;

export async function enterTargets(options: TargetsOptions = {}): Promise<TargetsWorld> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'quarterdeck-targets-')));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const [root, aspHome, outside] = [join(base, 'project'), join(base, 'asp'), join(base, 'outside')];
  for (const folder of [root, aspHome, outside]) await mkdir(folder);
  const warned: unknown[] = [];
  const log = { info() {}, error() {}, warn: (_, facts) => warned.push(facts) } satisfies Log;
  const targets = createTargets(log, { aspHome, ...options });

  const write = async (name: string, text: string) => {
    const path = name.startsWith('/') ? name : join(root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    if (path.endsWith('.sh')) await chmod(path, 0o755);
    // Each change is at another time, whatever the clock of the file system.
    changes += 1;
    await utimes(path, changes, changes);
  };
  const describe = async (name = 'a') => {
    const { targets: all } = await targets.describe(root);
    const found = all.find((target) => target.name === name);
    if (found === undefined) throw new Error(`there is no target ${name}`);
    return found;
  };
  return {
    root,
    aspHome,
    outside,
    targets,
    warned,
    write,
    writeTarget: (lines) => write(targetsFileName, `schema = 1\n[targets.a]\nharness = "builtin"\n${lines}`),
    async writeSpace(id, lines = '', files = {}) {
      const name = id.replace('shared:', '');
      const folder = join(id === name ? root : aspHome, 'spaces', name);
      await write(join(folder, 'space.toml'), `schema = 1\nid = "${name}"\n${lines}`);
      for (const [file, text] of Object.entries(files)) await write(join(folder, file), text);
      return folder;
    },
    plan: (name = 'a') => targets.resolve(root, name),
    describe,
    async refusal(name = 'a') {
      const refused = await targets.resolve(root, name).then(
        () => undefined,
        (error: { code?: string; message: string }) => error,
      );
      if (refused?.code !== 'target_invalid')
        throw new Error(`not refused as it should be: ${refused?.message}`);
      return refused.message;
    },
  };
}
