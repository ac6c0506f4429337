/** `quarterdeck projects`: the folders that agents work in. */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { ApiError, type Budget, type RouteBody } from '../client/index.js';
import { budgetExample, readBudgetOrNone } from './budget.js';
import { type Cli, type Define, examples } from './cli.js';
import { Refusal, UsageError } from './exits.js';
import { findProject } from './find-id.js';
import { showList, showOne } from './lists.js';
import { collectRows, readRows } from './read-rows.js';

interface AddFlags {
  id?: string;
  name?: string;
  target?: string;
}

interface SetFlags {
  name?: string;
  target?: string;
  budget?: Budget | 'none';
  dailyBudget?: Budget | 'none';
  autoResume?: boolean;
  onRestart?: 'fail' | 'continue';
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
    .command('set')
    .description('Change a project, and how its runs are held')
    .argument('<project>', 'Id or name')
    .option('-n, --name <name>', 'For people')
    .option('-t, --target <target>', 'How new sessions work that name no target; "none" for no default')
    .option(
      '--budget <bounds>',
      `Of all its runs, such as ${budgetExample}; "none" for no bounds`,
      readBudgetOrNone,
    )
    .option('--daily-budget <bounds>', 'The same, of those within a day (UTC)', readBudgetOrNone)
    .option('--auto-resume', 'Parked runs go on by themselves when that makes sense')
    .option('--no-auto-resume', 'They wait for somebody, which is the default')
    .addOption(
      new Option(
        '--on-restart <policy>',
        'What becomes of runs that are active when the server dies',
      ).choices(['fail', 'continue']),
    )
    .action((project: string, flags: SetFlags) => set(cli, project, flags));
  command
    .command('remove')
    .description('Remove a project with its sessions and logs; its folder stays')
    .argument('<project>', 'Its whole id')
    .action((projectId: string) => remove(cli, projectId));
  command.addHelpText(
    'afterAll',
    examples([
      'projects',
      'projects add . --id mine',
      'projects set mine --daily-budget cost=20 --on-restart continue',
      'projects remove mine',
    ]),
  );
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

async function set(cli: Cli, text: string, flags: SetFlags): Promise<void> {
  const { name, target, budget, dailyBudget, ...rules } = flags;
  const change: RouteBody<'updateProject'> = {
    ...rules,
    ...(name !== undefined && { name }),
    ...(target !== undefined && { defaultTarget: orNull(target) }),
    ...(budget !== undefined && { budget: orNull(budget) }),
    ...(dailyBudget !== undefined && { dailyBudget: orNull(dailyBudget) }),
  };
  if (Object.keys(change).length === 0)
    throw new UsageError('say what to change: quarterdeck projects set --help');
  const client = await cli.client();
  const { projectId } = await findProject(client, text);
  showOne(cli, await client.projects.update(projectId, change));
}

function orNull<T>(value: T | 'none'): T | null {
  return value === 'none' ? null : value;
}

/** Takes no beginning of an id and no name: what it removes does not come back. */
async function remove(cli: Cli, projectId: string): Promise<void> {
  const client = await cli.client();
  const answer = await client.projects.delete(projectId).catch(async (error: unknown) => {
    if (!(error instanceof ApiError && error.code === 'project_not_found')) throw error;
    // Says itself where there is none of that name either, and what else may be meant.
    const meant = await findProject(client, projectId);
    throw new Refusal(
      `There is no project with the id "${projectId}". Did you mean "${meant.projectId}"? To remove a project, say its whole id.`,
    );
  });
  if (cli.terminal.json) cli.terminal.printJson(answer);
  else cli.terminal.print(`${answer.projectId} removed`);
}
