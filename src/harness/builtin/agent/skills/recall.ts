/** Answers about the conversation itself. */
import type { PastTurn } from '../history.js';
import type { Turn } from '../turn.js';
import { type Act, answering, type Skill } from './skill.js';

/** Of a prompt that is looked at: a question about the conversation is short. */
const promptCharsMax = 500;

const asked = '(?:question|message|prompt)';
const rules: readonly [RegExp, (turn: Turn) => string][] = [
  [new RegExp(`\\bwhat (?:was|did) .*\\bfirst ${asked}`, 'i'), quoteFirst],
  [new RegExp(`\\bwhat (?:was|did) .*\\b(?:previous|last) ${asked}`, 'i'), quotePrevious],
  [/\bwhat did i (?:just )?(?:ask|say|write)\b/i, quotePrevious],
  [new RegExp(`\\bhow many ${asked}s\\b`, 'i'), countPrompts],
  [
    /\bwhat (?:did you (?:just )?(?:answer|say|reply)|was your (?:previous|last) (?:answer|reply))\b/i,
    quoteAnswer,
  ],
];

export const recall: Skill = {
  summary: 'recall this conversation: the previous or first question, how many there were, my last answer',
  example: 'What was my previous question?',
  match: (prompt): Act | undefined => {
    if (prompt.length > promptCharsMax) return undefined;
    const rule = rules.find(([pattern]) => pattern.test(prompt));
    return rule === undefined ? undefined : answering(rule[1]);
  },
};

const nothingBefore = 'There is none: this is the first message of our conversation.';

function quotePrevious({ history: { previous } }: Turn): string {
  return previous === undefined ? nothingBefore : `Your previous question was: "${previous.prompt}"`;
}

function quoteFirst({ history }: Turn): string {
  const { first } = history;
  return first === undefined || history.count === 1
    ? nothingBefore
    : `Your first question was: "${first.prompt}"`;
}

function countPrompts({ history }: Turn): string {
  const before = history.count - 1;
  if (before === 0) return 'None before this one: it is the first message of our conversation.';
  return `You have sent ${before} ${before === 1 ? 'message' : 'messages'} before this one.`;
}

function quoteAnswer({ history: { previous } }: Turn): string {
  if (previous === undefined) return nothingBefore;
  if (previous.answer === '') return `I gave no answer before: ${howItEnded(previous)}.`;
  const quoted = `"${previous.answer}"`;
  return previous.outcome === 'completed'
    ? `My previous answer was: ${quoted}`
    : `My previous answer was cut short (${howItEnded(previous)}): ${quoted}`;
}

function howItEnded({ outcome }: PastTurn): string {
  if (outcome === 'interrupted') return 'the turn was interrupted';
  if (outcome === 'failed') return 'the turn failed';
  return outcome === 'completed' ? 'the turn ended without words' : 'the turn never came to an end';
}
