import { describeServedAgent } from './served-agent.js';

describeServedAgent({ name: 'codex', harness: 'codex', table: () => '' });
