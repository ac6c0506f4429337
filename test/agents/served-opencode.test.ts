import { describeServedAgent } from './served-agent.js';

describeServedAgent({
  name: 'opencode',
  harness: 'acp',
  table: () => 'command = "opencode"\nargs = ["acp"]',
});
