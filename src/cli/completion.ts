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
  const inner = program.commands.map((command) => ({
    command: command.name(),
    words: [...command.commands.map((one) => one.name()), ...optionsOf(command), ...globals],
  }));
  return [{ command: '', words: [...inner.map(({ command }) => command), ...globals] }, ...inner];
}

function optionsOf(command: Command): string[] {
  return command.options.flatMap(({ long }) => (long ? [long] : []));
}

function casesOf(all: readonly Words[]): string {
  return all.map(({ command, words }) => `    ${command || "''"}) words='${words.join(' ')}' ;;`).join('\n');
}

/** The first word that is one of the commands says which. */
function writeBash(all: readonly Words[]): string {
  return `_quarterdeck() {
  local command='' word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) command=$word; break ;; esac
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
    case "$word" in -*) ;; *) command=$word; break ;; esac
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
  const names = commands.map(({ command }) => command).join(' ');
  return programs
    .flatMap((program) => [
      `complete -c ${program} -n 'not __fish_seen_subcommand_from ${names}' -a '${top?.words.join(' ')}'`,
      ...commands.map(
        ({ command, words }) =>
          `complete -c ${program} -n '__fish_seen_subcommand_from ${command}' -a '${words.join(' ')}'`,
      ),
    ])
    .join('\n');
}
