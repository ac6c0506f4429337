import type { HarnessName } from 'quarterdeck/client';

/** What people call the agents. */
export const harnessNames: Record<HarnessName, string> = {
  builtin: 'Built-in agent',
  claude: 'Claude Code',
  codex: 'Codex',
  pi: 'Pi',
  acp: 'ACP agents',
};
