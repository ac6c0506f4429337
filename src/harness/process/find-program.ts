/**
 * Where the programs of agents are: none of them comes with Quarterdeck. A package is looked for in the agents' folder
 * (`AGENTS/NAME/node_modules`, what our install command fills), in the project, then where the user's `PATH` leads.
 */
import { constants } from 'node:fs';
import { access, readFile, realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { type Fields, fieldsOf, textOf } from './fields.js';

export interface FoundPackage {
  /** Absolute, without symbolic links. */
  folder: string;
  version: string;
  /** Its `package.json`. */
  manifest: Fields;
}

export interface PackageSearch {
  /** As the registry knows it. */
  packageName: string;
  /** Below the agents' folder. */
  agentFolder: string;
  /** A command of the package, for the search along `PATH`. */
  command?: string;
  /** Of the project. */
  cwd?: string;
}

export interface ProgramPlaces {
  /** Absolute. */
  agentsDir: string;
  path: string | undefined;
}

/** The first that is there, in the order above. */
export async function findPackage(
  { packageName, agentFolder, command, cwd }: PackageSearch,
  { agentsDir, path }: ProgramPlaces,
): Promise<FoundPackage | undefined> {
  const roots = [join(agentsDir, agentFolder), ...(cwd === undefined ? [] : [cwd])];
  for (const root of roots) {
    const found = await readPackage(join(root, 'node_modules', packageName), packageName);
    if (found !== undefined) return found;
  }
  const program = command === undefined ? undefined : await findOnPath(command, path);
  return program === undefined ? undefined : packageAround(await realpath(program), packageName);
}

/** Absolute path of an executable, as a shell would find it; symbolic links are kept. */
export async function findOnPath(command: string, path: string | undefined): Promise<string | undefined> {
  if (isAbsolute(command)) return (await isExecutable(command)) ? command : undefined;
  for (const folder of (path ?? '').split(delimiter)) {
    const candidate = join(folder, command);
    // A relative entry would mean another program in each project.
    if (isAbsolute(folder) && (await isExecutable(candidate))) return candidate;
  }
  return undefined;
}

/** Exactly as a user would type it after reading that an agent is missing. */
export function installCommandOf(
  agentsDir: string,
  agentFolder: string,
  packages: readonly string[],
): string {
  return `npm install --prefix ${quoted(join(agentsDir, agentFolder))} ${packages.join(' ')}`;
}

/** A path for a command that a user types. */
export function quoted(path: string): string {
  return /^[\w./@-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

/** How a target is given a key that the server was started with, as a user would write it. */
export function keyExample(name: string): string {
  return `env = { ${name} = "\${env:${name}}" }`;
}

/** The package that a file belongs to, if it is the named one. */
export async function packageAround(file: string, packageName: string): Promise<FoundPackage | undefined> {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const found = await readPackage(folder, packageName);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function readPackage(folder: string, packageName: string): Promise<FoundPackage | undefined> {
  try {
    const manifest = fieldsOf(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
    const version = textOf(manifest.version);
    if (manifest.name !== packageName || version === undefined) return undefined;
    return { folder: await realpath(folder), version, manifest };
  } catch {
    return undefined;
  }
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
