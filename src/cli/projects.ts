/** `quarterdeck projects`: the folders that agents work in. */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Cli, type Define, examples } from './cli.js';
import { findProject } from './find-id.js';
import { showList, showOne } from './lists.js';
import { collectRows, readRows } from './read-rows.js';

interface AddFlags {
  id?: string;
  name?: string;
  target?: string;
}

export const define: Define = (command, cli) => {
  command
    .command('list', { isDefault: true })
    .description('In order of their ids')
    .action(() => list(cli));
  command
    .command('add')
    .description('Make a folder a project')
    .argument('<folder>', 'As the server sees it; a relative one is taken from here')
    .option('--id <id>', 'Made from the name of the folder where none is given')
    .option('-n, --name <name>', 'For people')
    .option('-t, --target <target>', 'How new sessions work that name no target')
    .action((folder: string, flags: AddFlags) => add(cli, folder, flags));
  command
    .command('remove')
    .description('Remove a project with its sessions and logs; its folder stays')
    .argument('<project>', 'Its whole id')
    .action((projectId: string) => remove(cli, projectId));
  command.addHelpText('after', examples(['projects', 'projects add . --id mine', 'projects remove mine']));
};

async function list(cli: Cli): Promise<void> {
  const rows = await collectRows(readRows(await cli.client(), 'listProjects', {}, (page) => page));
  showList(cli, rows, [
    { title: 'PROJECT', of: ({ projectId }) => projectId },
    { title: 'FOLDER', of: ({ root }) => root },
    { title: 'TARGET', of: ({ defaultTarget }) => defaultTarget },
    { title: 'NAME', of: ({ name }) => name },
  ]);
}

async function add(cli: Cli, folder: string, { id, name, target }: AddFlags): Promise<void> {
  const path = resolve(cli.parts.folder, folder);
  const client = await cli.client();
  const project = await client.projects.create({
    // The server may see folders that are not here; of those that are, it wants the real path.
    root: await realpath(path).catch(() => path),
    ...(id !== undefined && { projectId: id }),
    ...(name !== undefined && { name }),
    ...(target !== undefined && { defaultTarget: target }),
  });
  if (cli.terminal.json) showOne(cli, project);
  else cli.terminal.print(project.projectId);
}

/** Takes no beginning of an id and no name: what it removes does not come back. */
async function remove(cli: Cli, projectId: string): Promise<void> {
  const client = await cli.client();
  const answer = await client.projects.delete(projectId).catch(async (error: unknown) => {
    const meant = await findProject(client, projectId).catch(() => undefined);
    if (meant !== undefined && meant.projectId !== projectId)
      cli.terminal.warn(`Did you mean "${meant.projectId}"? To remove a project, say its whole id.`);
    throw error;
  });
  if (cli.terminal.json) cli.terminal.printJson(answer);
  else cli.terminal.print(`${answer.projectId} removed`);
}
