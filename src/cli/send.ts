/** `quarterdeck send`: a further prompt to a session. */
import type { RouteBody } from '../client/index.js';
import { type Cli, type Define, examples } from './cli.js';
import { UsageError } from './exits.js';
import { readImages, readPrompt } from './read-prompt.js';
import { addPromptFlags, onSession, ownRules, type PromptFlags, watchRun } from './run.js';

const deliveries = ['queue', 'steer', 'interrupt', 'reject'] as const;

type Flags = { [Delivery in (typeof deliveries)[number]]?: boolean } & PromptFlags;

export const define: Define = (command, cli) => {
  addPromptFlags(
    command
      .argument('<session>', 'Id, the beginning of one, name, or @last')
      .argument('[prompt]', 'What to do; "-", or none where input is piped, reads it from standard input')
      .option('--queue', 'Behind what waits already')
      .option('--steer', 'Into the turn that is under way')
      .option('--interrupt', 'Instead of the run that is active')
      .option('--reject', 'Only when the session has nothing to do'),
  )
    .addHelpText('after', examples(['send @last "And now the tests"', 'send notes --reject --wait "Hello"']))
    .action(async (session: string, prompt: string | undefined, flags: Flags) => {
      cli.exitCode = await send(cli, session, prompt, flags);
    });
};

async function send(cli: Cli, session: string, given: string | undefined, flags: Flags): Promise<number> {
  const [delivery, ...others] = deliveries.filter((name) => flags[name]);
  if (others.length > 0)
    throw new UsageError(`give one of ${deliveries.map((name) => `--${name}`).join(', ')}`);
  const [prompt, attachments] = await Promise.all([
    readPrompt(cli, given, flags.file),
    readImages(flags.image),
  ]);
  const client = await cli.client();
  const body: RouteBody<'createRun'> = {
    prompt,
    ...(await onSession(client, session)),
    ...(delivery !== undefined && { delivery }),
    ...(attachments.length > 0 && { attachments }),
    ...ownRules(flags),
  };
  return watchRun(cli, await client.runs.create(body), flags);
}
