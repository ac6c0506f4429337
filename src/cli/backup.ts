/** `quarterdeck backup` and `restore`: the data of a server in one file, and back. They ask no server. */
import { type Define, examples, type LocalFlags, type SettingFlag } from './cli.js';
import { addSettings, readFlags } from './serve.js';

export function defineBackup(settings: readonly SettingFlag[]): Define {
  return (command, cli) => {
    command.argument('<file>', 'A new one');
    addSettings(command, settings, ['home']);
    command
      .addHelpText('after', examples(['backup ./quarterdeck.db', 'backup --home ./data ./quarterdeck.db']))
      .action(async (file: string, flags: LocalFlags) => {
        const { home, bytes } = await cli.parts.local.backup(readFlags(cli, flags), file);
        if (cli.terminal.json) cli.terminal.printJson({ home, file, bytes });
        else cli.terminal.print(`The data of ${home} is in ${file} (${bytes} bytes).`);
      });
  };
}

export function defineRestore(settings: readonly SettingFlag[]): Define {
  return (command, cli) => {
    command
      .argument('<file>', 'What backup made')
      .option('--force', 'Also where there is data already, which is kept');
    addSettings(command, settings, ['home']);
    command
      .addHelpText('after', examples(['restore ./quarterdeck.db', 'restore ./quarterdeck.db --force']))
      .action(async (file: string, { force, ...flags }: LocalFlags & { force?: boolean }) => {
        const { home, oldFile } = await cli.parts.local.restore(readFlags(cli, flags), file, force === true);
        if (cli.terminal.json) {
          cli.terminal.printJson({ home, file, oldFile });
          return;
        }
        const kept = oldFile === undefined ? '' : ` What was there before is in ${oldFile}.`;
        cli.terminal.print(`${home} has the data of ${file}.${kept}`);
      });
  };
}
