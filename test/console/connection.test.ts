/** What is shown is live, or says that it is not: across a server that dies, comes back, or is another one. */
import { expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, takePicture } from '../support/browser.js';
import { startServerProcess } from '../support/server-process.js';

describeInBrowser('the live connection', (browser) => {
  it('says that it is offline, counts down, tries at once when asked to, and is live again', async () => {
    const server = await startServerProcess();
    const { home, port } = server;
    const page = await browser.open(server.url, { expected: /ERR_CONNECTION_REFUSED/ });
    const badge = page.getByRole('status').locator('visible=true');
    await badge.getByText('Live', { exact: true }).waitFor();
    await server.kill('SIGKILL');
    await page.getByText('The server does not answer.').waitFor();
    await badge.getByText('Offline', { exact: true }).waitFor();
    const strip = page.getByRole('region', { name: 'Connection' });
    await strip.getByText(/^Trying again in \d+ s\.$/).waitFor();
    expect(await page.getByText(/What you see is as it was at \d\d:\d\d:\d\d\./).count()).toBe(1);
    await expectAccessible(page);
    await takePicture(page, 'offline-desktop-light');
    const again = await startServerProcess({ home, port });
    await page.getByRole('button', { name: 'Try now' }).click();
    await badge.getByText('Live', { exact: true }).waitFor();
    expect(await page.getByText('The server does not answer.').count()).toBe(0);
    await again.stop();
  });
});
