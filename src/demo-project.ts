/** The project `rex`, so that the first command of a new user has something to work on. */
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Core } from './core/index.js';

const exampleFolder = fileURLToPath(new URL('../examples/rex', import.meta.url));

/** In an empty data directory only: whoever removes the project keeps it removed, for its folder stays. Whether it was made. */
export async function createDemoProject(core: Core, home: string): Promise<boolean> {
  const root = join(home, 'projects', 'rex');
  const [anyProject] = await core.projects.list({ limit: 1 });
  if (anyProject !== undefined || existsSync(root)) return false;
  await cp(exampleFolder, root, { recursive: true });
  await core.projects.create({ projectId: 'rex', name: 'rex', root, defaultTarget: 'smokey' }, undefined);
  return true;
}
