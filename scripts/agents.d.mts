/** Types of `agents.mjs`, for tests. */
export type AgentName = 'pi' | 'claude' | 'codex' | 'opencode';

/** The folder that holds the agent's `node_modules` in the pinned versions; nothing when it is not installed. */
export function findAgent(name: AgentName): string | undefined;
