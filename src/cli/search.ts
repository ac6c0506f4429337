/** `quarterdeck search`: prompts and messages by their words. */
import type { SearchHit } from '../client/index.js';
import { type Cli, type Define, examples, readCount } from './cli.js';
import { findProject, findSession } from './find-id.js';
import { sayLimit, showList } from './lists.js';
import { collectRows, readRows } from './read-rows.js';

interface Flags {
  project?: string;
  session?: string;
  limit: number;
}

const hitsDefault = 20;
/** The server gives no more hits in one page. */
const pageHitsMax = 50;

export const define: Define = (command, cli) => {
  command
    .argument('<words>', 'What to look for')
    .option('-p, --project <project>', 'Only in this project')
    .option('-s, --session <session>', 'Only in this session')
    .option('--limit <count>', 'At most so many', readCount, hitsDefault)
    .addHelpText('after', examples(['search "failing test"', 'search deploy --project rex --json']))
    .action((words: string, flags: Flags) => search(cli, words, flags));
};

async function search(cli: Cli, words: string, { project, session, limit }: Flags): Promise<void> {
  const client = await cli.client();
  const query = {
    q: words,
    ...(project !== undefined && { projectId: (await findProject(client, project)).projectId }),
    ...(session !== undefined && { sessionId: await findSession(client, session) }),
  };
  const question = { query, max: limit, pageRowsMax: pageHitsMax };
  const hits = await collectRows(readRows(client, 'search', question, (page) => page.hits));
  showList<SearchHit>(cli, hits, [
    { title: 'SESSION', of: ({ sessionId }) => sessionId, is: 'id' },
    { title: 'SEQ', of: ({ seq }) => seq },
    { title: 'TIME', of: ({ ts }) => ts, is: 'time' },
    { title: 'KIND', of: ({ kind }) => kind },
    { title: 'WORDS', of: ({ snippet }) => snippet },
  ]);
  sayLimit(cli, hits, limit);
}
