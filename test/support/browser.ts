/**
 * The console in a real browser. What a page reports that a person would call broken (an exception, an error in its
 * console, a breach of the content security policy, a request to another server) fails the test that opened it.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { findBrowser } from '../../scripts/browser.mjs';
import { describeWhere } from './describe-where.js';
import { root } from './server-process.js';

export type { Page };

/** Where the tests leave pictures of the screens. */
export const screenshotFolder = join(root, '.cache/screenshots');

export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
};
export const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 860 } };

export interface PageOptions extends BrowserContextOptions {
  /** Errors that are no reason to fail. */
  expected?: RegExp;
  /** What the clock of the page says all the time, in ms since 1970; its timers run. */
  now?: number;
}

export interface OpenBrowser {
  /** A page of its own, without anything that another one kept. */
  open(url: string, options?: PageOptions): Promise<Page>;
}

/** A suite in the browser. */
export function describeInBrowser(name: string, define: (browser: OpenBrowser) => void): void {
  const reason = 'needs Chromium: install Debian’s package "chromium", or set QUARTERDECK_BROWSER';
  describeWhere(findBrowser(), reason, name, (executablePath) => define(useBrowser(executablePath)));
}

function useBrowser(executablePath: string): OpenBrowser {
  let browser: Browser;
  let open: { page: Page; problems: string[] }[] = [];
  beforeAll(async () => {
    // Inside of a container there is no sandbox within the sandbox; nothing but our own pages is opened.
    const args = [
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
    ];
    browser = await chromium.launch({ executablePath, args });
  });
  afterEach(async () => {
    const problems = open.flatMap((one) => one.problems);
    await Promise.all(open.map(({ page }) => page.context().close()));
    open = [];
    expect(problems).toEqual([]);
  });
  afterAll(() => browser.close());
  return {
    async open(url, { expected, now, ...options } = {}) {
      const context = await browser.newContext({ ...desktop, ...options });
      const page = await context.newPage();
      const problems = watch(page, new URL(url).origin, expected);
      open.push({ page, problems });
      if (now !== undefined) await page.clock.setFixedTime(now);
      await page.goto(url);
      return page;
    },
  };
}

function watch(page: Page, origin: string, expected: RegExp | undefined): string[] {
  const problems: string[] = [];
  const report = (text: string) => {
    if (expected?.test(text) !== true) problems.push(text);
  };
  page.on('pageerror', (error) => report(`exception: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') report(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== origin) report(`asks another server: ${url}`);
  });
  return problems;
}

/** For people to look at: `NAME.png` in the folder of screenshots. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(screenshotFolder, { recursive: true });
  await page.screenshot({ path: join(screenshotFolder, `${name}.png`), animations: 'disabled' });
}
