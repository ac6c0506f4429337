import type { LaunchPlan } from '../../core/index.js';
import type { Given } from './agent/protocol.js';

/** What the agent may say of its launch: words and names, never values of variables or addresses. */
export function givenBy({ target, primingPrompt, bundle }: LaunchPlan): Given {
  const names = (entries: readonly { name: string }[] = []) => entries.map(({ name }) => name);
  return {
    target,
    instructions: bundle?.instructions ?? '',
    skills: names(bundle?.skills),
    commands: names(bundle?.commands),
    agents: names(bundle?.agents),
    mcpServers: Object.keys(bundle?.mcpServers ?? {}),
    ...(primingPrompt === undefined ? {} : { primingPrompt }),
  };
}
