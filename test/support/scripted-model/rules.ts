/** What the model says to what it is asked: the first rule that matches the question. */
import { type Asked, readAsked, withoutContext } from './asked.js';
import { asObject } from './json.js';
import type { ModelRequest, OfferedTool, Part, Reply } from './protocol.js';
import { escalation, findShell, shellInput } from './shell-tool.js';
import { nextDelegation } from './subagent-tool.js';

export interface Rule {
  match: RegExp;
  /** Also asked when tools have answered; the other rules leave that to the one answer that quotes their output. */
  afterTools?: boolean;
  reply(asked: Asked, match: RegExpExecArray): Reply;
}

/** Where a garbling program stands between an agent and its reader, a line with this word does not arrive as it was. */
export const garbledWord = 'gibberish';

/** The end of what tools said, quoted in the answer to it. */
const quotedChars = 600;

export function decide(request: ModelRequest, scripted: readonly Rule[]): Reply {
  const asked = readAsked(request);
  for (const { match, afterTools, reply } of [...scripted, ...rules]) {
    const matched = match.exec(asked.question);
    if (matched !== null && (asked.results.length === 0 || afterTools === true)) return reply(asked, matched);
  }
  return asked.results.length === 0 ? say('OK.') : say(quoteResults(asked));
}

export function say(...texts: string[]): Reply {
  return { kind: 'answer', parts: texts.map((text) => ({ kind: 'text', text })) };
}

export function call(tool: OfferedTool, input: object, ...before: Part[]): Reply {
  return { kind: 'answer', parts: [...before, { kind: 'call', tool, input: asObject(input) }] };
}

const rules: readonly Rule[] = [
  { match: /^delegate:\s*([\s\S]+)/i, afterTools: true, reply: delegate },
  { match: /previous question/i, reply: ({ earlier }) => say(quotePrevious(earlier)) },
  { match: /what is 2\s*\+\s*2/i, reply: () => say('4') },
  {
    match: /use bash (escalated )?to run:\s*([\s\S]+)/i,
    reply: ({ tools }, [, escalated, command = '']) => runShell(tools, command, escalated !== undefined),
  },
  { match: /use bash (\d+) times (and hang )?to run:\s*([\s\S]+)/i, afterTools: true, reply: runShellAgain },
  { match: /use tool (\S+) with (\{[\s\S]*\})/i, reply: useTool },
  { match: /count slowly to (\d+)/i, reply: (_, [, last]) => countSlowly(Number(last)) },
  { match: /fail with (\d{3})/i, reply: (_, [, status]) => ({ kind: 'failure', status: Number(status) }) },
  { match: /^hang\b/i, reply: () => ({ kind: 'silence' }) },
  { match: /think first/i, reply: thinkFirst },
  { match: /^garble\b/i, reply: () => say(garbledWord) },
  { match: /which model/i, reply: ({ model }) => say(model) },
  { match: /list your tools/i, reply: ({ tools }) => say(tools.map(({ name }) => name).join(', ')) },
  { match: /describe the images?/i, reply: describeImages },
  { match: /also say (\w+)/i, reply: (_, [, word = '']) => say(word) },
  { match: /\bhello\b/i, reply: () => say('Hello! How can I help?') },
];

function quotePrevious(earlier: readonly string[]): string {
  const previous = earlier.at(-1);
  return previous === undefined
    ? 'I see no previous question in this conversation.'
    : `Your previous question was: "${previous}"`;
}

function quoteResults({ results }: Asked): string {
  const said = results.map(({ text, isError }) => `${isError ? 'ERROR ' : ''}${text}`).join('\n');
  return `Tool finished. Output was:\n${withoutContext(said).slice(-quotedChars)}`;
}

function runShell(tools: readonly OfferedTool[], command: string, escalated = false): Reply {
  const shell = findShell(tools);
  if (shell === undefined) return say('No shell tool was offered to me.');
  const input = { ...shellInput(shell, command.trim()), ...(escalated ? escalation(shell) : {}) };
  return call(shell, input, { kind: 'text', text: 'Running it now.' });
}

function runShellAgain(asked: Asked, [, times, hang, command = '']: RegExpExecArray): Reply {
  if (asked.results.length < Number(times)) return runShell(asked.tools, command);
  return hang === undefined ? say(quoteResults(asked)) : { kind: 'silence' };
}

function delegate({ tools, results }: Asked, [, prompt = '']: RegExpExecArray): Reply {
  const next = nextDelegation(tools, prompt, results);
  return (
    next ?? say(results.length === 0 ? 'No tool for subagents was offered to me.' : 'It was done for me.')
  );
}

function useTool({ tools }: Asked, [, name, input = '']: RegExpExecArray): Reply {
  const tool = tools.find((offered) => offered.name === name);
  if (tool !== undefined) return call(tool, asObject(JSON.parse(input)));
  return say(`No tool ${name}. Offered: ${tools.map((offered) => offered.name).join(', ')}`);
}

function countSlowly(last: number): Reply {
  const numbers = Array.from({ length: last }, (_, index) => index + 1);
  return { kind: 'answer', parts: [{ kind: 'text', text: numbers.join(' '), slow: true }] };
}

function thinkFirst(): Reply {
  const parts: Part[] = [
    { kind: 'thinking', text: 'Let me think about it.' },
    { kind: 'text', text: 'Thought about it.' },
  ];
  return { kind: 'answer', parts };
}

function describeImages({ images }: Asked): Reply {
  if (images.length === 0) return say('No image came with it.');
  return say(`Images: ${images.length} (${images.map(({ mimeType }) => mimeType).join(', ')}).`);
}
