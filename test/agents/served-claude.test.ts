import { describeServedAgent } from './served-agent.js';

describeServedAgent({ name: 'claude', harness: 'claude', table: ({ model }) => `model = "${model}"` });
