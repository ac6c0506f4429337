/** `quarterdeck queue`: what waits in a session. */
import { type Cli, type Define, examples } from './cli.js';
import { findSession } from './find-id.js';
import { readUpTo, showList } from './lists.js';

const sessionArgument = ['<session>', 'Id, the beginning of one, name, or @last'] as const;

export const define: Define = (command, cli) => {
  command
    .command('list', { isDefault: true })
    .description('What waits, in its order')
    .argument(...sessionArgument)
    .action((session: string) => list(cli, session));
  command
    .command('pause')
    .description('Start no more of what waits; what is active goes on')
    .argument(...sessionArgument)
    .action((session: string) => set(cli, session, 'pauseQueue'));
  command
    .command('resume')
    .description('Start again what waits')
    .argument(...sessionArgument)
    .action((session: string) => set(cli, session, 'resumeQueue'));
  command.addHelpText('after', examples(['queue @last', 'queue pause notes', 'queue resume notes']));
};

async function list(cli: Cli, text: string): Promise<void> {
  const client = await cli.client();
  const query = { sessionId: await findSession(client, text), status: 'queued' };
  const newestFirst = await readUpTo(
    client,
    'listRuns',
    { query },
    Number.POSITIVE_INFINITY,
    (page) => page.runs,
  );
  const rows = newestFirst.sort((a, b) => (a.queuePosition ?? 0) - (b.queuePosition ?? 0));
  showList(cli, rows, [
    { title: 'PLACE', of: ({ queuePosition }) => queuePosition },
    { title: 'RUN', of: ({ runId }) => runId },
    { title: 'PROMPT', of: ({ inputPreview }) => inputPreview },
  ]);
}

async function set(cli: Cli, text: string, change: 'pauseQueue' | 'resumeQueue'): Promise<void> {
  const client = await cli.client();
  const session = await client.sessions[change](await findSession(client, text));
  if (cli.terminal.json) return cli.terminal.printJson(session);
  const { paused, length } = session.queue;
  cli.terminal.print(`${session.sessionId} ${paused ? 'paused' : 'open'}, ${length} waiting`);
}
