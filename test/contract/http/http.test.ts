import { startServerProcess } from '../../support/server-process.js';
import { describeHttpContract } from './contract.js';

describeHttpContract('the program over TCP', async () => {
  const { url, stop } = await startServerProcess();
  return { baseUrl: url, token: 'dev', stop };
});
