/**
 * Whether the folder of a shared space is what a selector asks for. There is no registry with a history behind a shared
 * root here: a promise about content that the folder cannot keep is refused, and one that nobody can check is warned of.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { bounds } from './bounds.js';
import { broken, placeAt } from './broken.js';
import { checkFile, parseJson } from './parsed-file.js';
import type { ReadFiles } from './read-files.js';
import type { Selector, SpaceReference } from './space-reference.js';

const distTags = z.record(z.string(), z.record(z.string(), z.string()));

export interface VersionedFolder {
  id: string;
  /** Of its `space.toml`. */
  version: string | undefined;
  /** Real path of the shared root that holds `spaces/` and perhaps `registry/dist-tags.json`. */
  root: string;
}

/** Warnings. Throws `target_invalid`, at `place`, where the folder is known to be something else. */
export async function checkVersion(
  reference: SpaceReference,
  place: string,
  folder: VersionedFolder,
  files: ReadFiles,
): Promise<string[]> {
  const { selector, text } = reference;
  const stands = `${place}: ${text}: the folder is used as it stands`;
  switch (selector.kind) {
    case 'dev':
      return [];
    case 'head':
      return [`${stands}, with changes that are not committed yet. Write "@dev" to say so.`];
    case 'commit':
      throw broken(place, `${text} asks for a commit, which this version cannot fetch. Write "@dev".`);
    case 'version':
      checkRange(text, selector, place, folder);
      return [];
    case 'tag':
      return checkTag(selector.tag, stands, place, folder, files);
  }
}

function checkRange(
  text: string,
  { range }: Extract<Selector, { kind: 'version' }>,
  place: string,
  { version }: VersionedFolder,
): void {
  if (version !== undefined && satisfies(version, range)) return;
  const found = version === undefined ? 'no version' : `version ${version}`;
  throw broken(
    place,
    `${text} asks for ${range}, but the folder has ${found}. Bring it there, or write "@dev".`,
  );
}

/** A tag that names another version is followed by the format's own tool too when the registry is a plain folder. */
async function checkTag(
  tag: string,
  stands: string,
  place: string,
  { id, version, root }: VersionedFolder,
  files: ReadFiles,
): Promise<string[]> {
  const path = join(root, 'registry', 'dist-tags.json');
  const text = await files.readText(path, { within: root, bytesMax: bounds.tableBytesMax });
  if (text === undefined) return [`${stands}: there is no ${path} to say which version "${tag}" is.`];
  const tags = checkFile(parseJson(text, path), distTags)[id] ?? {};
  const tagged = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
  if (tagged === undefined) {
    const at = placeAt(path, { line: 1, column: 1 });
    throw broken(place, `"${tag}" is not among the tags of "${id}" in ${at}. Add it there, or write "@dev".`);
  }
  const wanted = tagged.replace(/^v/, '');
  if (version === wanted) return [];
  return [`${stands}, which is version ${version ?? 'unknown'}; "${tag}" is ${wanted}.`];
}

/** `^` and `~` as npm reads them. A version with a pre-release tag satisfies only itself. */
export function satisfies(version: string, range: string): boolean {
  const [operator] = /^[\^~]/.exec(range) ?? [];
  const wanted = operator === undefined ? range : range.slice(1);
  if (withoutBuild(version) === withoutBuild(wanted)) return true;
  if (operator === undefined || withoutBuild(version).includes('-')) return false;
  const [major = 0, minor = 0, patch = 0] = numbersOf(version);
  const [majorMin = 0, minorMin = 0, patchMin = 0] = numbersOf(wanted);
  const isAtLeast = minor > minorMin || (minor === minorMin && patch >= patchMin);
  if (major !== majorMin || !isAtLeast) return false;
  if (operator === '~') return minor === minorMin;
  // Before 1.0 the first number that is not zero marks what may break.
  if (major > 0) return true;
  return minorMin > 0 ? minor === minorMin : minor === 0 && (patchMin === 0 || patch === patchMin);
}

function withoutBuild(version: string): string {
  return version.replace(/\+.*$/, '');
}

function numbersOf(version: string): number[] {
  return (withoutBuild(version).split('-')[0] ?? '').split('.').map(Number);
}
