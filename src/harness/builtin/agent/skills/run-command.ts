import type { Turn } from '../turn.js';
import type { Skill } from './skill.js';

const pattern = /^\s*(?:please\s+)?use\s+(?:the\s+)?bash(?:\s+tool)?\s+to\s+run\s*:?\s*([\s\S]+)$/i;

export const runCommand: Skill = {
  summary: 'run a shell command in the project',
  example: 'Use Bash to run: git status',
  match(prompt) {
    const command = pattern.exec(prompt)?.[1];
    return command === undefined ? undefined : (turn) => runAndReport(turn, command.trim());
  },
};

async function runAndReport(turn: Turn, command: string): Promise<void> {
  const { text, details } = await turn.useTool('Bash', { command });
  const exitCode = details?.exitCode;
  if (exitCode === undefined) return turn.say(`The tool did not run: ${text}`);
  const output = text === '' ? 'It printed nothing.' : `Output was:\n${text.trimEnd()}`;
  return turn.say(`Tool finished with exit code ${String(exitCode)}. ${output}`);
}
