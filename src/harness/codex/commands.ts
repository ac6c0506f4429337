/**
 * Commands of spaces. Codex itself expands prompts only in its own terminal, never for those who speak its protocol,
 * so the text of a command is put in the place of its name here, with the placeholders that its prompts have.
 */
import { readFile } from 'node:fs/promises';
import type { LaunchBundle } from '../../core/index.js';

export type Commands = LaunchBundle['commands'];

const nameAndRest = /^\/(?:prompts:)?(\S+)(?:\s+([\s\S]*))?$/;

/** The prompt itself when it names no command of ours, or when its file is gone. */
export async function expandCommand(prompt: string, commands: Commands): Promise<string> {
  const [, name, rest = ''] = nameAndRest.exec(prompt.trim()) ?? [];
  const command = commands.find((one) => one.name === name);
  if (command === undefined) return prompt;
  const text = await readFile(command.path, 'utf8').catch(() => undefined);
  return text === undefined ? prompt : fillIn(withoutFrontMatter(text), rest.trim());
}

/** `$1` to `$9`, `$ARGUMENTS`, and `$$` for a dollar; what has no placeholder is followed by the arguments. */
export function fillIn(text: string, given: string): string {
  const words = (given.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) =>
    word.replace(/^(["'])(.*)\1$/s, '$2'),
  );
  const filled = text.replaceAll(/\$(\$|[1-9]|ARGUMENTS)/g, (_, key: string) => {
    if (key === '$') return '$';
    return key === 'ARGUMENTS' ? given : (words[Number(key) - 1] ?? '');
  });
  const takesNone = !/(?<!\$)\$(?:[1-9]|ARGUMENTS)/.test(text);
  return takesNone && given !== '' ? `${filled.trimEnd()}\n\n${given}` : filled;
}

function withoutFrontMatter(text: string): string {
  return text.replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/, '');
}
