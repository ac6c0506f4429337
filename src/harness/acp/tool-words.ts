/** What a tool call of ACP is in our words: its name, input and output. */
import { cutText, type Fields, fieldsOf, listOf, textOf } from '../process/index.js';

/** Names that rules of a target use; ACP itself has only kinds, and titles for people. */
const namesOfKinds: Readonly<Record<string, string>> = {
  execute: 'Bash',
  read: 'Read',
  edit: 'Edit',
  delete: 'Delete',
  move: 'Move',
  search: 'Search',
  fetch: 'WebFetch',
  think: 'Think',
};

const outputCharsMax = 64 * 1024;
const titleCharsMax = 200;
/** Of an agent's own record of what came out. */
const detailsCharsMax = 16 * 1024;

export function toolNameOf({ kind, name, title, _meta }: Fields): string {
  const own = textOf(fieldsOf(fieldsOf(_meta).claudeCode).toolName);
  if (own !== undefined) return own;
  return namesOfKinds[String(kind)] ?? textOf(name) ?? textOf(title)?.slice(0, titleCharsMax) ?? 'tool';
}

/** The raw input where the agent gives it; else what people would be shown. */
export function inputOf({ rawInput, title, locations }: Fields): unknown {
  if (typeof rawInput === 'string' || Object.keys(fieldsOf(rawInput)).length > 0) return rawInput;
  const path = textOf(fieldsOf(listOf(locations)[0]).path);
  return { ...(textOf(title) === undefined ? {} : { title }), ...(path === undefined ? {} : { path }) };
}

/** All output so far, bounded. */
export function outputOf({ content, rawOutput }: Fields): string {
  const shown = listOf(content)
    .map((item) => textOfItem(fieldsOf(item)))
    .join('');
  if (shown !== '') return cutText(shown, outputCharsMax);
  const raw = fieldsOf(rawOutput);
  return cutText(textOf(rawOutput) ?? textOf(raw.output) ?? textOf(raw.stdout) ?? '', outputCharsMax);
}

export function detailsOf(fields: Fields): unknown {
  const raw = fieldsOf(fields.rawOutput);
  if (Object.keys(raw).length === 0 || JSON.stringify(raw).length > detailsCharsMax) return undefined;
  const exitCode = exitCodeOf(fields);
  return exitCode === undefined ? raw : { ...raw, exitCode };
}

/** Of a shell; the protocol has no place for it, so agents have each their own. */
export function exitCodeOf({ rawOutput }: Fields): number | undefined {
  const raw = fieldsOf(rawOutput);
  const codes = [raw.exitCode, raw.exit_code, fieldsOf(raw.metadata).exit];
  return codes.find((code): code is number => typeof code === 'number');
}

/** The tool call whose subagent speaks or acts; only the wrapper of Claude tells. */
export function parentOf({ _meta }: Fields): string | undefined {
  return textOf(fieldsOf(fieldsOf(_meta).claudeCode).parentToolUseId);
}

function textOfItem({ type, content, path }: Fields): string {
  if (type === 'diff') return `Changed ${String(path)}\n`;
  const block = fieldsOf(content);
  if (block.type === 'text') return textOf(block.text) ?? '';
  return type === 'content' ? `[${String(block.type)}]` : '';
}
