/** Where Pi is, and whether this Node can run it: it is a program for Node, which needs no more than a path. */
import { join } from 'node:path';
import { AppError } from '../../contract/index.js';
import {
  type FoundPackage,
  fieldsOf,
  findOnPath,
  findPackage,
  type HarnessParts,
  installCommandOf,
  quoted,
  textOf,
} from '../process/index.js';

const packageName = '@earendil-works/pi-coding-agent';
/** The version that this adapter was made with; later ones need a later Node. */
const packageVersion = '0.74.2';

export interface PiProgram {
  /** Its main file, for Node. */
  path: string;
  /** What a user types to start it: one that was installed for Quarterdeck is on nobody's path. */
  command: string;
  version: string;
  /** Why it cannot run here. */
  problem?: string;
}

type Places = Pick<HarnessParts, 'agentsDir' | 'baseEnv'>;

export function installCommand({ agentsDir }: Places): string {
  return installCommandOf(agentsDir, 'pi', [`${packageName}@${packageVersion}`]);
}

/** @param cwd Of a project that may have a Pi of its own. */
export async function findPi(places: Places, cwd?: string): Promise<PiProgram | undefined> {
  const found = await findPackage(
    { packageName, agentFolder: 'pi', command: 'pi', ...(cwd === undefined ? {} : { cwd }) },
    { agentsDir: places.agentsDir, path: places.baseEnv.PATH },
  );
  if (found === undefined) return undefined;
  const { bin } = found.manifest;
  const main = textOf(bin) ?? textOf(fieldsOf(bin).pi);
  const problem =
    main === undefined ? `Its package in ${found.folder} has no program "pi".` : misfitOf(found, places);
  const command = join(found.folder, '../../.bin/pi');
  return {
    path: join(found.folder, main ?? ''),
    command: (await findOnPath(command, undefined)) === undefined ? 'pi' : quoted(command),
    version: found.version,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Throws `harness_unavailable` that says what to install. */
export async function requirePi(places: Places, cwd: string): Promise<PiProgram> {
  const program = await findPi(places, cwd);
  if (program === undefined)
    throw new AppError('harness_unavailable', `Pi is not installed. Install it: ${installCommand(places)}`);
  if (program.problem !== undefined) throw new AppError('harness_unavailable', program.problem);
  return program;
}

function misfitOf({ version, manifest }: FoundPackage, places: Places): string | undefined {
  const wanted = textOf(fieldsOf(manifest.engines).node);
  if (wanted === undefined || fitsNode(wanted, process.versions.node)) return undefined;
  return `Pi ${version} needs Node ${wanted}; this server runs on ${process.versions.node}. Install one that fits: ${installCommand(places)}`;
}

/** Of the one form that Pi uses, `>=A.B.C`; any other is left to Node itself. */
export function fitsNode(wanted: string, version: string): boolean {
  const least = /^>=\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(wanted.trim())?.slice(1);
  if (least === undefined) return true;
  const own = version.split('.').map(Number);
  for (const [index, text] of least.entries()) {
    const difference = (own[index] ?? 0) - Number(text ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
