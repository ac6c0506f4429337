/** Which of the tools that an agent offers is its shell, and what its input looks like. */
import { asList, asObject, type JsonObject } from './json.js';
import type { OfferedTool } from './protocol.js';

const shellNames = ['Bash', 'bash', 'exec_command', 'shell_command', 'shell'];
const anyTimeMs = 60_000;

export function findShell(tools: readonly OfferedTool[]): OfferedTool | undefined {
  const named = shellNames.flatMap((name) => tools.find((tool) => tool.name === name) ?? []);
  return named[0] ?? tools.find(({ name }) => /bash|shell|exec|terminal/i.test(name));
}

/** Fills in what the schema requires. Codex turns a command that outlasts `yield_time_ms` into a background one. */
export function shellInput({ parameters }: OfferedTool, command: string): JsonObject {
  const properties = asObject(parameters.properties);
  const input: Record<string, unknown> =
    properties.cmd === undefined ? { command: commandOf(properties, command) } : { cmd: command };
  if (properties.yield_time_ms !== undefined) input.yield_time_ms = anyTimeMs;
  for (const name of asList(parameters.required).map(String)) {
    if (name in input) continue;
    const { type } = asObject(properties[name]);
    if (type === 'boolean') input[name] = false;
    else input[name] = type === 'number' || type === 'integer' ? anyTimeMs : 'A scripted command';
  }
  return input;
}

function commandOf(properties: JsonObject, command: string): unknown {
  return asObject(properties.command).type === 'array' ? ['bash', '-lc', command] : command;
}

/** Asks to run outside of the sandbox, which is when Codex asks a person; nothing for other shells. */
export function escalation({ parameters }: OfferedTool): JsonObject {
  if (asObject(parameters.properties).sandbox_permissions === undefined) return {};
  return { sandbox_permissions: 'require_escalated', justification: 'A scripted reason' };
}
