/** `quarterdeck resume`: a run that is parked goes on. */
import type { Budget } from '../client/index.js';
import { budgetExample, readBudget } from './budget.js';
import { type Cli, type Define, examples } from './cli.js';
import { findRun } from './find-id.js';
import { addWatchFlags, type WatchFlags, watchRun } from './run.js';

interface Flags extends WatchFlags {
  raise?: Budget;
}

export const define: Define = (command, cli) => {
  addWatchFlags(
    command
      .argument('<run>', 'Id, the beginning of one, or @last')
      .option(
        '--raise <bounds>',
        `New bounds for the budget that is used up, such as ${budgetExample}`,
        readBudget,
      ),
  )
    .addHelpText('after', examples(['resume @last --raise tools=50 --follow', 'resume run_0198f3']))
    .action(async (run: string, flags: Flags) => {
      cli.exitCode = await resume(cli, run, flags);
    });
};

async function resume(cli: Cli, text: string, { raise, ...watch }: Flags): Promise<number> {
  const client = await cli.client();
  const body = raise === undefined ? {} : { raise };
  const { runId, sessionId, status } = await client.runs.resume(await findRun(client, text), body);
  return watchRun(cli, { runId, sessionId, status }, watch);
}
