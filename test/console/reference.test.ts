/** The reference of the API at /docs, made in the browser of what /openapi.json says. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, phone, takePicture } from '../support/browser.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';

describeInBrowser('the reference of the API', (browser) => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServerProcess();
  });
  afterAll(() => server.stop());

  // `open` fails a test for breaches of the policy and for requests to other servers.
  it('comes up under the policy of the console, with everything from this server', async () => {
    const answer = await fetch(`${server.url}/docs`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toMatch(
      /default-src 'none'; script-src 'self'; style-src 'self'/,
    );
    const page = await browser.open(`${server.url}/docs`);
    expect(await page.title()).toBe('API reference · Quarterdeck');
    for (const tag of ['server', 'projects', 'sessions', 'runs', 'permissions', 'usage'])
      await page.getByRole('link', { name: tag, exact: true }).waitFor();
    await page.getByText('Queue a prompt on a new or an existing session').waitFor();
    await takePicture(page, 'reference-light');
  });

  it('tries a route with the token that the console has', async () => {
    const page = await browser.open(`${server.url}/docs#/server/getStatus`);
    const route = page.locator('#operations-server-getStatus');
    await route.getByRole('button', { name: 'Try it out' }).click();
    await route.getByRole('button', { name: 'Execute' }).click();
    await route.locator('.live-responses-table').getByText('"status": "ok"').waitFor();
  });

  it('shows what a route takes and answers, and leads back to the console', async () => {
    const page = await browser.open(`${server.url}/docs#/runs/createRun`);
    const route = page.locator('#operations-runs-createRun');
    await route.getByText('"prompt": "What is 2+2?"').first().waitFor();
    await route.getByText('prompt_too_large').waitFor();
    await page.getByRole('link', { name: 'Quarterdeck', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  });

  it.each([
    ['light', { colorScheme: 'light' as const }],
    ['dark', { colorScheme: 'dark' as const }],
    ['phone', phone],
  ])('leaves nobody out, in %s', async (_, options) => {
    const page = await browser.open(`${server.url}/docs#/runs/createRun`, options);
    await page.locator('#operations-runs-createRun').getByText('prompt_too_large').waitFor();
    await expectAccessible(page);
  });

  it.each([
    ['dark', { colorScheme: 'dark' as const }],
    ['phone', phone],
  ])('keeps to the width of its window, in %s', async (name, options) => {
    const page = await browser.open(`${server.url}/docs`, options);
    await page.getByText('/admin/runs/{runId}', { exact: true }).first().waitFor();
    await takePicture(page, `reference-${name}`);
    const wider = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(wider).toBe(0);
  });
});
