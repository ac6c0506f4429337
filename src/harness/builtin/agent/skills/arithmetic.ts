import { evaluate } from './expression.js';
import { ArithmeticProblem, format } from './rational.js';
import { answering, type Skill } from './skill.js';

const opening =
  /^(?:please[, ]+)?(?:what(?:'s|’s| is| are)|how much (?:is|are)|compute|calculate|evaluate|solve)\b:?\s*/i;
const closing =
  /[?.!,;]?\s*(?:please[, ]*)?(?:(?:answer|reply|respond)(?: me)? )?(?:with )?(?:just|only) (?:with )?(?:the|a) (?:number|result|answer)(?:,? please)?[.!]?\s*$/i;

/** Of a prompt that is looked at: the patterns above are not meant for essays. */
const promptCharsMax = 1200;

/** Longer words first: "divided by" must not be read as "by". */
const words: readonly [RegExp, string][] = [
  [/\bto the power of\b/gi, '^'],
  [/\bmultiplied by\b|\btimes\b|(?<=\d)\s*x\s*(?=\d)/gi, '*'],
  [/\bdivided by\b|\bover\b/gi, '/'],
  [/\bmodulo\b|\bmod\b/gi, '%'],
  [/\bplus\b/gi, '+'],
  [/\bminus\b/gi, '-'],
];

export const arithmetic: Skill = {
  summary: 'calculate exactly, with + - * / % ^ and parentheses',
  example: 'What is 17*23-4?',
  match(prompt) {
    if (prompt.length > promptCharsMax) return undefined;
    const answer = answerOf(expressionIn(prompt));
    return answer === undefined ? undefined : answering(() => answer);
  },
};

function expressionIn(prompt: string): string {
  const bare = prompt
    .trim()
    .replace(closing, '')
    .replace(opening, '')
    .replace(/[\s?=.!]+$/, '');
  return words.reduce((text, [word, sign]) => text.replace(word, sign), bare);
}

function answerOf(expression: string): string | undefined {
  try {
    const value = evaluate(expression);
    return value === undefined ? undefined : format(value);
  } catch (error) {
    if (error instanceof ArithmeticProblem) return error.message;
    throw error;
  }
}
