/** The screens with work on them, in light, in dark and on a phone: for people to look at. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, desktop, type Page, phone, takePicture } from '../support/browser.js';
import { type ConsoleScene, fillScene, openScene } from '../support/console-scene.js';
import { startServerProcess } from '../support/server-process.js';

/** Nothing is cut off at its right, or has to be moved to be read. */
async function expectWithinWidth(page: Page): Promise<void> {
  const { needed, there } = await page.evaluate<{ needed: number; there: number }>(
    '(({ scrollWidth, clientWidth }) => ({ needed: scrollWidth, there: clientWidth }))(document.querySelector("main"))',
  );
  expect(needed).toBeLessThanOrEqual(there);
}

const looks = [
  ['light', { ...desktop, colorScheme: 'light' }],
  ['dark', { ...desktop, colorScheme: 'dark' }],
  ['phone', { ...phone, colorScheme: 'light' }],
] as const;

const screens = [
  ['overview', '/', 'Agents'],
  ['sessions', '/sessions', 'Release 2.4'],
  ['sessions-search', '/sessions?q=retry', 'In what was said'],
  ['inbox', '/inbox', 'git push origin release/2.4 --follow-tags'],
] as const;

describeInBrowser('the screens with work on them', (browser) => {
  let scene: ConsoleScene;

  beforeAll(async () => {
    scene = await openScene();
    await fillScene(scene);
  });
  afterAll(() => scene.stop());

  for (const [look, options] of looks) {
    it.each(screens)(`shows %s in ${look}`, async (name, path, words) => {
      const page = await browser.open(`${scene.server.url}${path}`, options);
      await page.getByText(words).first().waitFor();
      await page.getByText('Live', { exact: true }).locator('visible=true').waitFor();
      await expectAccessible(page);
      await expectWithinWidth(page);
      await takePicture(page, `${name}-${look}`);
    });

    it(`shows the dialog for a new session in ${look}`, async () => {
      const page = await browser.open(scene.server.url, options);
      await page.getByRole('button', { name: 'New session' }).click();
      await page.getByLabel('Prompt').fill('The order mail goes out twice. Find out why and fix it.');
      await page.getByText('Builds and checks, and may write').waitFor();
      await expectAccessible(page);
      await expectWithinWidth(page);
      await takePicture(page, `new-session-${look}`);
    });

    it(`shows a first start in ${look}`, async () => {
      const fresh = await startServerProcess();
      const page = await browser.open(fresh.url, options);
      await page.getByText('Welcome aboard').waitFor();
      await page.getByText('Live', { exact: true }).locator('visible=true').waitFor();
      await expectAccessible(page);
      await expectWithinWidth(page);
      await takePicture(page, `first-start-${look}`);
      await page.goto(`${fresh.url}/inbox`);
      await page.getByText('Nothing waits for you').waitFor();
      await expectAccessible(page);
      await expectWithinWidth(page);
      await takePicture(page, `inbox-empty-${look}`);
      await fresh.stop();
    });
  }
});
