/** `quarterdeck cancel` a run, and `interrupt` what is active in a session. */
import { type Define, examples } from './cli.js';
import { findRun, findSession } from './find-id.js';

type After = 'keep' | 'clear' | 'pause';

interface Flags {
  clear?: boolean;
  pause?: boolean;
}

function afterOf({ clear, pause }: Flags): After {
  return clear ? 'clear' : pause ? 'pause' : 'keep';
}

export const defineCancel: Define = (command, cli) => {
  command
    .argument('<run>', 'Id, the beginning of one, or @last')
    .option('--clear', 'Cancel what waits behind it too')
    .option('--pause', 'Start nothing of what waits behind it')
    .addHelpText('after', examples(['cancel @last', 'cancel run_0198f3 --clear']))
    .action(async (run: string, flags: Flags) => {
      const client = await cli.client();
      const answer = await client.runs.cancel(await findRun(client, run), { queue: afterOf(flags) });
      if (cli.terminal.json) cli.terminal.printJson(answer);
      else cli.terminal.print(`${answer.runId} ${answer.status}`);
    });
};

export const defineInterrupt: Define = (command, cli) => {
  command
    .argument('<session>', 'Id, the beginning of one, name, or @last')
    .option('--clear', 'Cancel what waits in the queue too')
    .option('--pause', 'Start nothing of what waits in the queue')
    .addHelpText('after', examples(['interrupt @last', 'interrupt notes --pause']))
    .action(async (session: string, flags: Flags) => {
      const client = await cli.client();
      const sessionId = await findSession(client, session);
      const answer = await client.sessions.interrupt(sessionId, { queue: afterOf(flags) });
      if (cli.terminal.json) cli.terminal.printJson(answer);
      else if (answer.runId === undefined) cli.terminal.remark('Nothing is active in this session.');
      else cli.terminal.print(`${answer.runId} ${answer.status}`);
    });
};
