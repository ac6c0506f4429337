import { describe, expect, it } from 'vitest';
import { createIsolation, exitOfWrapped, probeIsolation } from './isolation.js';

const start = { command: '/bin/agent', args: ['-v'] };
const broken = () => Promise.resolve('no user namespaces');
const working = () => Promise.resolve(undefined);

describe('isolation', () => {
  it.each(['auto', 'required'] as const)('wraps every program where it works: %s', async (mode) => {
    const isolation = await createIsolation(mode, working);
    expect(isolation.works).toBe(true);
    const { command, args } = isolation.wrap(start);
    expect(command).toBe('bwrap');
    expect(args.slice(-4)).toEqual(['--die-with-parent', '--', '/bin/agent', '-v']);
  });

  it('starts programs as they are where it does not work, and where it is off without asking', async () => {
    const never = () => Promise.reject(new Error('asked'));
    for (const isolation of [await createIsolation('auto', broken), await createIsolation('off', never)]) {
      expect(isolation.works).toBe(false);
      expect(isolation.wrap(start)).toBe(start);
    }
  });

  it('refuses every start where it is required and does not work, and says what to install', async () => {
    const isolation = await createIsolation('required', broken);
    expect(() => isolation.wrap(start)).toThrowError(
      expect.objectContaining({
        code: 'harness_unavailable',
        message: expect.stringMatching(/no user namespaces.*Install bubblewrap/),
      }),
    );
  });

  it('finds out that its program is not there', async () => {
    expect(await probeIsolation({ PATH: '/nonexistent' })()).toMatch(/"bwrap" is not installed/);
  });

  it('passes exit codes through, and tells an end by a signal', () => {
    expect(exitOfWrapped({ exitCode: 7 })).toEqual({ exitCode: 7 });
    expect(exitOfWrapped({ exitCode: 128 })).toEqual({ exitCode: 128 });
    expect(exitOfWrapped({ exitCode: 137 })).toEqual({ signal: 'SIGKILL' });
    expect(exitOfWrapped({ signal: 'SIGTERM' })).toEqual({ signal: 'SIGTERM' });
  });
});
