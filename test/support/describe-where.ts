import { describe, it } from 'vitest';

/**
 * A suite that needs what a machine may lack. Without it, it is one skipped test that says why, and in CI, where everything
 * has to run, one that fails.
 *
 * @param found What is needed; `undefined` where it is not there.
 * @param reason What is missing, and how to get it.
 */
export function describeWhere<Found>(
  found: Found | undefined,
  reason: string,
  name: string,
  define: (found: Found) => void,
): void {
  describe(name, () => {
    if (found !== undefined) return define(found);
    if (!process.env.CI) return it.skip(reason, () => undefined);
    it(reason, () => {
      throw new Error(`${name}: ${reason}`);
    });
  });
}
