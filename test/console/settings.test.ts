/** What belongs to this browser and what the server was started with: theme, token, what is kept. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, type Page, phone, takePicture } from '../support/browser.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';

const token = 'a-token-that-nobody-guesses';

describeInBrowser('the settings of the console', (browser) => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServerProcess({ args: ['--logs-kept-ms', '604800000', '--log-events-max', '50000'] });
  });
  afterAll(() => server.stop());

  const shownTheme = (page: Page) => page.evaluate('document.documentElement.dataset.theme');
  const choose = (page: Page, theme: string) =>
    page.getByRole('group', { name: 'Theme' }).getByText(theme).click();

  it('keeps the theme that somebody chose, from the first paint on', async () => {
    const page = await browser.open(`${server.url}/settings`, { colorScheme: 'light' });
    await choose(page, 'Dark');
    expect(await shownTheme(page)).toBe('dark');
    // Scripts of the page are held back, but for the one that runs before the first paint.
    await page.route('**/assets/*.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: '' }),
    );
    await page.reload({ waitUntil: 'commit' });
    await page.locator('html[data-theme="dark"] body').waitFor({ state: 'attached' });
    await page.unrouteAll();
    await page.reload();
    expect(await page.getByRole('radio', { name: 'Dark' }).isChecked()).toBe(true);
  });

  it('follows the device until somebody chooses, and again when they leave it to the device', async () => {
    const page = await browser.open(`${server.url}/settings`, { colorScheme: 'dark' });
    expect(await shownTheme(page)).toBe('dark');
    await choose(page, 'Light');
    expect(await shownTheme(page)).toBe('light');
    await choose(page, 'As the device');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.locator('html[data-theme="light"]').waitFor();
  });

  it('tells how long the server keeps what, by the names of the settings', async () => {
    const page = await browser.open(`${server.url}/settings`);
    const table = page.getByRole('table', { name: 'What is kept, and for how long' });
    const kept = (name: string) =>
      table.getByRole('row').filter({ hasText: name }).getByRole('cell').innerText();
    await table.waitFor();
    expect(await kept('deltasKeptMs')).toBe('24 h');
    expect(await kept('logsKeptMs')).toBe('7 d');
    expect(await kept('logEventsMax')).toBe('50,000');
    expect(await kept('archivedKeptMs')).toBe('kept');
  });

  it('leads to the documentation of the version that runs, which needs no other server', async () => {
    const page = await browser.open(`${server.url}/settings`);
    const links = page.getByRole('region', { name: 'About' }).getByRole('link');
    await links.first().waitFor();
    const addresses = await Promise.all((await links.all()).map((link) => link.getAttribute('href')));
    expect(addresses).toContain('/docs');
    for (const address of addresses) expect((await fetch(server.url + address)).status).toBe(200);
    await page.getByRole('link', { name: 'Targets and spaces' }).click();
    await page.getByRole('heading', { level: 1, name: 'Targets and spaces' }).waitFor();
    await expectAccessible(page);
    await takePicture(page, 'docs-light');
    await page.getByRole('navigation').getByRole('link', { name: 'Operating' }).click();
    await page.getByRole('heading', { level: 1, name: 'Operating' }).waitFor();
  });

  it('has nothing to sign out of where nobody gave a token', async () => {
    const page = await browser.open(`${server.url}/settings`);
    await page.getByText('There is nothing to sign out of.').waitFor();
    expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
  });

  it('signs out, and forgets the token in the tab and on the device', async () => {
    const locked = await startServerProcess({ env: { QUARTERDECK_TOKEN: token } });
    const page = await browser.open(locked.url, { expected: /401/ });
    await page.getByLabel('Token').waitFor();
    expect(await page.getByText('did not take this token').count()).toBe(0);
    await page.getByLabel('Token').fill(token);
    await page.getByLabel('Keep it on this device').check();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('keeps it on the device').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
    await page.reload();
    await page.getByLabel('Token').waitFor();
    await locked.stop();
  });

  it.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' as const }],
    ['phone', phone],
  ])('keeps to the width of its window, in %s', async (name, options) => {
    const page = await browser.open(`${server.url}/settings`, options);
    await page.getByText('archivedKeptMs').waitFor();
    await expectAccessible(page);
    await takePicture(page, `settings-${name}`);
    const wider = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(wider).toBe(0);
  });
});
