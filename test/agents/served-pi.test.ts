import { describeServedAgent } from './served-agent.js';

describeServedAgent({ name: 'pi', harness: 'pi', table: () => '' });
