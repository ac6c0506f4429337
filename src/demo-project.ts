/** The project `rex`, so that the first command of a new user has something to work on. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Project } from './contract/index.js';
import type { Core } from './core/index.js';

const exampleFolder = fileURLToPath(new URL('../examples/rex', import.meta.url));

export async function createDemoProject(core: Core, home: string): Promise<Project> {
  const root = join(home, 'projects', 'rex');
  await cp(exampleFolder, root, { recursive: true, force: false });
  return core.projects.create({ projectId: 'rex', name: 'rex', root, defaultTarget: 'smokey' }, undefined);
}
