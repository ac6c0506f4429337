import { describe, expect, it } from 'vitest';
import { errorOfRefusal } from './refusals.js';

describe('a refusal of the wrapper of Claude', () => {
  it.each([
    ['authentication_failed', 'login_required'],
    ['rate_limit', 'usage_limit_reached'],
    ['server_error', 'model_failed'],
    ['billing_error', 'model_failed'],
    [undefined, 'agent_failed'],
  ])('of the kind %s is %s', (errorKind, code) => {
    const refusal = { code: -32603, message: 'Internal error: why', data: { errorKind } };
    expect(errorOfRefusal(refusal)).toMatchObject({ code, message: expect.stringContaining('why') });
  });
});
