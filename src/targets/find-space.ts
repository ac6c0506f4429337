/** Where a reference leads: to one folder, which is inside the project, its repository or a shared root. */
import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { broken } from './broken.js';
import { isWithin, type ReadFiles } from './read-files.js';
import type { SpaceReference } from './space-reference.js';

export interface SpacePlaces {
  /** Absolute path of the project. */
  root: string;
  /** Folders with `spaces/ID` below, the first one first. They need not be there. */
  sharedRoots: readonly string[];
}

export interface FoundSpace {
  /** Real path. */
  folder: string;
  /** Real path of the shared root that it was found in; absent for a space of the project. */
  sharedRoot?: string;
}

/** What names a space: the project itself, or another space. */
export interface Namer {
  /** Relative folders start here. */
  folder: string;
  sharedRoot?: string;
  /** `file:line:column` of the reference. */
  place: string;
}

/** Throws `target_invalid` at the place of the reference. */
export async function findSpace(
  reference: SpaceReference,
  namer: Namer,
  places: SpacePlaces,
  files: ReadFiles,
): Promise<FoundSpace> {
  switch (reference.kind) {
    case 'agent':
      throw broken(
        namer.place,
        `${reference.text}: there are no agent homes here. Put the space into the project and write "space:project:${reference.id}".`,
      );
    case 'project':
      return findInProject(reference, namer, places, files);
    case 'shared':
      return findShared(reference, namer, places, files);
    case 'path':
      return findByPath(reference, namer, places, files);
  }
}

async function findInProject(
  { id, text }: SpaceReference & { id: string },
  { sharedRoot, place }: Namer,
  { root }: SpacePlaces,
  files: ReadFiles,
): Promise<FoundSpace> {
  if (sharedRoot !== undefined) {
    throw broken(place, `${text}: a shared space cannot depend on a space of one project.`);
  }
  const project = await realpath(root);
  const path = join(project, 'spaces', id);
  const folder = await files.realFolder(path);
  if (folder === undefined)
    throw broken(place, `${text}: there is no folder ${path}. Make it, or mend the name.`);
  if (!isWithin(project, folder)) throw leadsOut(place, text, path, project);
  return { folder };
}

async function findShared(
  { id, text }: SpaceReference & { id: string },
  { place }: Namer,
  { sharedRoots }: SpacePlaces,
  files: ReadFiles,
): Promise<FoundSpace> {
  const tried: string[] = [];
  for (const sharedRoot of sharedRoots) {
    const path = join(sharedRoot, 'spaces', id);
    tried.push(path);
    const folder = await files.realFolder(path);
    if (folder === undefined) continue;
    const real = await realpath(sharedRoot);
    if (!isWithin(real, folder)) throw leadsOut(place, text, path, real);
    return { folder, sharedRoot: real };
  }
  if (tried.length === 0)
    throw broken(place, `${text}: this server has no folder of shared spaces: set ASP_HOME.`);
  throw broken(place, `${text}: there is no such shared space; looked for ${tried.join(' and ')}.`);
}

async function findByPath(
  { folder: written, text }: SpaceReference & { folder: string },
  namer: Namer,
  { root, sharedRoots }: SpacePlaces,
  files: ReadFiles,
): Promise<FoundSpace> {
  const path = resolve(namer.folder, written);
  const shared = (await Promise.all(sharedRoots.map(realOrNothing))).filter((real) => real !== undefined);
  const repository = await repositoryOf(await realpath(root));
  // A shared space must work for every project: it names nothing outside of its root.
  const allowed = namer.sharedRoot === undefined ? [repository, ...shared] : [namer.sharedRoot];
  const folder = await files.realFolder(path);
  // Whether something is there is nobody's business outside of what is allowed.
  if (!allowed.some((boundary) => isWithin(boundary, folder ?? path))) {
    throw leadsOut(namer.place, text, path, allowed.join(' and '));
  }
  if (folder === undefined)
    throw broken(namer.place, `${text}: there is no folder ${path}. Make it, or mend the path.`);
  const sharedRoot = shared.find((real) => isWithin(real, folder));
  return { folder, ...(sharedRoot === undefined ? {} : { sharedRoot }) };
}

function leadsOut(place: string, text: string, path: string, boundary: string) {
  return broken(place, `${text}: ${path} leads out of ${boundary}. Put a copy of the space inside.`);
}

/** The nearest folder above the project that is a git repository, for spaces beside it; else the project. */
async function repositoryOf(project: string): Promise<string> {
  for (let folder = project; ; folder = dirname(folder)) {
    if (await exists(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return project;
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function realOrNothing(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}
