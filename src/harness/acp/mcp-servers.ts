/** MCP servers of a launch in the words of ACP. */
import type { LaunchBundle } from '../../core/index.js';
import { type Fields, fieldsOf } from '../process/index.js';

export interface McpServersForAgent {
  servers: Fields[];
  /** Names of those that this agent cannot connect to. */
  leftOut: string[];
}

/** `agentCapabilities` says which transports beside stdio the agent has. */
export function mcpServersFor(
  bundle: LaunchBundle | undefined,
  agentCapabilities: Fields,
): McpServersForAgent {
  const transports = fieldsOf(agentCapabilities.mcpCapabilities);
  const servers: Fields[] = [];
  const leftOut: string[] = [];
  for (const [name, server] of Object.entries(bundle?.mcpServers ?? {})) {
    if (server.kind === 'stdio') {
      servers.push({ name, command: server.command, args: server.args, env: pairs(server.env) });
    } else if (transports[server.kind] === true) {
      servers.push({ type: server.kind, name, url: server.url, headers: pairs(server.headers) });
    } else leftOut.push(name);
  }
  return { servers, leftOut };
}

function pairs(record: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}
