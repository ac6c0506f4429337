/** `quarterdeck fork`: a new session that knows what another one knew. */
import { type Define, examples } from './cli.js';
import { findRun, findSession } from './find-id.js';

interface Flags {
  at?: string;
  name?: string;
}

export const define: Define = (command, cli) => {
  command
    .argument('<session>', 'Id, the beginning of one, name, or @last')
    .option('--at <run>', 'As it was after this run; without it as it is now')
    .option('-n, --name <name>', 'Of the new session')
    .addHelpText('after', examples(['fork @last', 'fork notes --at run_0198f3 --name "Another way"']))
    .action(async (session: string, { at, name }: Flags) => {
      const client = await cli.client();
      const fork = await client.sessions.fork(await findSession(client, session), {
        ...(at !== undefined && { atRunId: await findRun(client, at) }),
        ...(name !== undefined && { name }),
      });
      if (cli.terminal.json) cli.terminal.printJson(fork);
      else cli.terminal.print(fork.sessionId);
    });
};
