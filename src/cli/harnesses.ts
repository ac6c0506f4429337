/** `quarterdeck harnesses`: the agents that the server can drive. */
import type { AgentProgram } from '../client/index.js';
import { type Define, examples } from './cli.js';
import { showList } from './lists.js';

/** What is wrong, or what to do about an agent that is not there. */
function noteOf({ found, problem, installCommand }: AgentProgram): string | undefined {
  return found || installCommand === undefined ? problem : `install: ${installCommand}`;
}

export const define: Define = (command, cli) => {
  command.addHelpText('after', examples(['harnesses', 'harnesses --json'])).action(async () => {
    const { harnesses } = await (await cli.client()).harnesses.list();
    if (cli.terminal.json) return showList(cli, harnesses, []);
    const rows = harnesses.flatMap(({ name, programs }) => programs.map((program) => ({ name, program })));
    showList(cli, rows, [
      { title: 'AGENT', of: ({ name }) => name },
      { title: 'PROGRAM', of: ({ program }) => program.name },
      { title: 'FOUND', of: ({ program }) => (program.found ? (program.version ?? 'yes') : 'no') },
      { title: 'LOGIN', of: ({ program }) => program.login },
      {
        title: 'NOTE',
        of: ({ program }) => noteOf(program),
      },
    ]);
  });
};
