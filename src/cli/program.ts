/** The command line: what was typed becomes one command, and what went wrong an exit code. */
import { Command, CommanderError } from 'commander';
import { Cli, type CliParts, type Define, type GlobalFlags } from './cli.js';
import { commands } from './commands.js';
import { exits, UsageError } from './exits.js';
import { explainError } from './explain-error.js';
import { didYouMean } from './suggest.js';
import { Terminal } from './terminal.js';

const exitsOfCommander: Readonly<Record<string, number>> = {
  'commander.helpDisplayed': exits.completed,
  'commander.version': exits.completed,
};

const helpAbout = 'Explain a command';

/** Runs one command; resolves with the exit code. `args` are those behind the name of the program. */
export async function runCli(args: readonly string[], parts: CliParts): Promise<number> {
  leaveWithReader(parts);
  const program = createProgram(parts);
  let cli: Cli | undefined;
  const begin = () => {
    const flags = program.opts<GlobalFlags>();
    cli ??= new Cli(parts, flags, terminalOf(parts, flags), program);
    return cli;
  };
  addCommands(program, parts, begin);
  try {
    // Without anything to do, a person gets told what there is.
    await program.parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' });
    return cli?.exitCode ?? exits.completed;
  } catch (error) {
    if (error instanceof CommanderError) return exitsOfCommander[error.code] ?? exits.usage;
    return explainError(error, begin());
  }
}

function terminalOf(parts: CliParts, { json = false, color = true }: GlobalFlags): Terminal {
  return new Terminal(parts, { json, colors: color && !parts.environment.noColor });
}

function createProgram({ version, stdout, stderr }: CliParts): Command {
  const program: Command = new Command('quarterdeck')
    .description(`quarterdeck ${version}: control plane for coding-agent sessions`)
    .version(version, '--version', 'Print the version')
    .helpOption('-h, --help', 'Explain the command')
    .option('--url <url>', 'Of the server (QUARTERDECK_URL)')
    .option('--token <token>', 'Of the server (QUARTERDECK_TOKEN)')
    .option('--json', 'Print one JSON object, or one on each line')
    .option('--no-color', 'Print no colours (NO_COLOR)')
    .usage('<command> [options]')
    .helpCommand(false)
    .allowExcessArguments()
    .showSuggestionAfterError()
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: (text, write) => write(misuseWords(text, program)),
    })
    .addHelpText(
      'after',
      `
Exit codes: 0 completed, 1 failed, 2 not understood, 3 cancelled,
4 needs permission or is parked, 124 time over, 130 left with Ctrl-C.

Examples:
  quarterdeck serve --port 18420
  quarterdeck run --project rex --wait "What is 2+2?"
  quarterdeck attach @last`,
    );
  return program;
}

/** What the parser says of a command line that it does not understand, in our form, and where to read on. */
function misuseWords(text: string, program: Command): string {
  const [mistake = '', suggestion] = text
    .replace(/^error: /, '')
    .trim()
    .split(/\n\((.*)\)$/);
  const words = suggestion === undefined ? mistake : `${mistake}. ${suggestion}`;
  const command = program.commands.find((one) => one.name() === program.args[0]);
  const readOn =
    command === undefined
      ? '"quarterdeck --help" lists the commands.'
      : `"quarterdeck ${command.name()} --help" explains it.`;
  const error = `${words}\n${readOn}`;
  return `${program.opts<GlobalFlags>().json ? JSON.stringify({ error }) : `quarterdeck: ${error}`}\n`;
}

function addCommands(program: Command, parts: CliParts, begin: () => Cli): void {
  const loaders = new Map(commands.map(({ name, load }) => [name, load]));
  const define = async (command: Command) => {
    const load = loaders.get(command.name());
    loaders.delete(command.name());
    if (load === undefined) return;
    const fill: Define = await load(parts.local);
    fill(command, begin());
    if (command.commands.length > 0) command.helpCommand('help [command]', helpAbout);
  };
  for (const { name, about, group } of commands)
    program.command(name).description(about).helpGroup(`${group}:`);
  program
    .command('help')
    .description(helpAbout)
    .helpGroup(`${commands.at(-1)?.group}:`)
    .argument('[command...]')
    .action(async (path: string[]) => {
      // The parser explains the whole program to those who ask about a command that there is not.
      const isKnown = path.length === 0 || program.commands.some((one) => one.name() === path[0]);
      await program.parseAsync(isKnown ? [...path, '--help'] : path, { from: 'user' });
    });
  program.hook('preAction', (_, command) => {
    const extra = command.args[command.registeredArguments.length];
    if (extra === undefined || command.registeredArguments.at(-1)?.variadic) return;
    const takesPrompt = command.registeredArguments.some((one) => one.name() === 'prompt');
    throw new UsageError(
      misspeltPart(command) ??
        `"${extra}" is one argument too many${takesPrompt ? '; a prompt of several words stands in quotes' : ''}`,
    );
  });
  program.hook('preSubcommand', async (_, command) => {
    await define(command);
    // Scripts for shells name the options of all of them.
    if (command.name() === 'completion') for (const other of program.commands) await define(other);
  });
}

/** Of a command that has a part which goes without its name, and so took the name of another for an argument. */
function misspeltPart(command: Command): string | undefined {
  const { parent } = command;
  const [word] = parent?.args ?? [];
  if (parent === null || word === undefined || word === command.name()) return undefined;
  const question = didYouMean(
    word,
    parent.commands.map((one) => one.name()),
  );
  return question === '' ? undefined : `there is no "${parent.name()} ${word}".${question}`;
}

/** A reader such as `head` that has enough closes the pipe: that is no error of ours. */
function leaveWithReader({ stdout, stderr }: CliParts): void {
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(exits.completed);
      throw error;
    });
  }
}
