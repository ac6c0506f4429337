/** What the end of a turn comes to: from Claude Code's `result` to our words. Its `subtype` alone says nothing. */
import type { RunError, Usage } from '../../contract/index.js';
import { countOf, type Fields, fieldsOf, listOf, textOf } from '../process/index.js';
import { loginRemedy } from './sdk.js';

export interface Circumstances {
  /** The bound at which we stopped the agent. */
  stoppedAtTurns?: number | undefined;
  /** The latest `rate_limit_info`. */
  limit: Fields;
  /** What the last message of the model says was wrong, as `authentication_failed`. */
  modelError: string | undefined;
  /** Of the agent. */
  program: string;
}

/** Nothing for a turn that was completed. */
export function failureOf(result: Fields, circumstances: Circumstances): RunError | undefined {
  const { stoppedAtTurns, limit, modelError, program } = circumstances;
  if (stoppedAtTurns !== undefined)
    return turnsReached(`after ${stoppedAtTurns} model turns, the bound of this run`);
  if (result.is_error !== true) return undefined;
  if (result.subtype === 'error_max_turns') return turnsReached('at its own bound of model turns');
  const words = wordsOf(result);
  const status = result.api_error_status;
  if (status === 429 || limit.status === 'rejected' || modelError === 'rate_limit')
    return limitReached(words, limit);
  if (status === 401 || modelError === 'authentication_failed') return loginRequired(words, program);
  if (typeof status === 'number' || modelError !== undefined || result.terminal_reason === 'api_error')
    return { code: 'model_failed', message: `The model failed: ${words}` };
  return { code: 'agent_failed', message: `Claude Code ended the turn with an error: ${words}` };
}

/** Of one CLI turn; a turn of ours may have several, whose sum is what it used. */
export function addUsage(usage: Usage, { model_usage_since_last_result }: Fields): void {
  for (const used of Object.values(fieldsOf(model_usage_since_last_result)).map(fieldsOf)) {
    const cached = countOf(used.cacheReadInputTokens) ?? 0;
    const written = countOf(used.cacheCreationInputTokens) ?? 0;
    usage.inputTokens = (usage.inputTokens ?? 0) + (countOf(used.inputTokens) ?? 0) + cached + written;
    usage.cachedInputTokens = (usage.cachedInputTokens ?? 0) + cached;
    usage.outputTokens = (usage.outputTokens ?? 0) + (countOf(used.outputTokens) ?? 0);
    if (typeof used.costUSD === 'number') usage.costUsd = (usage.costUsd ?? 0) + used.costUSD;
  }
}

function turnsReached(where: string): RunError {
  const message = `The agent was stopped ${where}. Its conversation is kept: another run goes on from here.`;
  return { code: 'max_turns_reached', message };
}

/** Claude Code tells seconds. */
function limitReached(words: string, { resetsAt }: Fields): RunError {
  const seconds = countOf(resetsAt);
  return {
    code: 'usage_limit_reached',
    message: `The provider's usage limit is reached: ${words}`,
    ...(seconds === undefined ? {} : { resumesAt: seconds * 1000 }),
  };
}

function loginRequired(words: string, program: string): RunError {
  const message = `Claude Code is not logged in (${words}). ${loginRemedy(program)}`;
  return { code: 'login_required', message };
}

function wordsOf({ result, errors }: Fields): string {
  return textOf(result) ?? (listOf(errors).map(String).join(' ') || 'it did not say which');
}
