/** A use of a tool in one line: its name, and what of its input says most. */
import { cleanLine } from './clean-text.js';

/** In agents' own words, the telling ones first. */
const tellingFields = ['command', 'file_path', 'path', 'pattern', 'url', 'query', 'description', 'prompt'];
const charsMax = 160;

export function describeCall(toolName: string, input: unknown): string {
  return cleanLine(`${toolName} ${telling(input)}`, charsMax);
}

function telling(input: unknown): string {
  if (typeof input !== 'object' || input === null) return input === undefined ? '' : String(input);
  const fields = input as Record<string, unknown>;
  const name = tellingFields.find((field) => typeof fields[field] === 'string');
  return name === undefined ? JSON.stringify(input) : String(fields[name]);
}
