import { describe, expect, it } from 'vitest';
import { readLaunchOptions } from './launch-options.js';
import { fitsNode } from './pi-program.js';

const read = (options: Record<string, unknown>, model?: string) =>
  readLaunchOptions({
    target: 'quick',
    harness: 'pi',
    cwd: '/project',
    env: {},
    options,
    ...(model === undefined ? {} : { model }),
  });

describe("the table of a target's Pi", () => {
  it('says which model, how much it thinks, and what is added to the command line', () => {
    expect(read({ provider: 'anthropic', thinking: 'high', args: ['--no-skills'] }, 'sonnet')).toEqual({
      provider: 'anthropic',
      model: 'sonnet',
      thinking: 'high',
      args: ['--no-skills'],
    });
    expect(read({})).toEqual({ args: [] });
  });

  it.each([
    [{ modle: 'x' }, /"modle" is not an option of Pi.*\[targets\.quick\.pi\]/],
    [{ model: 7 }, /"model" must be a name/],
    [{ thinking: 'a lot' }, /"thinking" must be one of off, minimal/],
    [{ args: 'x' }, /"args" must be a list/],
    [{ args: ['--mode', 'text'] }, /must not hold "--mode"/],
    [{ args: ['--session=/etc/passwd'] }, /must not hold "--session=/],
  ])('refuses %j', (options, message) => {
    expect(() => read(options)).toThrow(
      expect.objectContaining({ code: 'target_invalid', message: expect.stringMatching(message) }),
    );
  });
});

describe('the Node that Pi needs', () => {
  it.each([
    ['>=20.6.0', '20.20.2', true],
    ['>=22.19.0', '20.20.2', false],
    ['>=22.19.0', '22.19.0', true],
    ['>=22.19.0', '24.1.0', true],
    ['>=20', '20.6.1', true],
    ['^22', '20.0.0', true],
  ])('%s on %s: %s', (wanted, version, fits) => {
    expect(fitsNode(wanted, version)).toBe(fits);
  });
});
