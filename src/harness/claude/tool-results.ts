/** What came out of a tool call, in our words. */
import { type Fields, fieldsOf, listOf, textOf } from '../process/index.js';
import type { ToolEnd } from '../report/index.js';

/** `record` is the tool's own, beside what the model is shown. */
export function toolEndOf(toolName: string | undefined, block: Fields, record: unknown): ToolEnd {
  const isError = block.is_error === true;
  const output = outputOf(block.content);
  const details = toolName === 'Bash' ? shellDetails(isError, output, fieldsOf(record)) : detailsOf(record);
  return { isError, output, ...(details === undefined ? {} : { details }) };
}

function outputOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const texts = listOf(content)
    .map(fieldsOf)
    .map(({ type, text }) => (type === 'text' ? (textOf(text) ?? '') : `[${String(type)}]`));
  return texts.join('\n');
}

/** A shell that failed says its code in words; one that did not had none, unless Claude Code read a meaning into it. */
function shellDetails(isError: boolean, output: string, record: Fields): Fields | undefined {
  if (isError) {
    const code = /^Exit code (\d+)/.exec(output)?.[1];
    return code === undefined ? undefined : { exitCode: Number(code) };
  }
  const unsure =
    typeof record.stdout !== 'string' ||
    record.interrupted === true ||
    record.returnCodeInterpretation !== undefined ||
    record.backgroundTaskId !== undefined;
  return unsure ? undefined : { exitCode: 0 };
}

/** A text only repeats the output. */
function detailsOf(record: unknown): Fields | undefined {
  const details = fieldsOf(record);
  return Object.keys(details).length === 0 ? undefined : details;
}
