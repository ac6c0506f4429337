/** How agents let their model have work done by a subagent: one call that returns with the answer, or two. */
import { asObject } from './json.js';
import type { OfferedTool, Reply, Step } from './protocol.js';

type Result = Extract<Step, { kind: 'result' }>;

/** The next call on the way to the answer of a subagent that was given the prompt; nothing when it has answered. */
export function nextDelegation(
  tools: readonly OfferedTool[],
  prompt: string,
  results: readonly Result[],
): Reply | undefined {
  const find = (name: string) => tools.find((tool) => tool.name === name);
  const [begin, wait] = [find('spawn_agent'), find('wait_agent')];
  if (begin !== undefined && wait !== undefined) {
    if (results.length === 0) return callOf(begin, { message: prompt });
    const { agent_id } = asObject(JSON.parse(results[0]?.text ?? '{}'));
    return results.length === 1 ? callOf(wait, { targets: [agent_id] }) : undefined;
  }
  const tool = find('Agent') ?? find('task');
  if (tool === undefined || results.length > 0) return undefined;
  const subagent_type = tool.name === 'Agent' ? 'general-purpose' : 'general';
  return callOf(tool, { description: 'work', prompt, subagent_type });
}

function callOf(tool: OfferedTool, input: object): Reply {
  return { kind: 'answer', parts: [{ kind: 'call', tool, input: asObject(input) }] };
}
