/**
 * What we use of `@anthropic-ai/claude-agent-sdk`, in types of our own: it is proprietary, so users install it and it is
 * found at run time. Source of every fact about it: its `sdk.d.ts` and measurements, version 0.3.330.
 */
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../contract/index.js';
import {
  type Fields,
  type FoundPackage,
  findOnPath,
  findPackage,
  type HarnessParts,
  installCommandOf,
  keyExample,
  quoted,
  textOf,
} from '../process/index.js';

export interface UserMessage {
  type: 'user';
  /** Ours, by which the agent tells what became of it. */
  uuid: string;
  message: { role: 'user'; content: string | readonly Fields[] };
  parent_tool_use_id: null;
  /** `next`: taken up by the turn under way, else the next turn. */
  priority?: 'next';
}

export type ToolPermission =
  | { behavior: 'allow'; updatedInput: Fields }
  | { behavior: 'deny'; message: string };

export type AskPermission = (
  toolName: string,
  input: Fields,
  more: { toolUseID: string },
) => Promise<ToolPermission>;

/** Answers in the words of Claude Code's hooks. */
export type Hook = (input: Fields) => Promise<Fields>;

export interface SpawnWish {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}

/** What the SDK takes for a child process. */
export interface SpawnedProgram {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly killed: boolean;
  readonly exitCode: number | null;
  kill(signal: NodeJS.Signals): boolean;
}

export interface QueryOptions extends Readonly<Record<string, unknown>> {
  canUseTool: AskPermission;
  hooks: Readonly<Record<string, readonly { hooks: readonly Hook[] }[]>>;
  spawnClaudeCodeProcess(wish: SpawnWish): SpawnedProgram;
}

/** One program that takes prompts until its input ends. Iterating it throws when the program fails. */
export interface Query extends AsyncIterable<unknown> {
  /** Rejects when the program cannot take prompts. */
  initializationResult(): Promise<unknown>;
  interrupt(): Promise<unknown>;
  /** Takes back a message that no turn has taken up. */
  cancelAsyncMessage(uuid: string): Promise<unknown>;
  close(): void;
}

export interface ClaudeSdk {
  query(request: { prompt: AsyncIterable<UserMessage>; options: QueryOptions }): Query;
}

export const sdkPackage = '@anthropic-ai/claude-agent-sdk';
const packagesToInstall = [`${sdkPackage}@0.3.330`, 'zod@4.6.7'];
/** The first that was measured to tell what becomes of each message. */
const versionMin = [0, 3, 330] as const;

export function installCommand(agentsDir: string): string {
  return installCommandOf(agentsDir, 'claude', packagesToInstall);
}

/**
 * Only in the agents' folder: the SDK runs inside of this server, where no code of a project belongs.
 */
export function findSdk({ agentsDir }: Pick<HarnessParts, 'agentsDir'>): Promise<FoundPackage | undefined> {
  return findPackage({ packageName: sdkPackage, agentFolder: 'claude' }, { agentsDir, path: undefined });
}

/** The program of Claude Code, which the package of the SDK has beside itself, for each platform in one of its own. */
export async function findProgram({ folder }: FoundPackage): Promise<string | undefined> {
  const platform = `${folder}-${process.platform}-${process.arch}`;
  const places = [platform, `${platform}-musl`].map((one) => join(one, 'claude'));
  const found = await Promise.all(places.map((place) => findOnPath(place, undefined)));
  return found.find((place) => place !== undefined);
}

/** `program`: one that was installed for Quarterdeck is on nobody's path. */
export function loginRemedy(program: string): string {
  return `Run "${quoted(program)} auth login" as the user of this server, or give the target its key: ${keyExample('ANTHROPIC_API_KEY')}.`;
}

/** A sentence, where this package cannot be used. */
export function problemOf({ version }: FoundPackage, agentsDir: string): string | undefined {
  if (isRecent(version)) return undefined;
  return `Version ${version} of ${sdkPackage} is too old: ${versionMin.join('.')} or later is needed. Run: ${installCommand(agentsDir)}`;
}

/** Throws AppError `harness_unavailable` with the command that helps. */
export async function loadSdk({ agentsDir }: Pick<HarnessParts, 'agentsDir'>): Promise<ClaudeSdk> {
  const found = await findSdk({ agentsDir });
  if (found === undefined) {
    throw new AppError(
      'harness_unavailable',
      `Claude Code is not installed for Quarterdeck. Run: ${installCommand(agentsDir)}`,
    );
  }
  const problem = problemOf(found, agentsDir);
  if (problem !== undefined) throw new AppError('harness_unavailable', problem);
  const entry = join(found.folder, textOf(found.manifest.main) ?? 'sdk.mjs');
  try {
    // A module that was imported once stays as it was: an upgrade has another name.
    const address = pathToFileURL(entry);
    address.searchParams.set('version', found.version);
    const sdk: ClaudeSdk = await import(address.href);
    if (typeof sdk.query !== 'function') throw new Error('it has no function "query"');
    return sdk;
  } catch (error) {
    throw unusable(error, agentsDir);
  }
}

export function unusable(error: unknown, agentsDir: string): AppError {
  const words = error instanceof Error ? error.message : String(error);
  return new AppError(
    'harness_unavailable',
    `The installed ${sdkPackage} cannot be used: ${words}. Install it again: ${installCommand(agentsDir)}`,
    { cause: error },
  );
}

function isRecent(version: string): boolean {
  const numbers = version.split(/[.-]/).map(Number);
  for (const [at, min] of versionMin.entries()) {
    const number = numbers[at] ?? 0;
    if (number !== min) return number > min;
  }
  return true;
}
