/**
 * Where Codex is. Its package is a launcher in JavaScript around a program for the platform, in a package of its own
 * (`@openai/codex` and `@openai/codex-linux-x64`, `vendor/TRIPLE/bin/codex`); the launcher would be one more process.
 * Other ways to install it put the program itself into the user's `PATH`.
 */
import { execFile } from 'node:child_process';
import { access, constants, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type AgentProgram, AppError } from '../../contract/index.js';
import {
  type FoundPackage,
  findOnPath,
  findPackage,
  type HostEnvironment,
  installCommandOf,
  keyExample,
  quoted,
} from '../process/index.js';

/** What the adapter was written against. */
const packageSpec = '@openai/codex@0.169.0';
const agentFolder = 'codex';

const triples: Readonly<Record<string, string>> = {
  'linux-x64': 'x86_64-unknown-linux-musl',
  'linux-arm64': 'aarch64-unknown-linux-musl',
  'darwin-x64': 'x86_64-apple-darwin',
  'darwin-arm64': 'aarch64-apple-darwin',
};

export interface CodexPlaces {
  agentsDir: string;
  /** Of the project. */
  cwd?: string;
  path: string | undefined;
}

export interface CodexProgram {
  /** Absolute. */
  path: string;
  /** Known without starting it when it comes from a package. */
  version?: string;
}

/** Throws AppError `harness_unavailable` with what to do. */
export async function findCodex(places: CodexPlaces): Promise<CodexProgram> {
  const { agentsDir, cwd, path } = places;
  const search = { packageName: '@openai/codex', agentFolder, command: 'codex' };
  const found = await findPackage({ ...search, ...(cwd === undefined ? {} : { cwd }) }, { agentsDir, path });
  if (found !== undefined) return { path: await programOf(found, agentsDir), version: found.version };
  const program = await findOnPath('codex', path);
  if (program !== undefined) return { path: await realpath(program) };
  throw unavailable('Codex is not installed', agentsDir);
}

/** Without starting a conversation; gives up when `signal` aborts. Never rejects. */
export async function inspectCodex(
  places: CodexPlaces,
  codexHome: string,
  signal: AbortSignal,
): Promise<AgentProgram> {
  const installCommand = installCommandOf(places.agentsDir, agentFolder, [packageSpec]);
  try {
    const { path, version } = await findCodex(places);
    const known = version ?? (await askVersion(path, signal));
    const login = await loginOf(codexHome);
    const problem = login === 'missing' ? { problem: loginProblem(path) } : {};
    return {
      name: 'Codex',
      found: true,
      path,
      login,
      ...(known === undefined ? {} : { version: known }),
      ...problem,
    };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { name: 'Codex', found: false, login: 'unknown', problem, installCommand };
  }
}

/** `program`: a Codex that was installed for Quarterdeck is on nobody's path. */
export function loginProblem(program: string): string {
  return `Codex is not logged in. Run "${quoted(program)} login" as the user of this server, or give the target its key: ${keyExample('OPENAI_API_KEY')}.`;
}

/** A login in the keyring, or a provider with a key of its own, leaves no file: then only Codex can tell. */
async function loginOf(codexHome: string): Promise<AgentProgram['login']> {
  if (await isThere(join(codexHome, 'auth.json'))) return 'present';
  return (await isThere(join(codexHome, 'config.toml'))) ? 'unknown' : 'missing';
}

async function programOf({ folder }: FoundPackage, agentsDir: string): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const inside = join('vendor', triples[platform] ?? 'unknown', 'bin', 'codex');
  const nested = join(folder, 'node_modules', '@openai', `codex-${platform}`, inside);
  const beside = join(folder, '..', `codex-${platform}`, inside);
  for (const path of [nested, beside]) {
    if (await isThere(path, constants.X_OK)) return realpath(path);
  }
  throw unavailable(`Codex in ${folder} lacks its program for ${platform}`, agentsDir);
}

function unavailable(problem: string, agentsDir: string): AppError {
  const command = installCommandOf(agentsDir, agentFolder, [packageSpec]);
  return new AppError('harness_unavailable', `${problem}. Install it: ${command}`);
}

/** As in `codex-cli 0.169.0`. */
async function askVersion(path: string, signal: AbortSignal): Promise<string | undefined> {
  const env = { PATH: process.platform === 'win32' ? '' : '/usr/bin:/bin' };
  const { stdout } = await promisify(execFile)(path, ['--version'], { signal, env, maxBuffer: 64 * 1024 });
  return /\d+\.\d+\.\S+/.exec(stdout)?.[0];
}

async function isThere(file: string, mode?: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}

/** Where Codex keeps its login, its settings and its conversations. */
export function codexHomeOf(env: HostEnvironment): string {
  return env.CODEX_HOME ?? join(env.HOME ?? '', '.codex');
}
