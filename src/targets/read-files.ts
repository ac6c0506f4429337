/**
 * Reads files and folders inside a boundary, and remembers the state of each, so that whoever keeps what was made of
 * them can ask whether it still holds. A file that was not there is remembered as well: it may come.
 */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { bounds } from './bounds.js';
import { broken } from './broken.js';

export interface ReadBounds {
  /** Real path of the folder that must hold the file, also when links lead to it. */
  within: string;
  bytesMax: number;
}

export interface FolderEntry {
  name: string;
  /** Where links lead to. */
  isFolder: boolean;
}

const absent = 'absent';
const notThere = new Set(['ENOENT', 'ENOTDIR']);
/** What lies in the file or its name; anything else is a failure of the machine, and not the project's. */
const unreadable = new Set([
  ...notThere,
  'EACCES',
  'EPERM',
  'ELOOP',
  'EISDIR',
  'ENAMETOOLONG',
  'ERR_INVALID_ARG_VALUE',
]);

export class ReadFiles {
  private readonly states = new Map<string, string>();
  private bytes = 0;

  /** The text of a file; undefined when there is none. Throws `target_invalid`. */
  async readText(path: string, { within, bytesMax }: ReadBounds): Promise<string | undefined> {
    const found = await this.look(path);
    if (found === undefined) return undefined;
    if (!found.isFile) throw broken(path, 'is not a file. Put a text file in its place, or remove it.');
    if (found.size > bytesMax) {
      throw broken(path, `is larger than ${bytesMax} bytes. Make it smaller, or split it.`);
    }
    this.bytes += found.size;
    if (this.bytes > bounds.bytesMax) {
      throw broken(path, `is too much together with what else is read: more than ${bounds.bytesMax} bytes.`);
    }
    await this.realPathWithin(path, within);
    const bytes = await readFile(path).catch((error: unknown) => throwUnreadable(path, error));
    try {
      // Leaves a byte order mark out, which the readers of TOML and JSON do not take.
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw broken(path, 'is not text in UTF-8. Save it as UTF-8.');
    }
  }

  /** What is in a folder, sorted by name, without hidden entries; undefined when there is no such folder. */
  async listFolder(path: string, within: string, entriesMax: number): Promise<FolderEntry[] | undefined> {
    const found = await this.look(path);
    if (found === undefined || !found.isFolder) return undefined;
    await this.realPathWithin(path, within);
    const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) =>
      throwUnreadable(path, error),
    );
    const visible = entries.filter(({ name }) => !name.startsWith('.')).sort(byName);
    if (visible.length > entriesMax) {
      throw broken(path, `has more than ${entriesMax} entries. Split the space in several ones.`);
    }
    return Promise.all(
      visible.map(async (entry) => ({
        name: entry.name,
        isFolder: entry.isSymbolicLink()
          ? (await this.look(`${path}/${entry.name}`))?.isFolder === true
          : entry.isDirectory(),
      })),
    );
  }

  async isThere(path: string): Promise<boolean> {
    return (await this.look(path)) !== undefined;
  }

  /** A file that somebody else reads or runs; undefined when there is none. Throws `target_invalid` when it leads out. */
  async findFile(path: string, within: string): Promise<{ isExecutable: boolean } | undefined> {
    const found = await this.look(path);
    if (found === undefined) return undefined;
    await this.realPathWithin(path, within);
    return found.isFile ? { isExecutable: found.isExecutable } : undefined;
  }

  /** The real path of a folder; undefined when there is none. */
  async realFolder(path: string): Promise<string | undefined> {
    const found = await this.look(path);
    if (found?.isFolder !== true) return undefined;
    return realpath(path).catch((error: unknown) => throwUnreadable(path, error));
  }

  /** Nothing that was read or missed has changed since. */
  async areUnchanged(): Promise<boolean> {
    const states = await Promise.all(
      [...this.states].map(async ([path, state]) => (await stateOf(path)).state === state),
    );
    return states.every(Boolean);
  }

  /** Throws `target_invalid` for what links, or `..`, lead out of the folder. */
  private async realPathWithin(path: string, within: string): Promise<void> {
    const real = await realpath(path).catch((error: unknown) => throwUnreadable(path, error));
    if (isWithin(within, real)) return;
    throw broken(path, `leads out of ${within}. Put a copy inside, and no link.`);
  }

  /** The state is that before reading: a change in between is noticed by the next look. */
  private async look(path: string): Promise<Found | undefined> {
    const { state, found } = await stateOf(path);
    this.states.set(path, state);
    if (this.states.size > bounds.filesMax) {
      throw broken(path, `is one file or folder too many: more than ${bounds.filesMax} for one target.`);
    }
    return found;
  }
}

/** Both absolute and real; a folder is within itself. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}

interface Found {
  isFile: boolean;
  isFolder: boolean;
  isExecutable: boolean;
  size: number;
}

async function stateOf(path: string): Promise<{ state: string; found?: Found }> {
  try {
    const facts = await stat(path, { bigint: true });
    const { mtimeNs, ctimeNs, size, ino, dev, mode } = facts;
    return {
      state: `${mtimeNs} ${ctimeNs} ${size} ${ino} ${dev}`,
      found: {
        isFile: facts.isFile(),
        isFolder: facts.isDirectory(),
        isExecutable: (mode & 0o111n) !== 0n,
        size: Number(size),
      },
    };
  } catch (error) {
    if (notThere.has(codeOf(error))) return { state: absent };
    throwUnreadable(path, error);
  }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function throwUnreadable(path: string, error: unknown): never {
  if (!unreadable.has(codeOf(error))) throw error;
  throw broken(
    path,
    `cannot be read (${codeOf(error)}). It must be there, and open to the user of this server.`,
  );
}
