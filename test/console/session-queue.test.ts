/** The queue of a session, edited by hand and by key. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, type Page, phone, takePicture } from '../support/browser.js';
import { type SessionWorld, startSessionWorld } from '../support/session-page.js';

describeInBrowser('the queue of a session', (browser) => {
  let world: SessionWorld;
  let sessionId: string;

  beforeAll(async () => {
    world = await startSessionWorld({ waiting: [{ say: 'I wait.' }, { waitFor: 'never' }] });
  });
  afterAll(async () => {
    writeFileSync(join(world.root, 'never'), '');
    await world.server.stop();
  });

  beforeEach(async () => {
    sessionId = await world.create('waiting');
    for (const prompt of ['Be active', 'Write the tests', 'Fix the parser', 'Tell me what changed'])
      await world.send(sessionId, prompt);
  });

  const rows = (page: Page) => page.getByRole('region', { name: 'Queue' }).getByRole('listitem');
  const order = (page: Page) => rows(page).locator('p').allTextContents();
  const told = async (page: Page, prompts: readonly string[]) => {
    await expect.poll(() => order(page)).toEqual(prompts);
    const { runs } = await world.client.sessions.queue(sessionId);
    expect(runs.map(({ inputPreview }) => inputPreview)).toEqual(prompts);
  };

  it('shows what waits and for what, and can be moved by key and by button', async () => {
    const page = await world.open(browser, sessionId);
    await told(page, ['Write the tests', 'Fix the parser', 'Tell me what changed']);
    await page.getByText('waits for the runs before it').first().waitFor();
    await page.getByRole('button', { name: 'Edit “Fix the parser”' }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await told(page, ['Fix the parser', 'Write the tests', 'Tell me what changed']);
    await page.getByText('Moved to place 1 of 3').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Move down “Write the tests”' }).click();
    await told(page, ['Fix the parser', 'Tell me what changed', 'Write the tests']);
    await expectAccessible(page);
    await takePicture(page, 'session-queue');
  });

  it('can be dragged into another order', async () => {
    const page = await world.open(browser, sessionId);
    await told(page, ['Write the tests', 'Fix the parser', 'Tell me what changed']);
    await rows(page).nth(2).dragTo(rows(page).nth(0));
    await told(page, ['Tell me what changed', 'Write the tests', 'Fix the parser']);
  });

  it('lets a prompt be reworded, cancelled, and all of it cleared', async () => {
    const page = await world.open(browser, sessionId);
    await page.getByRole('button', { name: 'Edit “Write the tests”' }).click();
    await page.getByRole('dialog').getByLabel('Prompt').fill('Write the tests first');
    await page.getByRole('button', { name: 'Keep' }).click();
    await told(page, ['Write the tests first', 'Fix the parser', 'Tell me what changed']);
    await page.getByRole('button', { name: 'Cancel “Fix the parser”' }).click();
    await told(page, ['Write the tests first', 'Tell me what changed']);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('dialog').getByText('What waits is cancelled.').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Back' }).click();
    await told(page, ['Write the tests first', 'Tell me what changed']);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Cancel 2 runs' }).click();
    await rows(page).first().waitFor({ state: 'detached' });
    expect((await world.client.sessions.queue(sessionId)).total).toBe(0);
  });

  it('is paused and resumed', async () => {
    const page = await world.open(browser, sessionId);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('waits for the queue to be resumed').first().waitFor();
    expect((await world.client.sessions.get(sessionId)).queue.paused).toBe(true);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('waits for the runs before it').first().waitFor();
  });

  it('runs one now, in the place of what is active', async () => {
    const page = await world.open(browser, sessionId);
    await page.getByRole('button', { name: 'Run now, in place of the active run “Fix the parser”' }).click();
    await page.getByRole('dialog').getByText('The active run is cancelled').waitFor();
    await page.keyboard.press('Enter');
    await told(page, ['Write the tests', 'Tell me what changed']);
    await page.getByRole('feed').getByText('Fix the parser').waitFor();
    await page.getByRole('feed').getByText('cancelled', { exact: true }).waitFor();
  });

  it('fits a phone', async () => {
    const page = await world.open(browser, sessionId, phone);
    await told(page, ['Write the tests', 'Fix the parser', 'Tell me what changed']);
    await expectAccessible(page);
    await takePicture(page, 'session-queue-phone');
    // Where there is no room for buttons, a menu has the same actions.
    await page.getByRole('button', { name: 'Actions for “Fix the parser”' }).click();
    await page.getByRole('menuitem', { name: 'Move up' }).click();
    await told(page, ['Fix the parser', 'Write the tests', 'Tell me what changed']);
  });

  it('begins folded in a low window, and leaves room for what was said', async () => {
    const page = await world.open(browser, sessionId, { viewport: { width: 640, height: 430 } });
    await page.getByRole('feed').getByText('Be active').waitFor();
    const unfold = page.getByRole('button', { name: 'Queue · 3 waiting' });
    await unfold.waitFor();
    expect(await rows(page).count()).toBe(0);
    await unfold.click();
    await told(page, ['Write the tests', 'Fix the parser', 'Tell me what changed']);
    const feed = await page.getByRole('feed').boundingBox();
    expect(feed?.height).toBeGreaterThan(100);
  });
});
