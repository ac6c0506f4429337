/** Real agents in tests: where they are installed, and what happens to a suite whose agent is not. */
import { describe, it } from 'vitest';
import { type AgentName, findAgent } from '../../scripts/agents.mjs';

export type { AgentName };

export { findAgent as findRealAgent };

/**
 * A suite that drives a real agent. Without the agent it is one skipped test that says why, and in CI, where everything
 * has to run, one that fails.
 *
 * @param define Gets the folder that holds the agent's `node_modules`.
 */
export function describeWithAgent(name: AgentName, define: (folder: string) => void): void {
  const folder = findAgent(name);
  describe(`the real ${name}`, () => {
    if (folder !== undefined) return define(folder);
    const reason = `is not installed: npm run agents:install -- ${name}`;
    if (!process.env.CI) return it.skip(reason, () => undefined);
    it(reason, () => {
      throw new Error(`${name} ${reason}`);
    });
  });
}
