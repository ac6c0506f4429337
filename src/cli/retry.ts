/** `quarterdeck retry`: a run that has ended, once more. */
import { type Cli, type Define, examples, readTime } from './cli.js';
import { findRun } from './find-id.js';
import { watchRun } from './run.js';

interface Flags {
  prompt?: string;
  model?: string;
  follow?: boolean;
  wait?: boolean;
  timeout?: number;
}

export const define: Define = (command, cli) => {
  command
    .argument('<run>', 'Id, the beginning of one, or @last')
    .option('--prompt <prompt>', 'Another one than before')
    .option('--model <model>', 'Another one than before')
    .option('-f, --follow', 'Show what happens until the run ends')
    .option('-w, --wait', 'Print the answer when the run ends')
    .option('--timeout <time>', 'Stop watching after so long; the run goes on', readTime)
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
