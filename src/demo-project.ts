/** The project `rex`, so that the first command of a new user has something to work on. */
import { existsSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Core } from './core/index.js';

const exampleFolder = fileURLToPath(new URL('../examples/rex', import.meta.url));

/** Once for a data directory: whoever removes the project keeps it removed. Whether it was made. */
export async function createDemoProject(core: Core, home: string): Promise<boolean> {
  const root = join(home, 'projects', 'rex');
  const made = join(home, 'projects', '.rex-made');
  const [anyProject] = await core.projects.list({ limit: 1 });
  if (anyProject !== undefined || existsSync(made)) return false;
  await cp(exampleFolder, root, { recursive: true, force: false });
  await core.projects.create({ projectId: 'rex', name: 'rex', root, defaultTarget: 'smokey' }, undefined);
  // Last, so that a start that was cut off is made good by the next one.
  await writeFile(made, '');
  return true;
}
