/** `quarterdeck completion`: scripts that let a shell complete commands and options. */
import type { Command } from 'commander';
import { type Define, examples } from './cli.js';

/** What can stand behind a command. */
interface Words {
  command: string;
  words: string[];
}

const programs = ['quarterdeck', 'qd'];

export const define: Define = (command, cli) => {
  for (const [shell, write, use] of [
    ['bash', writeBash, 'eval "$(quarterdeck completion bash)"'],
    ['zsh', writeZsh, 'eval "$(quarterdeck completion zsh)"'],
    ['fish', writeFish, 'quarterdeck completion fish | source'],
  ] as const) {
    command
      .command(shell)
      .description(`For your profile: ${use}`)
      .action(() => {
        const script = write(wordsOf(cli.program));
        if (cli.terminal.json) cli.terminal.printJson({ shell, script });
        else cli.terminal.print(script);
      });
  }
  command.addHelpText('afterAll', examples(['completion bash >> ~/.bashrc', 'completion fish | source']));
};

function wordsOf(program: Command): Words[] {
  const globals = optionsOf(program);
  const inner = program.commands.flatMap((command) => [
    {
      command: command.name(),
      words: [...command.commands.map((one) => one.name()), ...optionsOf(command), ...globals],
    },
    ...command.commands.map((part) => ({
      command: `${command.name()} ${part.name()}`,
      words: [...optionsOf(part), ...globals],
    })),
  ]);
  const names = program.commands.map((command) => command.name());
  return [{ command: '', words: [...names, ...globals] }, ...inner];
}

function optionsOf(command: Command): string[] {
  return command.options.flatMap(({ long }) => (long ? [long] : []));
}

function casesOf(all: readonly Words[]): string {
  return all.map(({ command, words }) => `    '${command}') words='${words.join(' ')}' ;;`).join('\n');
}

/** The first word that is one of the commands says which, and the next that is a part of that one, which part. */
function branchOf(all: readonly Words[]): string {
  const known = all.slice(1).map(({ command }) => (command.includes(' ') ? `'${command}'` : `' ${command}'`));
  return `case "$command $word" in
      ${known.join('|')}) command="\${command:+$command }$word" ;;
    esac`;
}

function writeBash(all: readonly Words[]): string {
  return `_quarterdeck() {
  local command='' word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    ${branchOf(all)}
  done
  case "$command" in
${casesOf(all)}
    *) words='' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _quarterdeck ${programs.join(' ')}`;
}

function writeZsh(all: readonly Words[]): string {
  return `_quarterdeck() {
  local command="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    ${branchOf(all)}
  done
  local words
  case "$command" in
${casesOf(all)}
    *) words='' ;;
  esac
  compadd -- \${=words}
}
compdef _quarterdeck ${programs.join(' ')}`;
}

function writeFish(all: readonly Words[]): string {
  const [top, ...commands] = all;
  const names = commands.flatMap(({ command }) => (command.includes(' ') ? [] : [command])).join(' ');
  const seen = (command: string) =>
    command
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
  return programs
    .flatMap((program) => [
      `complete -c ${program} -n 'not __fish_seen_subcommand_from ${names}' -a '${top?.words.join(' ')}'`,
      ...commands.map(
        ({ command, words }) => `complete -c ${program} -n '${seen(command)}' -a '${words.join(' ')}'`,
      ),
    ])
    .join('\n');
}
