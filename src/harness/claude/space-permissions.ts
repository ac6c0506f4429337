/** What spaces grant and refuse, as rules of Claude Code. */
import type { SpaceGrants, SpacePermissions } from '../../core/index.js';

export interface ClaudeRules {
  allow: string[];
  deny: string[];
}

export function rulesOf(permissions: SpacePermissions | undefined): ClaudeRules {
  if (permissions === undefined) return { allow: [], deny: [] };
  return { allow: ruleListOf(permissions.allow), deny: ruleListOf(permissions.deny) };
}

function ruleListOf({ read, write, commands, commandPatterns, hosts, toolRules }: SpaceGrants): string[] {
  return [
    ...read.map((path) => `Read(${pathOf(path)})`),
    ...write.map((path) => `Edit(${pathOf(path)})`),
    ...commands.map((command) => `Bash(${command}:*)`),
    ...commandPatterns.map((pattern) => `Bash(${pattern})`),
    ...hosts.map((host) => `WebFetch(domain:${host})`),
    ...toolRules,
  ];
}

/** In a rule a leading slash means the folder of the settings, and two the root of the file system. */
function pathOf(path: string): string {
  if (path.startsWith('/')) return `/${path}`;
  return path.startsWith('~/') || path.startsWith('./') ? path : `./${path}`;
}
