/** `quarterdeck queue`: what waits in a session, and in which order. */
import type { Client, RouteBody, RunSummary, Session } from '../client/index.js';
import { cleanLine } from './clean-text.js';
import { type Cli, type Define, examples } from './cli.js';
import { UsageError } from './exits.js';
import { findRun, findSession } from './find-id.js';
import { showList } from './lists.js';
import { readPrompt } from './read-prompt.js';
import { collectRows, readRows } from './read-rows.js';

type Place = RouteBody<'moveRun'>;

interface PlaceFlags {
  first?: boolean;
  last?: boolean;
  before?: string;
  after?: string;
}

const sessionArgument = ['<session>', 'Id, the beginning of one, name, or @last'] as const;
const runArgument = ['<run>', 'A run that waits: id or the beginning of one'] as const;

export const define: Define = (command, cli) => {
  command
    .command('list', { isDefault: true })
    .description('What waits, in its order')
    .argument(...sessionArgument)
    .action((session: string) => list(cli, session));
  command
    .command('move')
    .description('Move a run within its queue')
    .argument(...runArgument)
    .option('--first', 'To the front')
    .option('--last', 'To the end')
    .option('--before <run>', 'In front of this one')
    .option('--after <run>', 'Behind this one')
    .action((run: string, flags: PlaceFlags) => move(cli, run, flags));
  command
    .command('edit')
    .description('Change the prompt of a run')
    .argument(...runArgument)
    .argument('[prompt]', 'The new one; "-" reads it from standard input')
    .option('--file <path>', 'Read it from a file')
    .action((run: string, prompt: string | undefined, { file }: { file?: string }) =>
      edit(cli, run, prompt, file),
    );
  command
    .command('now')
    .description('Run this one next')
    .argument(...runArgument)
    .option('--interrupt', 'Instead of what is active')
    .action((run: string, { interrupt = false }: { interrupt?: boolean }) => startNow(cli, run, interrupt));
  command
    .command('clear')
    .description('Cancel all that waits; what is active goes on')
    .argument(...sessionArgument)
    .action((session: string) => clear(cli, session));
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
  command.addHelpText(
    'afterAll',
    examples([
      'queue @last',
      'queue move run_0198f3 --first',
      'queue edit run_0198f3 "Hello"',
      'queue pause notes',
    ]),
  );
};

async function list(cli: Cli, text: string): Promise<void> {
  const client = await cli.client();
  const ids = [await findSession(client, text)];
  const rows = await collectRows(readRows(client, 'getQueue', { ids }, (page) => page.runs));
  showList<RunSummary>(cli, rows, [
    { title: 'PLACE', of: ({ queuePosition }) => queuePosition },
    { title: 'RUN', of: ({ runId }) => runId, is: 'id' },
    { title: 'WAITS FOR', of: ({ waitingFor }) => waitingFor },
    { title: 'PROMPT', of: ({ inputPreview }) => inputPreview },
  ]);
}

async function move(cli: Cli, text: string, flags: PlaceFlags): Promise<void> {
  const client = await cli.client();
  const place = await placeOf(client, flags);
  show(cli, await client.runs.move(await findRun(client, text), place));
}

async function placeOf(client: Client, { first, last, before, after }: PlaceFlags): Promise<Place> {
  if ([first, last, before, after].filter((flag) => flag !== undefined).length !== 1)
    throw new UsageError('give one of --first, --last, --before and --after');
  if (before !== undefined) return { before: await findRun(client, before) };
  if (after !== undefined) return { after: await findRun(client, after) };
  return { to: first ? 'first' : 'last' };
}

async function edit(
  cli: Cli,
  text: string,
  given: string | undefined,
  file: string | undefined,
): Promise<void> {
  const prompt = await readPrompt(cli, given, file);
  const client = await cli.client();
  show(cli, await client.runs.edit(await findRun(client, text), { prompt }));
}

async function startNow(cli: Cli, text: string, interrupt: boolean): Promise<void> {
  const client = await cli.client();
  show(cli, await client.runs.runNow(await findRun(client, text), { interrupt }));
}

function show({ terminal }: Cli, run: RunSummary): void {
  if (terminal.json) terminal.printJson(run);
  else terminal.print(`${run.runId} ${run.queuePosition ?? run.status} ${cleanLine(run.inputPreview)}`);
}

async function clear(cli: Cli, text: string): Promise<void> {
  const client = await cli.client();
  const answer = await client.sessions.clearQueue(await findSession(client, text));
  if (cli.terminal.json) cli.terminal.printJson(answer);
  else cli.terminal.print(`${answer.sessionId} ${answer.cancelled} cancelled`);
}

async function set(cli: Cli, text: string, change: 'pauseQueue' | 'resumeQueue'): Promise<void> {
  const client = await cli.client();
  const session: Session = await client.sessions[change](await findSession(client, text));
  if (cli.terminal.json) {
    cli.terminal.printJson(session);
    return;
  }
  const { paused, length } = session.queue;
  cli.terminal.print(`${session.sessionId} ${paused ? 'paused' : 'open'}, ${length} waiting`);
}
