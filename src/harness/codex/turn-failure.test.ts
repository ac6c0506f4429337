import { describe, expect, it } from 'vitest';
import { failureOf } from './turn-failure.js';

describe('failureOf', () => {
  const program = '/opt/codex';
  const resetsAt = 1_795_389_140;
  const full = { usedPercent: 100, windowDurationMins: 300, resetsAt };

  it('says when a usage limit ends: when the last window that is used up begins anew', () => {
    const error = { message: 'limit', codexErrorInfo: 'usageLimitExceeded' };
    const both = { primary: full, secondary: { ...full, resetsAt: resetsAt + 9 } };
    const limits = { primary: full, secondary: { ...full, usedPercent: 40, resetsAt: resetsAt + 9 } };
    expect(failureOf(error, { rateLimits: limits, program })).toEqual({
      code: 'usage_limit_reached',
      message: 'limit',
      resumesAt: resetsAt * 1000,
    });
    expect(failureOf(error, { rateLimits: both, program })).toMatchObject({
      resumesAt: (resetsAt + 9) * 1000,
    });
    expect(failureOf(error, { rateLimits: {}, program })).toEqual({
      code: 'usage_limit_reached',
      message: 'limit',
    });
  });

  it.each([
    ['internalServerError', 'model_failed'],
    [{ responseStreamDisconnected: { httpStatusCode: 502 } }, 'model_failed'],
    [null, 'model_failed'],
    ['unauthorized', 'login_required'],
    [{ httpConnectionFailed: { httpStatusCode: 401 } }, 'login_required'],
    ['sandboxError', 'agent_failed'],
  ])('%j is %s', (codexErrorInfo, code) => {
    expect(failureOf({ message: 'why', codexErrorInfo }, { rateLimits: {}, program })).toMatchObject({
      code,
      message: expect.stringContaining('why'),
    });
  });
});
