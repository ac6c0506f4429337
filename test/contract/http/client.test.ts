import { ProductClient } from '../../support/product-client.js';
import { startServerProcess } from '../../support/server-process.js';
import { describeHttpContract } from './contract.js';

describeHttpContract('the program through the client', async () => {
  const { url, stop } = await startServerProcess();
  return { baseUrl: url, token: 'dev', stop, speak: (endpoint) => new ProductClient(endpoint) };
});
