import { describe, expect, it } from 'vitest';
import type { Usage } from '../../contract/index.js';
import { addUsage, failureOf } from './turn-outcome.js';

const calm = { limit: {}, modelError: undefined, program: '/opt/claude' };

describe('failureOf', () => {
  it('finds none where the result is no error', () => {
    expect(failureOf({ subtype: 'success', is_error: false }, calm)).toBeUndefined();
  });

  it.each([
    [{ is_error: true, subtype: 'success', api_error_status: 500, result: 'API Error: 500' }, 'model_failed'],
    [
      { is_error: true, subtype: 'success', api_error_status: 401, result: 'Invalid API key' },
      'login_required',
    ],
    [{ is_error: true, subtype: 'success', api_error_status: 429, result: 'limit' }, 'usage_limit_reached'],
    [{ is_error: true, subtype: 'error_max_turns', errors: [] }, 'max_turns_reached'],
    [{ is_error: true, subtype: 'error_during_execution', errors: ['x'] }, 'agent_failed'],
    [{ is_error: true, terminal_reason: 'api_error', result: 'x' }, 'model_failed'],
  ])('reads %j as %s', (result, code) => {
    expect(failureOf(result, calm)).toMatchObject({ code });
  });

  it('says how to log in where there is no status', () => {
    const result = { is_error: true, result: 'Not logged in · Please run /login' };
    expect(failureOf(result, { ...calm, modelError: 'authentication_failed' })).toMatchObject({
      code: 'login_required',
      message: expect.stringMatching(/"\/opt\/claude auth login".*ANTHROPIC_API_KEY/),
    });
  });

  it('says in milliseconds when a limit ends', () => {
    const limit = { status: 'rejected', resetsAt: 1_795_389_172 };
    expect(failureOf({ is_error: true, result: 'x' }, { ...calm, limit })).toMatchObject({
      code: 'usage_limit_reached',
      resumesAt: 1_795_389_172_000,
    });
  });

  it('names the bound at which the agent was stopped', () => {
    const stopped = { is_error: false, terminal_reason: 'hook_stopped' };
    expect(failureOf(stopped, { ...calm, stoppedAtTurns: 3 })).toMatchObject({
      code: 'max_turns_reached',
      message: expect.stringContaining('3 model turns'),
    });
  });
});

it('usage is the sum over models and results', () => {
  const usage: Usage = {};
  const used = { inputTokens: 2, outputTokens: 3, cacheReadInputTokens: 5, cacheCreationInputTokens: 7 };
  addUsage(usage, { model_usage_since_last_result: { a: { ...used, costUSD: 0.5 }, b: used } });
  addUsage(usage, { model_usage_since_last_result: {} });
  expect(usage).toEqual({ inputTokens: 28, cachedInputTokens: 10, outputTokens: 6, costUsd: 0.5 });
});
