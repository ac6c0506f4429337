/** Where programs that speak ACP are, and which of them we know by name. */
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type AgentProgram, AppError } from '../../contract/index.js';
import { findOnPath, installCommandOf, packageAround } from '../process/index.js';

interface KnownProgram {
  name: string;
  command: string;
  /** Absent: it does not come from npm. */
  packageName?: string;
}

const knownPrograms: readonly KnownProgram[] = [
  { name: 'opencode', command: 'opencode', packageName: 'opencode-ai' },
  { name: 'Gemini CLI', command: 'gemini', packageName: '@google/gemini-cli' },
  { name: 'goose', command: 'goose' },
  { name: 'Qwen Code', command: 'qwen', packageName: '@qwen-code/qwen-code' },
  {
    name: 'Claude, by its ACP wrapper',
    command: 'claude-agent-acp',
    packageName: '@agentclientprotocol/claude-agent-acp',
  },
  { name: 'Codex, by its ACP wrapper', command: 'codex-acp', packageName: '@agentclientprotocol/codex-acp' },
  { name: 'Pi, by its ACP wrapper', command: 'pi-acp', packageName: 'pi-acp' },
];

/** Agents that are looked through for a program. */
const agentFoldersMax = 100;

export interface ProgramPlaces {
  /** Where agents are installed that were installed for Quarterdeck, absolute. */
  agentsDir: string;
  path: string | undefined;
}

/** Along the path, then among the agents that were installed for Quarterdeck. Throws AppError `harness_unavailable`. */
export async function locateProgram(command: string, places: ProgramPlaces): Promise<string> {
  // What names a place is looked for there, when it is started.
  if (command.includes('/')) return command;
  const found = await findProgram(command, places);
  if (found !== undefined) return found;
  const known = knownPrograms.find((program) => program.command === command);
  const install = known === undefined ? undefined : installCommand(known, places.agentsDir);
  throw new AppError(
    'harness_unavailable',
    `The program "${command}" is neither on the PATH of the server nor among the agents in ${places.agentsDir}. ${
      install === undefined
        ? 'Install it, or give its absolute path as "command" of the target.'
        : `Install it: ${install}`
    }`,
  );
}

/** Of every known program, without running it. */
export function inspectPrograms(places: ProgramPlaces): Promise<AgentProgram[]> {
  return Promise.all(knownPrograms.map((known) => inspectProgram(known, places)));
}

async function inspectProgram(known: KnownProgram, places: ProgramPlaces): Promise<AgentProgram> {
  const { name, command, packageName } = known;
  const install = installCommand(known, places.agentsDir);
  const program = {
    name,
    login: 'unknown' as const,
    ...(install === undefined ? {} : { installCommand: install }),
  };
  const path = await findProgram(command, places);
  if (path === undefined) {
    const problem = `The program "${command}" is neither on the PATH of the server nor among its agents.`;
    return { ...program, found: false, problem };
  }
  const version = packageName === undefined ? undefined : await versionOf(path, packageName);
  return { ...program, found: true, path, ...(version === undefined ? {} : { version }) };
}

async function findProgram(command: string, { agentsDir, path }: ProgramPlaces): Promise<string | undefined> {
  const onPath = await findOnPath(command, path);
  if (onPath !== undefined) return onPath;
  const folders = await readdir(agentsDir).catch(() => [] as string[]);
  for (const folder of folders.sort().slice(0, agentFoldersMax)) {
    const found = await findOnPath(join(agentsDir, folder, 'node_modules/.bin', command), path);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function versionOf(path: string, packageName: string): Promise<string | undefined> {
  const file = await realpath(path).catch(() => undefined);
  return file === undefined ? undefined : (await packageAround(file, packageName))?.version;
}

function installCommand({ command, packageName }: KnownProgram, agentsDir: string): string | undefined {
  return packageName === undefined ? undefined : installCommandOf(agentsDir, command, [packageName]);
}
