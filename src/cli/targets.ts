/** `quarterdeck targets`: the ways to work in a project, and what each comes to. */
import type { TargetDescription } from '../client/index.js';
import { cleanLine } from './clean-text.js';
import { type Cli, type Define, examples } from './cli.js';
import { Refusal } from './exits.js';
import { findProjectOrHere } from './find-id.js';
import { showList } from './lists.js';
import { didYouMean } from './suggest.js';

interface Flags {
  project?: string;
}

const projectOption = [
  '-p, --project <project>',
  'Without it the project whose folder holds the present one',
] as const;

export const define: Define = (command, cli) => {
  command
    .command('list', { isDefault: true })
    .description('In the order of the file')
    .option(...projectOption)
    .action((flags: Flags) => list(cli, flags));
  command
    .command('explain')
    .description('What a target comes to, where each part is from, and what overrides what')
    .argument('<target>', 'Its name')
    .option(...projectOption)
    .action((name: string, flags: Flags) => explain(cli, name, flags));
  command.addHelpText(
    'afterAll',
    examples(['targets --project rex', 'targets explain smokey --project rex']),
  );
};

async function list(cli: Cli, { project }: Flags): Promise<void> {
  const client = await cli.client();
  const { projectId } = await findProjectOrHere(client, project, cli.parts.folder);
  const { targets, defaultTarget, warnings } = await client.projects.listTargets(projectId);
  for (const warning of warnings) cli.terminal.warn(cleanLine(warning));
  showList(cli, targets, [
    { title: 'TARGET', of: ({ name }) => (name === defaultTarget ? `${name} (default)` : name) },
    { title: 'AGENT', of: ({ harness }) => harness },
    { title: 'MODEL', of: ({ model }) => model },
    { title: 'STATE', of: ({ error }) => (error === undefined ? 'ok' : error.message) },
    { title: 'DESCRIPTION', of: ({ description }) => description },
  ]);
}

async function explain(cli: Cli, name: string, { project }: Flags): Promise<void> {
  const client = await cli.client();
  const { projectId } = await findProjectOrHere(client, project, cli.parts.folder);
  const { targets } = await client.projects.listTargets(projectId);
  const target = targets.find((one) => one.name === name);
  if (target === undefined) {
    const names = targets.map((one) => one.name);
    throw new Refusal(
      `There is no target "${cleanLine(name)}" in ${projectId}: there are ${names.join(', ') || 'none'}.${didYouMean(name, names)}`,
    );
  }
  if (cli.terminal.json) cli.terminal.printJson(target);
  else for (const line of describe(target)) cli.terminal.print(cleanLine(line).replace(/^- /, '  '));
}

function describe({
  name,
  description,
  harness,
  model,
  permissions,
  limits,
  ...target
}: TargetDescription): string[] {
  const part = (title: string, entries: readonly string[]) =>
    entries.length === 0 ? [] : [title, ...entries.map((entry) => `- ${entry}`)];
  const placed = (all: readonly { name: string; from: string }[]) =>
    all.map((one) => `${one.name} (from ${one.from})`);
  return [
    `${name}: ${description ?? 'no description'}`,
    `agent ${harness}${model === undefined ? '' : `, model ${model}`}`,
    ...(target.error === undefined ? [] : [`cannot be used: ${target.error.message}`]),
    ...part('permissions', permissions === undefined ? [] : [JSON.stringify(permissions)]),
    ...part(
      'limits',
      Object.entries(limits ?? {}).map(([limit, value]) => `${limit} ${value}`),
    ),
    ...part(
      'spaces',
      target.spaces.map(({ reference, path }) => `${reference} (${path})`),
    ),
    ...part(
      'instructions',
      target.instructions.map(({ from, bytes }) => `${bytes} bytes (from ${from})`),
    ),
    ...part('skills', placed(target.skills)),
    ...part('commands', placed(target.commands)),
    ...part('agents', placed(target.agents)),
    ...part('MCP servers', placed(target.mcpServers)),
    ...part(
      'hooks',
      target.hooks.map(({ event, script, from }) => `${event}: ${script} (from ${from})`),
    ),
    ...part('variables', placed(target.env)),
    ...part(
      'overridden',
      target.conflicts.map(
        (one) => `${one.kind} ${one.name}: ${one.winner} wins over ${one.overridden.join(', ')}`,
      ),
    ),
    ...part('warnings', target.warnings),
  ];
}
