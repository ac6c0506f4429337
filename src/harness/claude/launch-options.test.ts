import { describe, expect, it } from 'vitest';
import type { LaunchPlan } from '../../core/index.js';
import { readLaunchOptions } from './launch-options.js';

function read(options: Record<string, unknown>, more: Partial<LaunchPlan> = {}) {
  return readLaunchOptions({ target: 'reviewer', harness: 'claude', cwd: '/p', env: {}, options, ...more });
}

describe('the table of a target for Claude Code', () => {
  it('may be empty', () => {
    expect(read({})).toEqual({ extraArgs: {} });
  });

  it('names a model, which the model of the plan overrides', () => {
    expect(read({ model: 'a' }).model).toBe('a');
    expect(read({ model: 'a' }, { model: 'b' }).model).toBe('b');
  });

  it('gives flags with and without values', () => {
    const args = ['--verbose', '--add-dir', '/x', '--effort=low'];
    expect(read({ args }).extraArgs).toEqual({ verbose: null, 'add-dir': '/x', effort: 'low' });
  });

  it.each([
    [{ modle: 'a' }, /"modle" is not an option/],
    [{ model: 1 }, /"model" must be a text/],
    [{ permission_mode: 'ask' }, /"permission_mode" must be one of default/],
    [{ args: '--verbose' }, /"args" must be a list/],
    [{ args: ['verbose'] }, /"verbose" in "args" is not a flag/],
    [{ args: ['-p'] }, /"-p" in "args" is not a flag/],
    [{ args: ['--resume', 'x'] }, /"--resume" in "args" is for Quarterdeck/],
    [{ args: ['--settings={}'] }, /"--settings" in "args" is for Quarterdeck/],
  ])('refuses %j and names the target and the key', (options, problem) => {
    expect(() => read(options)).toThrowError(
      expect.objectContaining({ code: 'target_invalid', message: expect.stringMatching(problem) }),
    );
    expect(() => read(options)).toThrowError(/The target "reviewer"/);
  });

  it('refuses a mode that would decide in place of the policy', () => {
    const permissions = { mode: 'ask' as const, rules: [] };
    expect(() => read({ permission_mode: 'auto' }, { permissions })).toThrowError(/policy/);
    expect(read({ permission_mode: 'plan' }, { permissions }).permissionMode).toBe('plan');
  });
});
