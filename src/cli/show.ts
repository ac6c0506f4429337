/** `quarterdeck show`: one session, run or project with all its fields. */
import { ApiError } from '../client/index.js';
import { type Cli, type Define, examples } from './cli.js';
import { Refusal } from './exits.js';
import { findProject, findRun, findSession } from './find-id.js';
import { showOne } from './lists.js';

export const define: Define = (command, cli) => {
  command
    .argument(
      '<id>',
      'A session, run or project: id, the beginning of one, name, or @last for the newest run',
    )
    .addHelpText('after', examples(['show @last', 'show rex', 'show ses_0198f3 --json']))
    .action((id: string) => show(cli, id));
};

async function show(cli: Cli, text: string): Promise<void> {
  const client = await cli.client();
  const session = async () => client.sessions.get(await findSession(client, text));
  if (text === '@last' || text.startsWith('run_'))
    return showOne(cli, await client.runs.get(await findRun(client, text)));
  if (text.startsWith('ses_')) return showOne(cli, await session());
  const said: string[] = [];
  for (const look of [() => findProject(client, text), session]) {
    try {
      return showOne(cli, await look());
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof ApiError && error.status === 404)) throw error;
      said.push(...(/Did you mean "[^"]*"\?/.exec(error.message) ?? []));
    }
  }
  throw new Refusal([`There is no session, run or project "${text}".`, ...said.slice(0, 1)].join(' '));
}
