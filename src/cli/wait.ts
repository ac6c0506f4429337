/** `quarterdeck wait`: until a run ends, or needs somebody. */
import { type Cli, type Define, examples, readTime } from './cli.js';
import { exits } from './exits.js';
import { findRun } from './find-id.js';
import { followRun, sayParked } from './follow-run.js';

export const define: Define = (command, cli) => {
  command
    .argument('<run>', 'Id, the beginning of one, or @last')
    .option('--timeout <time>', 'Stop waiting after so long, such as 90s or 5m; the run goes on', readTime)
    .addHelpText('after', examples(['wait @last', 'wait 0198f3 --timeout 5m']))
    .action(async (run: string, { timeout }: { timeout?: number }) => {
      cli.exitCode = await wait(cli, run, timeout);
    });
};

async function wait(cli: Cli, text: string, timeoutMs: number | undefined): Promise<number> {
  const client = await cli.client();
  const runId = await findRun(client, text);
  const run = await client.runs.get(runId);
  const { parked } = run;
  if (parked !== undefined) {
    if (cli.terminal.json) cli.terminal.printJson(run);
    sayParked(cli.terminal, runId, parked);
    return exits.needsSomebody;
  }
  return followRun(cli, runId, { shows: 'answer', timeoutMs });
}
