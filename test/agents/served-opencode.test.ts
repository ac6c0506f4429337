import { vi } from 'vitest';
import { describeServedAgent } from './served-agent.js';

/** It takes seconds to start, and minutes beside other suites on a small machine. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

describeServedAgent({
  name: 'opencode',
  harness: 'acp',
  table: () => 'command = "opencode"\nargs = ["acp"]',
  // It tries a model that answers 500 or 429 again and again, without a word and without an end.
  failures: [['Fail with 401', 'model_failed']],
  hidesUsageLimits: true,
});
