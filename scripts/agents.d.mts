/** Types of `agents.mjs`, for tests. */
export type AgentName = 'pi' | 'claude' | 'codex' | 'opencode';
export function findAgent(name: AgentName): string | undefined;
