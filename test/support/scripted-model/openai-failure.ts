/** How OpenAI refuses, in either of its protocols. */
import type { Failure } from './protocol.js';

const errors: Readonly<Record<number, readonly [type: string, code: string | null, message: string]>> = {
  401: ['invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.'],
  // What Codex gets when the limit of a ChatGPT plan is reached.
  429: ['usage_limit_reached', null, 'The usage limit has been reached'],
  500: ['server_error', null, 'The server had an error while processing your request.'],
  503: ['server_error', 'server_is_overloaded', 'The server is overloaded.'],
};

/** @param resetsInS When a limit is over, in seconds from now. */
export function failOpenAi(status: number, resetsInS: number): Failure {
  const [type, code, message] = errors[status] ?? ['server_error', null, `Scripted failure ${status}`];
  const error = { message, type, param: null, code };
  if (status !== 429) return { headers: {}, body: { error } };
  const resets_at = Math.ceil(Date.now() / 1000) + resetsInS;
  return {
    headers: {
      'retry-after': String(resetsInS),
      'x-codex-primary-used-percent': '100',
      'x-codex-primary-window-minutes': '300',
      'x-codex-primary-reset-at': String(resets_at),
    },
    body: { error: { ...error, plan_type: 'plus', resets_at, resets_in_seconds: resetsInS } },
  };
}
