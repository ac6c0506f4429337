/** What an item of a Codex thread is in our words: its name, input and output. Source: `ThreadItem` of its protocol. */
import { cutText, type Fields, fieldsOf, listOf, textOf } from '../process/index.js';
import type { ToolCall, ToolEnd } from '../report/index.js';

const outputCharsMax = 64 * 1024;

/** The tool call that an item is; nothing for items that are none. */
export function toolCallOf(item: Fields): Omit<ToolCall, 'parentToolUseId'> | undefined {
  const toolUseId = textOf(item.id) ?? 'unnamed';
  switch (item.type) {
    case 'commandExecution':
      return { toolUseId, toolName: 'Bash', input: { command: commandOf(item.command), cwd: item.cwd } };
    case 'fileChange':
      return { toolUseId, toolName: 'Edit', input: { changes: changesOf(item) } };
    case 'mcpToolCall':
      return { toolUseId, toolName: mcpToolName(item.server, item.tool), input: item.arguments };
    case 'dynamicToolCall':
      return { toolUseId, toolName: String(item.tool), input: item.arguments };
    case 'webSearch':
      return { toolUseId, toolName: 'WebSearch', input: { query: item.query } };
    case 'imageView':
      return { toolUseId, toolName: 'ViewImage', input: { path: item.path } };
    case 'imageGeneration':
      return { toolUseId, toolName: 'GenerateImage', input: { prompt: item.revisedPrompt } };
    case 'collabAgentToolCall': {
      const { prompt, model, receiverThreadIds } = item;
      const input = item.tool === 'spawnAgent' ? { prompt, model } : { prompt, agents: receiverThreadIds };
      return { toolUseId, toolName: nameOfCollab(item.tool), input };
    }
    default:
      return undefined;
  }
}

/** How a finished item ended. */
export function toolEndOf(item: Fields): ToolEnd {
  const isError = item.status === 'failed' || item.status === 'declined';
  switch (item.type) {
    case 'commandExecution':
      return commandEndOf(item, isError);
    case 'fileChange':
      return { isError, output: diffOf(item), details: { status: item.status } };
    case 'mcpToolCall': {
      const error = textOf(fieldsOf(item.error).message);
      return {
        isError: isError || error !== undefined,
        output: error ?? textOfContent(fieldsOf(item.result).content),
      };
    }
    case 'dynamicToolCall':
      return { isError: isError || item.success === false, output: textOfContent(item.contentItems) };
    case 'webSearch':
      return { isError, output: '', details: { action: item.action, results: item.results } };
    case 'collabAgentToolCall':
      return { isError, output: sayingsOf(item), details: { agentsStates: item.agentsStates } };
    case 'imageGeneration': {
      const failed = item.failure !== undefined && item.failure !== null;
      return { isError: isError || failed, output: textOf(item.savedPath) ?? '' };
    }
    default:
      return { isError, output: '' };
  }
}

/** Codex shows the whole line of its shell, as `/bin/bash -lc 'ls'`; rules and readers mean what stands within. */
export function commandOf(command: unknown): string {
  const line = String(command ?? '');
  const wrapped = /^\S*\/?(?:ba|z|da)?sh -l?c ([\s\S]+)$/.exec(line)?.[1];
  return wrapped === undefined ? line : unquoted(wrapped);
}

/** `mcp__SERVER__TOOL`, as agents call them to their models. */
export function mcpToolName(server: unknown, tool: unknown): string {
  return `mcp__${String(server)}__${String(tool)}`;
}

/** Undoes the quoting of a word for a shell; a word of several quoted parts is joined. */
function unquoted(word: string): string {
  const parts = word.match(/'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S]|[^'"\\\s]+/g);
  if (parts === null || parts.join('') !== word) return word;
  return parts
    .map((part) => {
      if (part.startsWith("'")) return part.slice(1, -1);
      if (part.startsWith('"')) return part.slice(1, -1).replaceAll(/\\([$`"\\])/g, '$1');
      return part.startsWith('\\') ? part.slice(1) : part;
    })
    .join('');
}

/** The chunks that were told meanwhile lack what came before the first of them, so the whole replaces them. */
function commandEndOf({ aggregatedOutput, exitCode, status }: Fields, isError: boolean): ToolEnd {
  const output = textOf(aggregatedOutput);
  const failed = isError || (typeof exitCode === 'number' && exitCode !== 0);
  const details = typeof exitCode === 'number' ? { exitCode } : { status };
  return { isError: failed, details, ...(output === undefined ? {} : { output }) };
}

function changesOf({ changes }: Fields): { path: unknown; kind: unknown }[] {
  return listOf(changes)
    .map(fieldsOf)
    .map(({ path, kind }) => ({ path, kind: fieldsOf(kind).type }));
}

function diffOf({ changes }: Fields): string {
  const parts = listOf(changes)
    .map(fieldsOf)
    .map(({ path, kind, diff }) => `${String(fieldsOf(kind).type)} ${String(path)}\n${textOf(diff) ?? ''}`);
  return cutText(parts.join('\n'), outputCharsMax);
}

function textOfContent(content: unknown): string {
  const texts = listOf(content)
    .map(fieldsOf)
    .map((block) => textOf(block.text) ?? `[${String(block.type)}]`);
  return cutText(texts.join('\n'), outputCharsMax);
}

function nameOfCollab(tool: unknown): string {
  const name = String(tool);
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

/** The last words of the subagents that a call was about. */
function sayingsOf({ agentsStates }: Fields): string {
  const words = Object.values(fieldsOf(agentsStates)).map((state) => textOf(fieldsOf(state).message) ?? '');
  return cutText(words.filter((text) => text !== '').join('\n\n'), outputCharsMax);
}
