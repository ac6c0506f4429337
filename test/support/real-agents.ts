/** Real agents in tests: where they are installed, and what happens to a suite whose agent is not. */
import { type AgentName, findAgent } from '../../scripts/agents.mjs';
import { describeWhere } from './describe-where.js';

export type { AgentName };

export { findAgent as findRealAgent };

/** A suite that drives a real agent. `define` gets the folder that holds the agent's `node_modules`. */
export function describeWithAgent(name: AgentName, define: (folder: string) => void): void {
  const reason = `is not installed: npm run agents:install -- ${name}`;
  describeWhere(findAgent(name), reason, `the real ${name}`, define);
}
