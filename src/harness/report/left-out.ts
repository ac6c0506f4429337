import type { LaunchBundle } from '../../core/index.js';

const kinds = ['skills', 'commands', 'agents', 'mcpServers', 'hooks', 'permissions'] as const;
export type BundleKind = (typeof kinds)[number];

const words: Record<BundleKind, string> = {
  skills: 'Skills',
  commands: 'Commands',
  agents: 'Agents',
  mcpServers: 'MCP servers',
  hooks: 'Hooks',
  permissions: 'Permissions',
};

/** For people: which of the given kinds spaces bring, although this agent has no way to take them. */
export function noticesOfLeftOut(
  bundle: LaunchBundle | undefined,
  notTaken: readonly BundleKind[],
  agentName: string,
): string[] {
  if (bundle === undefined) return [];
  return kinds
    .filter((kind) => notTaken.includes(kind) && Object.keys(bundle[kind] ?? {}).length > 0)
    .map((kind) => `${words[kind]} of spaces have no effect on ${agentName}.`);
}
