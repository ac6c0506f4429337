/** How OpenAI refuses, in either of its protocols. Source: https://platform.openai.com/docs/guides/error-codes. */
import type { Failure } from './protocol.js';

const errors: Readonly<Record<number, readonly [type: string, code: string | null, message: string]>> = {
  401: ['invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.'],
  500: ['server_error', null, 'The server had an error while processing your request.'],
  503: ['server_error', 'server_is_overloaded', 'The server is overloaded.'],
};

function failOpenAi(status: number): Failure {
  const [type, code, message] = errors[status] ?? ['server_error', null, `Scripted failure ${status}`];
  return { headers: {}, body: { error: { message, type, param: null, code } } };
}

/** A rate limit is that of an API key. */
export function failChat(status: number, resetsInS: number): Failure {
  if (status !== 429) return failOpenAi(status);
  const message = `Rate limit reached on requests per min. Please try again in ${resetsInS}s.`;
  return {
    headers: { 'retry-after': String(resetsInS) },
    body: { error: { message, type: 'requests', param: null, code: 'rate_limit_exceeded' } },
  };
}

/** A rate limit is that of a ChatGPT plan, whose end Codex tells. */
export function failResponses(status: number, resetsInS: number): Failure {
  if (status !== 429) return failOpenAi(status);
  const resets_at = Math.ceil(Date.now() / 1000) + resetsInS;
  return {
    headers: {
      'x-codex-primary-used-percent': '100',
      'x-codex-primary-window-minutes': '300',
      'x-codex-primary-reset-at': String(resets_at),
    },
    body: {
      error: {
        type: 'usage_limit_reached',
        message: 'The usage limit has been reached',
        plan_type: 'plus',
        resets_at,
        resets_in_seconds: resetsInS,
      },
    },
  };
}
