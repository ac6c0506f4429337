/** What Pi's messages and results of tools hold, as text. */
import { type Fields, fieldsOf, listOf, textOf } from '../process/index.js';

/** The blocks of one type, joined. A user's message may be plain text. */
export function textIn(content: unknown, type: 'text' | 'thinking' = 'text'): string {
  if (typeof content === 'string') return type === 'text' ? content : '';
  const blocks = listOf(content).map(fieldsOf);
  return blocks.map((block) => (block.type === type ? (textOf(block[type]) ?? '') : '')).join('');
}

/** With a note in the place of what is no text. */
export function outputOf(result: unknown): string {
  const blocks = listOf(fieldsOf(result).content).map(fieldsOf);
  return blocks
    .map(({ type, text, mimeType }) =>
      type === 'text' ? (textOf(text) ?? '') : `[${String(mimeType ?? type)}]`,
    )
    .join('\n');
}

/** Pi says the exit code of a shell only in its output, and only when it is not 0. */
export function detailsOf(toolName: string, result: unknown, isError: boolean): Fields | undefined {
  const details = fieldsOf(fieldsOf(result).details);
  const exitCode = toolName === 'bash' ? exitCodeOf(outputOf(result), isError) : undefined;
  const all = { ...details, ...(exitCode === undefined ? {} : { exitCode }) };
  return Object.keys(all).length === 0 ? undefined : all;
}

function exitCodeOf(output: string, isError: boolean): number | undefined {
  if (!isError) return 0;
  const code = /\nCommand exited with code (\d+)$/.exec(`\n${output}`)?.[1];
  return code === undefined ? undefined : Number(code);
}
