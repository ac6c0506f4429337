/** `quarterdeck tail`: what happens in a session, as it happens, across restarts of the server. */
import { type Cli, type Define, examples, readCount, readTime } from './cli.js';
import { exits } from './exits.js';
import { findSession } from './find-id.js';
import { showEvent, tellState } from './follow-run.js';
import { LiveLine } from './live-line.js';
import { Transcript } from './transcript.js';

interface Flags {
  after?: number;
  types?: string;
  timeout?: number;
}

export const define: Define = (command, cli) => {
  command
    .argument('<session>', 'Id, the beginning of one, name, or @last')
    .option('--after <seq>', 'Begin behind this event; 0 is the whole log (default: from now on)', readCount)
    .option('--types <types>', 'Only events of these types, with commas')
    .option('--timeout <time>', 'Leave after so long, with exit code 124', readTime)
    .addHelpText('after', examples(['tail @last', 'tail notes --after 0', 'tail @last --json | jq .type']))
    .action(async (session: string, flags: Flags) => {
      cli.exitCode = await tail(cli, session, flags);
    });
};

async function tail(cli: Cli, text: string, { after, types, timeout }: Flags): Promise<number> {
  const client = await cli.client();
  const session = await client.sessions.get(await findSession(client, text));
  const controller = new AbortController();
  let exitCode: number = exits.completed;
  const leave = (code: number) => {
    exitCode = code;
    controller.abort();
  };
  const interrupt = () => leave(exits.completed);
  process.once('SIGINT', interrupt);
  const timer = timeout === undefined ? undefined : setTimeout(() => leave(exits.timedOut), timeout);
  const live = LiveLine.start(cli.terminal);
  live?.say(session.status);
  const transcript = new Transcript(cli.terminal, { runs: true });
  try {
    const events = client.sessions.events(session.sessionId, {
      after: after ?? session.headSeq,
      ...(types !== undefined && { types: types.split(',') }),
      signal: controller.signal,
      onState: tellState(cli, live),
      offlineMsMax: Number.POSITIVE_INFINITY,
    });
    for await (const envelope of events) {
      live?.take(envelope);
      showEvent(cli, transcript, envelope);
    }
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  } finally {
    process.removeListener('SIGINT', interrupt);
    clearTimeout(timer);
    live?.stop();
  }
  return exitCode;
}
