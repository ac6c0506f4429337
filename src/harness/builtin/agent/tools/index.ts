import { bashTool } from './bash.js';
import { readTool } from './read.js';
import type { Tool } from './tool.js';
import { writeTool } from './write.js';

const tools: readonly Tool[] = [bashTool, readTool, writeTool];

export const toolNames = tools.map(({ name }) => name);

export function findTool(name: string): Tool | undefined {
  return tools.find((tool) => tool.name === name);
}

export { killAllGroups } from './process-groups.js';
export { outputBytesMax, type ToolContext, type ToolResult, toolError } from './tool.js';
