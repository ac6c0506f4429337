import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'console/src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    reporters: ['default', './test/support/plain-summary.ts'],
    // Whole servers and real processes: a bound on a hang, not a measure of speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    // The suites start processes of their own; two at once is what a small machine carries.
    maxWorkers: 2,
    retry: 0,
  },
});
