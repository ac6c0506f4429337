/** `quarterdeck usage`: what runs used, added up. */
import type { UsageGroup, UsageReport } from '../client/index.js';
import { type Cli, type Define, examples, readCount, readDay } from './cli.js';
import { findProject, findSession } from './find-id.js';
import { showList } from './lists.js';
import { durationWords } from './time-words.js';

interface Flags {
  by: UsageReport['by'];
  project?: string;
  session?: string;
  since?: string;
  until?: string;
  limit: number;
}

const kinds: readonly UsageReport['by'][] = ['day', 'project', 'session', 'harness', 'model'];
const groupsDefault = 31;

export const define: Define = (command, cli) => {
  command
    .addOption(command.createOption('--by <kind>', 'What to add up by').choices(kinds).default('day'))
    .option('-p, --project <project>', 'Only of this project')
    .option('-s, --session <session>', 'Only of this session')
    .option('--since <day>', 'From this day on, as 2026-11-23 (UTC)', readDay)
    .option('--until <day>', 'Up to this day', readDay)
    .option('--limit <count>', 'At most so many rows', readCount, groupsDefault)
    .addHelpText(
      'after',
      examples(['usage', 'usage --by project --since 2026-11-01', 'usage --by model --json']),
    )
    .action((flags: Flags) => usage(cli, flags));
};

async function usage(cli: Cli, { by, project, session, since, until, limit }: Flags): Promise<void> {
  const client = await cli.client();
  const report = await client.usage.get({
    by,
    limit,
    ...(since !== undefined && { from: since }),
    ...(until !== undefined && { to: until }),
    ...(project !== undefined && { projectId: (await findProject(client, project)).projectId }),
    ...(session !== undefined && { sessionId: await findSession(client, session) }),
  });
  if (cli.terminal.json) {
    cli.terminal.printJson(report);
    return;
  }
  const rows: UsageGroup[] = [...report.groups, { key: 'total', ...report.total }];
  showList<UsageGroup>(cli, rows, [
    { title: by.toUpperCase(), of: ({ key, name }) => name ?? (key === '' ? '(by the agent)' : key) },
    { title: 'RUNS', of: ({ runs }) => runs },
    { title: 'FAILED', of: ({ failed }) => failed },
    { title: 'TOKENS IN', of: ({ inputTokens }) => inputTokens },
    { title: 'OUT', of: ({ outputTokens }) => outputTokens },
    { title: 'COST USD', of: ({ costUsd }) => costUsd.toFixed(2) },
    { title: 'TOOLS', of: ({ toolCalls }) => toolCalls },
    { title: 'TIME', of: ({ activeMs }) => durationWords(activeMs) },
  ]);
}
