/** Answers about what the target and its spaces gave to this conversation: proof that it has arrived. */
import type { Given } from '../protocol.js';
import type { Turn } from '../turn.js';
import { type Act, answering, type Skill } from './skill.js';

/** Of a prompt that is looked at: a question about what was given is short. */
const promptCharsMax = 200;

const rules: readonly [RegExp, (turn: Turn) => string][] = [
  [/\bwhat (?:were|have) you (?:been )?given\b/i, ({ given }) => listGiven(given)],
  [/\bwhat (?:are|were) your instructions\b/i, ({ given }) => quoteInstructions(given)],
];

export const recallGiven: Skill = {
  summary:
    'tell what my target gave me: instructions, and the names of skills, commands, agents and MCP servers',
  example: 'What were you given?',
  match: (prompt): Act | undefined => {
    if (prompt.length > promptCharsMax) return undefined;
    const rule = rules.find(([pattern]) => pattern.test(prompt));
    return rule === undefined ? undefined : answering(rule[1]);
  },
};

function listGiven(given: Given): string {
  const { target, instructions, primingPrompt, skills, commands, agents, mcpServers } = given;
  const named: [string, readonly string[]][] = [
    ['skills', skills],
    ['commands', commands],
    ['agents', agents],
    ['MCP servers', mcpServers],
  ];
  const lines = named
    .filter(([, names]) => names.length > 0)
    .map(([kind, names]) => `${kind}: ${names.join(', ')}`);
  if (primingPrompt !== undefined) lines.unshift(`a priming prompt of ${primingPrompt.length} characters`);
  if (instructions !== '') lines.unshift(`instructions of ${instructions.length} characters`);
  if (lines.length === 0) return `The target "${target}" gave me nothing but the prompts.`;
  return [`The target "${target}" gave me`, ...lines.map((line) => `- ${line}`)].join('\n');
}

function quoteInstructions({ instructions, primingPrompt }: Given): string {
  const parts = [primingPrompt, instructions].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? 'I have no instructions.' : parts.join('\n\n');
}
