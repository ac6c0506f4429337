/** `quarterdeck events`: a part of a log as it is. */
import type { EventEnvelope } from '../client/index.js';
import { type Cli, type Define, examples, readCount } from './cli.js';
import { findRun, findSession } from './find-id.js';
import { listMaxDefault, showList, timeWords } from './lists.js';

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

async function list(cli: Cli, text: string, { types, after, last, limit }: Flags): Promise<void> {
  const client = await cli.client();
  const isRun = text.startsWith('run_');
  const id = isRun ? await findRun(client, text) : await findSession(client, text);
  const found: EventEnvelope[] = [];
  const max = last ?? limit;
  const filter = { ...(types !== undefined && { types: types.split(',') }) };
  // Pages by seq, which cost the same wherever in the log they are.
  for (let seq = after ?? 0, more = max > 0; more && found.length < max; ) {
    const query = {
      ...filter,
      limit: Math.min(eventsPageMax, max - found.length),
      ...(last === undefined
        ? { after: seq }
        : { after, order: 'desc' as const, ...(seq > 0 && found.length > 0 && { before: seq }) }),
    };
    const page = isRun
      ? await client.runs.listEvents(id, query)
      : await client.sessions.listEvents(id, query);
    found.push(...page.events);
    seq = page.events.at(-1)?.seq ?? seq;
    more = page.hasMore && page.events.length > 0;
  }
  if (last !== undefined) found.reverse();
  showList(cli, found, [
    { title: 'SEQ', of: ({ seq }) => seq },
    { title: 'TIME', of: ({ ts }) => timeWords(ts) },
    { title: 'TYPE', of: ({ type }) => type },
    { title: 'EVENT', of: ({ event: { type: _, ...fields } }) => JSON.stringify(fields) },
  ]);
}
