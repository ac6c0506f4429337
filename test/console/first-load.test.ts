/** The console stays lean: what a browser that has nothing yet must load before it shows a screen. */
import { get } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, type Page } from '../support/browser.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';

/** The page with its scripts, styles and icon, compressed by gzip. */
const firstLoadBytesMax = 250_000;

const screens = [
  ['/', 'Welcome aboard'],
  ['/sessions', 'There is no session yet'],
  ['/inbox', 'Nothing waits for you'],
  ['/projects', 'rex'],
  ['/usage', 'Usage'],
  ['/settings', 'Settings'],
  ['/sessions/none', 'There is no such session'],
] as const;

describeInBrowser('the first load', (browser) => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServerProcess();
  });
  afterAll(() => server.stop());

  /** What the page has loaded from the server and not asked of its API. */
  const loadedBy = async (page: Page) => {
    const urls = await page.evaluate<string[]>(
      'performance.getEntries().filter(({ entryType }) => /^(?:navigation|resource)$/.test(entryType)).map(({ name }) => name)',
    );
    return [...new Set(urls)].filter((url) => !new URL(url).pathname.startsWith('/admin'));
  };

  /** As it comes over the wire. */
  const gzipBytes = (url: string) =>
    new Promise<number>((resolve, reject) => {
      get(url, { headers: { accept: '*/*,text/html', 'accept-encoding': 'gzip' } }, (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on('end', () => resolve(bytes)).on('error', reject);
      }).on('error', reject);
    });

  it.each(screens)('of %s is within its bound', async (path, words) => {
    const page = await browser.open(`${server.url}${path}`, { expected: /status of 404/ });
    await page.getByText(words).first().waitFor();
    const loaded = await loadedBy(page);
    const sizes = await Promise.all(loaded.map(gzipBytes));
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
    expect(loaded.length).toBeGreaterThan(3);
    expect(total).toBeLessThanOrEqual(firstLoadBytesMax);
  });
});
