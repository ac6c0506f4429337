/** `quarterdeck events`: a part of a log as it is. */
import type { EventEnvelope, EventsPage, RouteQuery } from '../client/index.js';
import { type Cli, type Define, examples, readCount } from './cli.js';
import { findRun, findSession } from './find-id.js';
import { listMaxDefault, sayLimit, showList } from './lists.js';
import { timeWords } from './time-words.js';

interface Flags {
  types?: string;
  after?: number;
  last?: number;
  limit: number;
}

const eventsPageMax = 1000;

export const define: Define = (command, cli) => {
  command
    .argument('<id>', 'A run or a session: id, the beginning of one, name, or @last for the newest session')
    .option('--types <types>', 'Only of these types, with commas')
    .option('--after <seq>', 'Only behind this event', readCount)
    .option('--last <count>', 'Only the latest so many', readCount)
    .option('--limit <count>', 'At most so many', readCount, listMaxDefault)
    .addHelpText(
      'after',
      examples(['events @last --last 20', 'events run_0198f3 --types message_end --json']),
    )
    .action((id: string, flags: Flags) => list(cli, id, flags));
};

async function list(cli: Cli, text: string, { types, ...part }: Flags): Promise<void> {
  const client = await cli.client();
  const isRun = text.startsWith('run_');
  const id = isRun ? await findRun(client, text) : await findSession(client, text);
  const filter = types === undefined ? {} : { types: types.split(',') };
  const events = await readLog(
    (query) =>
      isRun
        ? client.runs.listEvents(id, { ...filter, ...query })
        : client.sessions.listEvents(id, { ...filter, ...query }),
    part,
  );
  showList(cli, events, [
    { title: 'SEQ', of: ({ seq }) => seq },
    { title: 'TIME', of: ({ ts }) => timeWords(ts) },
    { title: 'TYPE', of: ({ type }) => type },
    { title: 'EVENT', of: ({ event: { type: _, ...fields } }) => JSON.stringify(fields) },
  ]);
  sayLimit(cli, events, part.last ?? part.limit);
}

/** Pages by seq, which cost the same wherever in the log they are; from the end when the latest are asked for. */
async function readLog(
  readPage: (query: RouteQuery<'listRunEvents'>) => Promise<EventsPage>,
  { after, last, limit }: Omit<Flags, 'types'>,
): Promise<EventEnvelope[]> {
  const max = last ?? limit;
  const order = last === undefined ? 'asc' : 'desc';
  const found: EventEnvelope[] = [];
  let range: { after?: number; before?: number } = after === undefined ? {} : { after };
  while (found.length < max) {
    const page = await readPage({ ...range, order, limit: Math.min(eventsPageMax, max - found.length) });
    found.push(...page.events);
    const end = page.events.at(-1);
    if (!page.hasMore || end === undefined) break;
    range = order === 'asc' ? { after: end.seq } : { ...range, before: end.seq };
  }
  return last === undefined ? found : found.reverse();
}
