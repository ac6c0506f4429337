/** The Write tool: replaces a text file of the project, or creates it with the folders that lead to it. */
import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { containPath } from './contained-path.js';
import { fileProblem } from './read.js';
import { type Tool, type ToolContext, type ToolResult, textField, toolError } from './tool.js';

export const writeTool: Tool = { name: 'Write', run: writeFileContained };

async function writeFileContained(input: unknown, { cwd }: ToolContext): Promise<ToolResult> {
  const name = textField(input, 'path');
  const content = textField(input, 'content');
  if (name === undefined || content === undefined) return toolError('Write needs a path and a content.');
  try {
    const target = await containPath(cwd, name);
    await mkdir(path.dirname(target), { recursive: true });
    const flags =
      constants.O_WRONLY |
      constants.O_CREAT |
      constants.O_TRUNC |
      constants.O_NOFOLLOW |
      constants.O_NONBLOCK;
    const file = await open(target, flags, 0o644);
    try {
      await file.writeFile(content, 'utf8');
    } finally {
      await file.close();
    }
    const bytes = Buffer.byteLength(content);
    return { text: `Wrote ${bytes} bytes to ${name}.`, isError: false, details: { bytes } };
  } catch (error) {
    return toolError(fileProblem(name, 'written', error));
  }
}
