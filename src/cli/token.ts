/** `quarterdeck token`: a strong one, made here and sent nowhere. */
import { randomBytes } from 'node:crypto';
import { type Define, examples } from './cli.js';

const tokenBytes = 32;

export const define: Define = (command, cli) => {
  command.addHelpText('after', examples(['token', 'token > token && chmod 600 token'])).action(() => {
    const token = randomBytes(tokenBytes).toString('base64url');
    if (cli.terminal.json) return cli.terminal.printJson({ token });
    cli.terminal.print(token);
    const { profile } = cli.parts.environment;
    cli.terminal.remark(
      [
        'Start the server with it:   QUARTERDECK_TOKEN=… quarterdeck serve',
        `Use it with each command:   token = "…" in ${profile}, then chmod 600 it`,
        'Or for this shell:          export QUARTERDECK_TOKEN=…',
      ].join('\n'),
    );
  });
};
