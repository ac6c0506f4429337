/** `quarterdeck runs`: newest first. */
import type { RunStatus, RunSummary } from '../client/index.js';
import { type Cli, type Define, examples, readCount } from './cli.js';
import { findProject, findSession } from './find-id.js';
import { listMaxDefault, sayLimit, showList } from './lists.js';
import { collectRows, readRows } from './read-rows.js';

interface Flags {
  session?: string;
  project?: string;
  status?: string;
  limit: number;
}

/** All of them: the compiler says when one is missing. */
const statuses: Record<RunStatus, true> = {
  queued: true,
  steering: true,
  injecting: true,
  running: true,
  awaiting_permission: true,
  parked: true,
  completed: true,
  failed: true,
  cancelled: true,
};

export const define: Define = (command, cli) => {
  command
    .option('-s, --session <session>', 'Only of this session')
    .option('-p, --project <project>', 'Only of this project')
    .addOption(command.createOption('--status <status>', 'Only in this state').choices(Object.keys(statuses)))
    .option('--limit <count>', 'At most so many', readCount, listMaxDefault)
    .addHelpText('after', examples(['runs --status running', 'runs --session @last']))
    .action((flags: Flags) => list(cli, flags));
};

async function list(cli: Cli, { session, project, status, limit }: Flags): Promise<void> {
  const client = await cli.client();
  const query = {
    ...(session !== undefined && { sessionId: await findSession(client, session) }),
    ...(project !== undefined && { projectId: (await findProject(client, project)).projectId }),
    ...(status !== undefined && { status }),
  };
  const rows = await collectRows(readRows(client, 'listRuns', { query, max: limit }, (page) => page.runs));
  showList<RunSummary>(cli, rows, [
    { title: 'RUN', of: ({ runId }) => runId, is: 'id' },
    { title: 'STATUS', of: ({ status: state }) => state },
    { title: 'PROJECT', of: ({ projectId }) => projectId },
    { title: 'QUEUED', of: ({ createdAt }) => createdAt, is: 'time' },
    { title: 'PROMPT', of: ({ inputPreview }) => inputPreview },
  ]);
  sayLimit(cli, rows, limit);
}
