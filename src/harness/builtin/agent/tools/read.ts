/** The Read tool: a text file of the project, bounded. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { BoundedOutput } from './bounded-output.js';
import { containPath, PathRefused } from './contained-path.js';
import {
  outputBytesMax,
  type Tool,
  type ToolContext,
  type ToolResult,
  textField,
  toolError,
} from './tool.js';

/** Of one file; a larger one is refused rather than read for minutes. */
const fileBytesMax = 256 * 1024 * 1024;

export const readTool: Tool = { name: 'Read', run: readFileBounded };

async function readFileBounded(input: unknown, { cwd, stop }: ToolContext): Promise<ToolResult> {
  const name = textField(input, 'path');
  if (name === undefined) return toolError('Read needs a path.');
  try {
    // O_NONBLOCK: a pipe without a writer must not hold the agent up.
    const file = await open(await containPath(cwd, name), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return toolError(`"${name}" is not a regular file.`);
      if (stats.size > fileBytesMax) return toolError(`"${name}" is larger than ${fileBytesMax} bytes.`);
      const output = new BoundedOutput(outputBytesMax);
      const stream = file.createReadStream({ autoClose: false, signal: stop });
      for await (const chunk of stream) output.append(chunk as Buffer);
      return { text: output.text(), isError: false, details: { bytes: stats.size } };
    } finally {
      await file.close();
    }
  } catch (error) {
    return toolError(fileProblem(name, 'read', error));
  }
}

/** In plain words, without the path outside of the project. */
export function fileProblem(name: string, verb: 'read' | 'written', error: unknown): string {
  if (error instanceof PathRefused) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `There is no file "${name}" in the project.`;
  if (code === 'EISDIR') return `"${name}" is a folder.`;
  return `"${name}" could not be ${verb}: ${code ?? 'it was interrupted'}.`;
}
