import { describe, expect, it } from 'vitest';
import { modelFailure } from './model-failure.js';

describe('a failure of the model', () => {
  it.each([
    ['429 Rate limit reached for gpt-5', 'usage_limit_reached', undefined],
    [
      'You have hit your ChatGPT usage limit (plus plan). Try again in ~90 min.',
      'usage_limit_reached',
      5_401_000,
    ],
    ['429 Rate limit reached. Please try again in 20s.', 'usage_limit_reached', 21_000],
    ['You exceeded your current quota', 'usage_limit_reached', undefined],
    ['401 Incorrect API key provided.', 'login_required', undefined],
    ['No API key found for anthropic.\n\nUse /login', 'login_required', undefined],
    ['500 The server had an error while processing your request.', 'model_failed', undefined],
    ['', 'model_failed', undefined],
  ])('%j is %s', (words, code, resumesAt) => {
    expect(modelFailure(words, { nowMs: 1000, command: '/opt/pi' })).toEqual({
      code,
      message: expect.any(String),
      ...(resumesAt === undefined ? {} : { resumesAt }),
    });
  });
});
