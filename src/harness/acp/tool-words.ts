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

export function toolNameOf({ kind, title, _meta }: Fields): string {
  const own = textOf(fieldsOf(fieldsOf(_meta).claudeCode).toolName);
  if (own !== undefined) return own;
  return namesOfKinds[String(kind)] ?? textOf(title)?.slice(0, titleCharsMax) ?? 'tool';
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

export function detailsOf({ rawOutput }: Fields): unknown {
  const raw = fieldsOf(rawOutput);
  if (Object.keys(raw).length === 0 || JSON.stringify(raw).length > detailsCharsMax) return undefined;
  return raw;
}

function textOfItem({ type, content, path }: Fields): string {
  if (type === 'diff') return `Changed ${String(path)}\n`;
  const block = fieldsOf(content);
  if (block.type === 'text') return textOf(block.text) ?? '';
  return type === 'content' ? `[${String(block.type)}]` : '';
}
