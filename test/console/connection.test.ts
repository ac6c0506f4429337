/** What is shown is live, or says that it is not: across a server that dies, comes back, or is another one. */
import { expect, it } from 'vitest';
import { createClient } from '../../src/client/index.js';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, type Page, phone, takePicture } from '../support/browser.js';
import { openScene } from '../support/console-scene.js';
import { until } from '../support/processes.js';
import { startServerProcess } from '../support/server-process.js';

const away = { expected: /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|status of 503/ };

describeInBrowser('the live connection', (browser) => {
  const badge = (page: Page, words: string) =>
    page.getByRole('status').getByText(words, { exact: true }).locator('visible=true').first().waitFor();
  const strip = (page: Page) => page.getByRole('region', { name: 'Connection' });

  it('says that it is offline, counts down, tries at once when asked to, and is live again', async () => {
    const server = await startServerProcess();
    const { home, port } = server;
    const page = await browser.open(server.url, away);
    await badge(page, 'Live');
    await server.kill('SIGKILL');
    await strip(page).getByText('The server does not answer.').waitFor();
    await badge(page, 'Offline');
    await strip(page)
      .getByText(/^Trying again in \d+ s\.$/)
      .waitFor();
    expect(await page.getByText(/What you see is as it was at \d\d:\d\d:\d\d\./).count()).toBe(1);
    await expectAccessible(page);
    await takePicture(page, 'offline-light');
    const again = await startServerProcess({ home, port });
    await page.getByRole('button', { name: 'Try now' }).click();
    await badge(page, 'Live');
    expect(await strip(page).count()).toBe(0);
    await page.close();
    await again.stop();
  });

  it('stands still while the server is away, and shows by itself what happened meanwhile', async () => {
    const { server, start } = await openScene();
    const { home, port } = server;
    await start('storefront', 'builder', 'Fix the flaky checkout test', 'Find out why, and fix it.');
    const page = await browser.open(server.url, { ...away, ...phone });
    const running = page.getByRole('list', { name: 'Running' }).getByRole('listitem');
    await running.getByText('sh scripts/check.sh --suite checkout').waitFor();
    await server.kill('SIGKILL');
    const countdown = strip(page).getByText(/^Trying again in \d+ s\.$/);
    await countdown.waitFor();
    await expectAccessible(page);
    await takePicture(page, 'offline-phone');
    const [before, counted] = [await running.innerText(), await countdown.innerText()];
    await until('a second was counted', async () => (await countdown.innerText()) !== counted);
    expect(await running.innerText()).toBe(before);

    const again = await startServerProcess({ home, port });
    const client = createClient({ url: again.url, token: 'dev' });
    await client.sessions.create({ projectId: 'rex', name: 'Born meanwhile' });
    await page.getByText('Born meanwhile').waitFor();
    await page.getByText('Nothing runs at the moment.').waitFor();
    await page
      .getByRole('list', { name: 'Failed in the last day' })
      .getByText('Find out why, and fix it.')
      .waitFor();
    expect(await strip(page).count()).toBe(0);
    await page.close();
    await again.stop();
  });

  it('stands still on a session as well, where its agent seems to work', async () => {
    const { server, start } = await openScene();
    const { home, port } = server;
    const { sessionId } = await start('storefront', 'builder', 'Fix the checkout test', 'Find out why.');
    const page = await browser.open(`${server.url}/sessions/${sessionId}`, {
      expected: /net::ERR_|status of 503/,
    });
    const works = page.getByText(/^The agent works/);
    await works.waitFor();
    await badge(page, 'Live');
    await server.kill('SIGKILL');
    const countdown = strip(page).getByText(/^Trying again in \d+ s\.$/);
    await countdown.waitFor();
    const [before, counted] = [await works.innerText(), await countdown.innerText()];
    await until('a second was counted', async () => (await countdown.innerText()) !== counted);
    expect(await works.innerText()).toBe(before);
    await page.close();
    // It ends what the dead one has left.
    await (await startServerProcess({ home, port })).stop();
  });

  it.each([
    ['ahead', 5],
    ['behind', -5],
  ])('counts from the time of the server where the clock of the device is %s', async (_, hours) => {
    const { server, start, stop } = await openScene();
    await start('storefront', 'builder', 'Fix the checkout test', 'Find out why.');
    const page = await browser.open(server.url);
    await page.addInitScript((aheadMs) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + aheadMs;
    }, hours * 3_600_000);
    await page.reload();
    const running = page.getByRole('list', { name: 'Running' }).getByRole('listitem');
    await running.waitFor();
    await badge(page, 'Live');
    // It goes on, and from when it began.
    await running.getByText(/^[1-9]\d* s$|^\d+ min/).waitFor();
    expect(await running.innerText()).not.toMatch(/\d h\b/);
    await page.close();
    await stop();
  });

  it('sends a prompt once that was given while the server was away, and leads to its session', async () => {
    const server = await startServerProcess();
    const { home, port } = server;
    const page = await browser.open(server.url, away);
    await badge(page, 'Live');
    await page.keyboard.press('c');
    await page.getByRole('dialog').getByLabel('Prompt').fill('What is 6*7?');
    await server.kill('SIGKILL');
    await badge(page, 'Offline');
    const refused = page.waitForEvent('requestfailed', (request) => request.method() === 'POST');
    await page.getByRole('button', { name: 'Start the session' }).click();
    await refused;
    const again = await startServerProcess({ home, port });
    await page.waitForURL(/\/sessions\/ses_/);
    const client = createClient({ url: again.url, token: 'dev' });
    expect((await client.runs.list()).runs.map(({ inputPreview }) => inputPreview)).toEqual(['What is 6*7?']);
    await page.close();
    await again.stop();
  });

  it('asks less while nobody sees the page, and at once when somebody does', async () => {
    const server = await startServerProcess();
    const page = await browser.open(`${server.url}/settings`);
    await page.clock.install();
    await page.reload();
    await badge(page, 'Live');
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/admin/status')) asked += 1;
    });
    const answered = () => page.waitForResponse((response) => response.url().endsWith('/admin/status'));
    const show = (visible: boolean) =>
      page.evaluate(`
        Object.defineProperty(document, 'hidden', { configurable: true, value: ${!visible} });
        document.dispatchEvent(new Event('visibilitychange'));
      `);
    await show(false);
    // From here on time is what the test says it is.
    const nowMs = await page.evaluate<number>('Date.now()');
    await Promise.all([answered(), page.clock.pauseAt(nowMs + 60_000)]);
    const before = asked;
    await page.clock.runFor(15_000);
    expect(asked).toBe(before);
    await Promise.all([answered(), page.clock.runFor(25_000)]);
    await Promise.all([answered(), show(true)]);
    await page.close();
    await server.stop();
  });
});
