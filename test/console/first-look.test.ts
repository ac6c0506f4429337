/** What everybody meets first: the page comes up, says what it is connected to, and leads to every screen. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, phone } from '../support/browser.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';

const screens = ['Overview', 'Sessions', 'Inbox', 'Projects', 'Usage', 'Settings'];

describeInBrowser('the console', (browser) => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServerProcess();
  });
  afterAll(() => server.stop());

  it('comes up on loopback without a question, and says that it is live', async () => {
    const page = await browser.open(server.url);
    await page.getByText('Live', { exact: true }).locator('visible=true').waitFor();
    expect(await page.title()).toBe('Overview · Quarterdeck');
  });

  it.each(screens)('leads to %s, where nothing breaks the rules of accessibility', async (screen) => {
    const page = await browser.open(server.url);
    await page.getByRole('link', { name: screen }).click();
    await page.getByRole('heading', { level: 1, name: screen }).waitFor();
    await expectAccessible(page);
  });

  it('leads to every screen on a phone as well', async () => {
    const page = await browser.open(server.url, phone);
    for (const screen of screens) {
      await page.getByRole('link', { name: screen }).click();
      await page.getByRole('heading', { level: 1, name: screen }).waitFor();
    }
  });

  it('asks for the token where the server has one of its own, and says when it is wrong', async () => {
    const token = 'a-token-that-nobody-guesses';
    const locked = await startServerProcess({ env: { QUARTERDECK_TOKEN: token } });
    const page = await browser.open(locked.url, { expected: /401/ });
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('did not take this token').waitFor();
    await expectAccessible(page);
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.close();
    await locked.stop();
  });

  it('works in a browser that forbids to keep anything', async () => {
    const page = await browser.open(server.url);
    await page.addInitScript(`
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(globalThis, name, {
          get() { throw new DOMException('forbidden', 'SecurityError'); },
        });
    `);
    await page.reload();
    await page.getByText('Live', { exact: true }).locator('visible=true').waitFor();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('Dark', { exact: true }).click();
    await page.locator('[data-theme=dark]').waitFor();
    await page.keyboard.press('c');
    await page.getByRole('dialog').getByLabel('Prompt').fill('What is 6*7?');
    await page.getByRole('button', { name: 'Start the session' }).click();
    await page.getByRole('feed').getByText('42', { exact: true }).waitFor();
  });

  it('says to load the page again where a part of it is gone with an earlier version', async () => {
    const page = await browser.open(server.url, { expected: /404|dynamically imported module/ });
    await page.getByText('Live', { exact: true }).locator('visible=true').waitFor();
    const parts = /\/assets\/.*\.js$/;
    await page.route(parts, (route) => route.fulfill({ status: 404 }));
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByText('A part of the console could not be loaded').waitFor();
    await expectAccessible(page);
    await page.unroute(parts);
    await page.getByRole('button', { name: 'Load again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor();
  });

  it('answers programs with JSON where a browser gets the page', async () => {
    const program = await fetch(`${server.url}/sessions`);
    expect([program.status, program.headers.get('content-type')]).toEqual([
      404,
      'application/json; charset=utf-8',
    ]);
    const browserLike = await fetch(`${server.url}/sessions`, { headers: { accept: 'text/html' } });
    expect([browserLike.status, browserLike.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(browserLike.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
