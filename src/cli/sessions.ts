/** `quarterdeck sessions`: newest first. */
import type { Session } from '../client/index.js';
import { type Cli, type Define, examples, readCount } from './cli.js';
import { findProject } from './find-id.js';
import { listMaxDefault, sayLimit, showList } from './lists.js';
import { collectRows, readRows } from './read-rows.js';

interface Flags {
  project?: string;
  archived?: boolean;
  all?: boolean;
  limit: number;
}

export const define: Define = (command, cli) => {
  command
    .option('-p, --project <project>', 'Only of this project')
    .option('--archived', 'Only archived ones')
    .option('--all', 'Archived ones too')
    .option('--limit <count>', 'At most so many', readCount, listMaxDefault)
    .addHelpText('after', examples(['sessions', 'sessions --project rex --json | jq -r .sessionId']))
    .action((flags: Flags) => list(cli, flags));
};

async function list(cli: Cli, { project, archived, all, limit }: Flags): Promise<void> {
  const client = await cli.client();
  const query = {
    archived: all ? 'all' : archived ? 'true' : 'false',
    ...(project !== undefined && { projectId: (await findProject(client, project)).projectId }),
  };
  const rows = await collectRows(readRows(client, 'listSessions', { query, max: limit }, (page) => page));
  showList<Session>(cli, rows, [
    { title: 'SESSION', of: ({ sessionId }) => sessionId, is: 'id' },
    { title: 'STATUS', of: ({ status }) => status },
    { title: 'PROJECT', of: ({ projectId }) => projectId },
    { title: 'TARGET', of: ({ aspTargetName }) => aspTargetName },
    { title: 'LAST ACTIVE', of: ({ lastActivityAt }) => lastActivityAt, is: 'time' },
    { title: 'NAME', of: ({ name }) => name },
  ]);
  sayLimit(cli, rows, limit);
}
