/** `quarterdeck retry`: a run that has ended, once more. */
import { type Cli, type Define, examples } from './cli.js';
import { findRun } from './find-id.js';
import { addWatchFlags, type WatchFlags, watchRun } from './run.js';

interface Flags extends WatchFlags {
  prompt?: string;
  model?: string;
}

export const define: Define = (command, cli) => {
  addWatchFlags(
    command
      .argument('<run>', 'Id, the beginning of one, or @last')
      .option('--prompt <prompt>', 'Another one than before')
      .option('--model <model>', 'Another one than before'),
  )
    .addHelpText('after', examples(['retry @last --wait', 'retry run_0198f3 --prompt "In one sentence"']))
    .action(async (run: string, flags: Flags) => {
      cli.exitCode = await retry(cli, run, flags);
    });
};

async function retry(cli: Cli, text: string, { prompt, model, ...watch }: Flags): Promise<number> {
  const client = await cli.client();
  const body = { ...(prompt !== undefined && { prompt }), ...(model !== undefined && { model }) };
  return watchRun(cli, await client.runs.retry(await findRun(client, text), body), watch);
}
