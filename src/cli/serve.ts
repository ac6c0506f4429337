/** `quarterdeck serve` and `doctor`: what runs on this machine and asks no server. Their flags are settings. */
import type { Command } from 'commander';
import { type Cli, type Define, examples, type LocalFlags, type SettingFlag } from './cli.js';
import { exits } from './exits.js';

/** `--token` is known to every command already. With `names`, only these. */
export function addSettings(
  command: Command,
  settings: readonly SettingFlag[],
  names?: readonly string[],
): void {
  for (const { name, flag, about } of settings)
    if (name !== 'token' && names?.includes(name) !== false) command.option(`--${flag} <value>`, about);
}

export function readFlags(cli: Cli, given: LocalFlags): LocalFlags {
  return { ...given, token: cli.flags.token };
}

export function defineServe(settings: readonly SettingFlag[]): Define {
  return (command, cli) => {
    addSettings(command, settings);
    command
      .addHelpText('after', examples(['serve', 'serve --port 0 --home ./data']))
      .action((flags: LocalFlags) => cli.parts.local.serve(readFlags(cli, flags)));
  };
}

/** What `doctor` says something about. */
const examined = ['host', 'port', 'home', 'agentsDir', 'agentIsolation'];

export function defineDoctor(settings: readonly SettingFlag[]): Define {
  return (command, cli) => {
    addSettings(command, settings, examined);
    command.addHelpText('after', examples(['doctor', 'doctor --json'])).action(async (flags: LocalFlags) => {
      const { doctor } = await import('./doctor.js');
      const parts = await cli.parts.local.doctorParts(readFlags(cli, flags));
      const print = (text: string) => void cli.parts.stdout.write(text);
      cli.exitCode = (await doctor({ ...parts, print }, cli.terminal.json)) ? exits.completed : exits.failed;
    });
  };
}
