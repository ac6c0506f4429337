/** What a failure of the model comes to. Pi passes on the words of each provider and nothing else. */
import type { RunError } from '../../contract/index.js';

const limitWords =
  /\b429\b|usage limit|rate.?limit|too many requests|quota|insufficient.?(funds|balance|credit)/i;
const loginWords =
  /\b401\b|no api key|api.?key.{0,40}(invalid|incorrect)|(invalid|incorrect).{0,20}api.?key|unauthorized|authentication|no model selected/i;
/** As Pi says it of a ChatGPT plan: "Try again in ~90 min." */
const waitWords = /(?:try again|retry|resets?) (?:in|after) ~?(\d+(?:\.\d+)?)\s*(s|sec|min|m|h|hour)/i;
const wordsCharsMax = 1000;

export interface FailureContext {
  /** Time of day, for when a limit ends. */
  nowMs: number;
  /** What a user types to start Pi. */
  command: string;
}

export function modelFailure(said: string, { nowMs, command }: FailureContext): RunError {
  const words = said.trim().slice(0, wordsCharsMax) || 'it did not say why';
  if (limitWords.test(words)) {
    const waitMs = waitOf(words);
    return {
      code: 'usage_limit_reached',
      message: `The provider of the model refused for a limit of usage: ${words}`,
      ...(waitMs === undefined ? {} : { resumesAt: Math.ceil(nowMs + waitMs) }),
    };
  }
  if (loginWords.test(words)) return loginRequired(words, command);
  return { code: 'model_failed', message: `The model failed: ${words}` };
}

/** Of a prompt that Pi did not even begin. */
export function promptRefusal(said: string, command: string): RunError {
  if (loginWords.test(said)) return loginRequired(said, command);
  return { code: 'agent_failed', message: `Pi refused the prompt: ${said.slice(0, wordsCharsMax)}` };
}

export function loginRequired(words: string, command: string): RunError & { code: 'login_required' } {
  const remedy = `Run "${command}" as the user of this server and log in with /login, or give the target the key of its provider in its env.`;
  return { code: 'login_required', message: `Pi cannot use its model: ${words.split('\n')[0]} ${remedy}` };
}

function waitOf(words: string): number | undefined {
  const [, count, unit = ''] = waitWords.exec(words) ?? [];
  if (count === undefined) return undefined;
  const unitMs = /^h/i.test(unit) ? 3_600_000 : /^m/i.test(unit) ? 60_000 : 1000;
  return Number(count) * unitMs;
}
