/** The matrix of docs/agents.md: what each agent can do, by agent. */
import { readTable } from './tables.js';

const agents = ['builtin', 'claude', 'codex', 'pi', 'acp', 'opencode'];

/** From a capability to whether the agent has it, and how. */
export type MatrixColumn = Record<string, boolean | string>;

export function readMatrixColumn(agent: string): MatrixColumn {
  const place = agents.indexOf(agent) + 1;
  if (place === 0) throw new Error(`docs/agents.md has no column "${agent}"`);
  const rows = readTable('docs/agents.md', ['Capability', ...agents]);
  return Object.fromEntries(rows.map((row) => [row[0] ?? '', readCell(row[place] ?? '')]));
}

function readCell(cell: string): boolean | string {
  return cell === 'yes' ? true : cell === 'no' ? false : cell;
}
