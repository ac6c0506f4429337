/** `quarterdeck run`: a prompt on a new session or an existing one. */
import type { Command } from 'commander';
import type { AdmittedRun, Budget, Client, RouteBody } from '../client/index.js';
import { budgetExample, readBudget } from './budget.js';
import { type Cli, collect, type Define, examples, readCount, readTime } from './cli.js';
import { exits, UsageError } from './exits.js';
import { findProjectOrHere, findSession } from './find-id.js';
import { followRun } from './follow-run.js';
import { readImages, readPrompt } from './read-prompt.js';

/** Of every command after which a run goes on. */
export interface WatchFlags {
  follow?: boolean;
  wait?: boolean;
  /** Milliseconds. */
  timeout?: number;
}

/** Of every command that sends a prompt. */
export interface PromptFlags extends WatchFlags {
  file?: string;
  image?: string[];
  budget?: Budget;
  autoResume?: boolean;
}

interface Flags extends PromptFlags {
  project?: string;
  session?: string;
  target?: string;
  name?: string;
  model?: string;
  maxTurns?: number;
}

export function addWatchFlags(command: Command): Command {
  return command
    .option('-f, --follow', 'Show what happens until the run ends')
    .option('-w, --wait', 'Print the answer when the run ends')
    .option('--timeout <time>', 'Stop watching after so long, such as 90s or 5m; the run goes on', readTime);
}

export function addPromptFlags(command: Command): Command {
  command
    .option('--file <path>', 'Read the prompt from a file')
    .option('--image <path>', 'Send an image with it; may be given several times', collect)
    .option(
      '--budget <bounds>',
      `What the run may use before it is parked, such as ${budgetExample}`,
      readBudget,
    )
    .option('--auto-resume', 'Once parked, it goes on by itself when that makes sense');
  return addWatchFlags(command);
}

export const define: Define = (command, cli) => {
  addPromptFlags(
    command
      .argument('[prompt]', 'What to do; "-", or none where input is piped, reads it from standard input')
      .option(
        '-p, --project <project>',
        'Id or name; without it the project whose folder holds the present one',
      )
      .option('-s, --session <session>', 'Go on in this session')
      .option('-t, --target <target>', 'How a new session works')
      .option('-n, --name <name>', 'Of a new session')
      .option('--model <model>', 'For a new session')
      .option('--max-turns <count>', 'Turns that the agent may take', readCount),
  )
    .addHelpText(
      'after',
      examples([
        'run --project rex --wait "What is 2+2?"',
        'run --follow "Fix the failing test"',
        'git diff | quarterdeck run --session @last --wait -',
      ]),
    )
    .action(async (prompt: string | undefined, flags: Flags) => {
      cli.exitCode = await run(cli, prompt, flags);
    });
};

async function run(cli: Cli, given: string | undefined, flags: Flags): Promise<number> {
  checkFlags(flags);
  const [prompt, attachments] = await Promise.all([
    readPrompt(cli, given, flags.file),
    readImages(flags.image),
  ]);
  const client = await cli.client();
  const body: RouteBody<'createRun'> = {
    prompt,
    ...(await (flags.session === undefined
      ? onNewSession(cli, client, flags)
      : onSession(client, flags.session))),
    ...(attachments.length > 0 && { attachments }),
    ...(flags.maxTurns !== undefined && { maxTurns: flags.maxTurns }),
    ...ownRules(flags),
  };
  return watchRun(cli, await client.runs.create(body), flags);
}

/** What holds for this prompt instead of what its target and project say. */
export function ownRules({ budget, autoResume }: PromptFlags) {
  return { ...(budget !== undefined && { budget }), ...(autoResume !== undefined && { autoResume }) };
}

function checkFlags({ session, target, name, model, project, follow, wait, timeout }: Flags): void {
  if (session !== undefined && [target, name, model, project].some((flag) => flag !== undefined))
    throw new UsageError(
      '--project, --target, --name and --model are for a new session; --session names one that is there',
    );
  if (follow && wait) throw new UsageError('--follow shows what --wait waits for: give one of them');
  if (timeout !== undefined && !follow && !wait) throw new UsageError('--timeout is for --follow and --wait');
}

async function onNewSession(cli: Cli, client: Client, flags: Flags) {
  const { projectId } = await findProjectOrHere(client, flags.project, cli.parts.folder);
  const session = {
    policy: 'new' as const,
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.target !== undefined && { aspTargetName: flags.target }),
    ...(flags.model !== undefined && { model: flags.model }),
  };
  return { projectId, session };
}

export async function onSession(client: Client, text: string) {
  const { sessionId, projectId } = await client.sessions.get(await findSession(client, text));
  return { projectId, session: { policy: 'resume' as const, sessionId } };
}

/** Without `--follow` and `--wait` the ids are all there is to say. */
export async function watchRun(
  cli: Cli,
  admitted: AdmittedRun,
  { follow, wait, timeout }: WatchFlags,
): Promise<number> {
  // The answer to what was put into a turn is that of the turn.
  const { runId, sessionId, injectedInto = runId, delivery = 'queued' } = admitted;
  if (follow || wait)
    return followRun(cli, injectedInto, { shows: follow ? 'transcript' : 'answer', timeoutMs: timeout });
  if (cli.terminal.json) cli.terminal.printJson(admitted);
  else cli.terminal.print(runId);
  cli.terminal.remark(`${delivery} on ${sessionId}: quarterdeck wait ${injectedInto}`);
  return exits.completed;
}
