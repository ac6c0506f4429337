/**
 * What the bundle of a launch holds besides instructions, which every agent is given, and which agents have no way to
 * take it. Adapters say so in the log of a run, targets in their description.
 */
import type { HarnessName } from '../contract/index.js';
import type { LaunchBundle } from './ports/harness.js';

export type BundlePart = Exclude<keyof LaunchBundle, 'instructions' | 'piExtensions'>;

/** At the start of a sentence. */
export const partWords: Readonly<Record<BundlePart, string>> = {
  skills: 'Skills',
  commands: 'Commands',
  agents: 'Agents',
  mcpServers: 'MCP servers',
  hooks: 'Hooks',
  permissions: 'Permissions',
};

export const partsNotTaken: Readonly<Record<HarnessName, readonly BundlePart[]>> = {
  // It acts on nothing, and says of everything that it was given it.
  builtin: [],
  claude: [],
  codex: ['agents', 'hooks', 'permissions'],
  pi: ['agents', 'mcpServers', 'hooks', 'permissions'],
  acp: ['skills', 'commands', 'agents', 'hooks', 'permissions'],
};
