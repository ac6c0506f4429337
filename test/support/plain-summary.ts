/** The last line of a test run, in plain words: `N passed, N failed, N skipped`. */
import type { Reporter, TestModule } from 'vitest/node';

export default class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test) => test.result().state);
      for (const state of states) count[state] += 1;
      // A file that does not load, or a hook that throws, fails without a failed test: it must not look like success.
      if (module.state() === 'failed' && !states.includes('failed')) count.failed += 1;
    }
    // After the default reporter's own summary.
    process.on('exit', () => {
      process.stdout.write(
        `${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped\n`,
      );
    });
  }
}
