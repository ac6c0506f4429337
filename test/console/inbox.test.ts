/** What waits for a person: told in the title and on the desktop, and answered without a mouse. */
import { expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, type Page } from '../support/browser.js';
import { type ConsoleScene, openScene } from '../support/console-scene.js';
import { until } from '../support/processes.js';

const askPush = ['storefront', 'release', 'Release 2.4', 'Prepare the release.'] as const;
const askWrite = ['payments', 'migrator', 'Add refunds', 'Orders need a time of refund.'] as const;

describeInBrowser('the inbox', (browser) => {
  const cards = (page: Page) => page.getByRole('article', { name: /^Permission for/ });
  const ask = async (
    scene: ConsoleScene,
    [project, target, name, prompt]: typeof askPush | typeof askWrite,
  ) => {
    const { runId } = await scene.start(project, target, name, prompt);
    return scene.asked(runId);
  };
  const decided = (scene: ConsoleScene, requestId: string) =>
    until('it is decided', async () => {
      const { permissions } = await scene.client.permissions.list({ status: 'decided' });
      return permissions.find((one) => one.requestId === requestId)?.decision;
    });

  it('is answered by keyboard: down, deny with a word, allow, always allow', async () => {
    const scene = await openScene();
    const push = await ask(scene, askPush);
    const write = await ask(scene, askWrite);
    const page = await browser.open(scene.server.url);
    await page.getByText('Live', { exact: true }).locator('visible=true').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await cards(page).nth(1).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('d');
    await page.getByLabel('A word for the agent').waitFor();
    await expectAccessible(page);
    await page.keyboard.type('Not on a Friday.');
    await page.keyboard.press('Enter');
    expect(await decided(scene, write.requestId)).toBe('deny');
    await cards(page).nth(1).waitFor({ state: 'detached' });
    await page.keyboard.press('a');
    expect(await decided(scene, push.requestId)).toBe('allow');
    await page.getByText('Nothing waits for you').waitFor();
    await expectAccessible(page);
    const again = await ask(scene, askPush);
    await cards(page).first().waitFor();
    await page.keyboard.press('Shift+A');
    expect(await decided(scene, again.requestId)).toBe('always_allow');
    const { events } = await scene.client.runs.listEvents(write.runId, { types: ['permission_decision'] });
    expect(events[0]?.event).toMatchObject({ decision: 'deny', message: 'Not on a Friday.' });
    await page.close();
    await scene.stop();
  });

  it('teaches what it is for while nothing waits, with a question to try', async () => {
    const scene = await openScene();
    const page = await browser.open(`${scene.server.url}/inbox`);
    await page.getByRole('button', { name: 'Have it ask' }).click();
    await cards(page).getByText('ls', { exact: true }).waitFor();
    await page.keyboard.press('a');
    await page.getByText('Nothing waits for you').waitFor();
    await page.close();
    await scene.stop();
  });

  it('raises the budget of a parked run by keyboard, and the run goes on', async () => {
    const scene = await openScene();
    const { client } = scene;
    const { runId } = await scene.start('payments', 'auditor', 'Audit', 'Which packages are old?');
    const page = await browser.open(`${scene.server.url}/inbox`);
    const card = page
      .getByRole('article', { name: 'Parked run' })
      .filter({ hasText: 'Which packages are old?' });
    await card.getByText('The budget of the run is used up').waitFor();
    await page.getByRole('link', { name: 'Inbox 1 waiting' }).waitFor();
    await page.keyboard.press('r');
    await page.keyboard.type('10');
    expect(await card.getByLabel('What is raised').inputValue()).toBe('maxToolCalls');
    await expectAccessible(page);
    scene.letGo();
    await page.keyboard.press('Enter');
    await page.getByText('Nothing waits for you').waitFor();
    expect((await client.runs.wait(runId)).finalOutput).toBe('Two packages should be replaced.');
    expect((await client.runs.get(runId)).budget).toEqual({ maxToolCalls: 10 });
    await page.close();
    await scene.stop();
  });

  it('lets a run at a usage limit go on by itself, and then counts it no more; and cancels it', async () => {
    const scene = await openScene();
    const { runId } = await scene.start('storefront', 'translator', 'Mails', 'Translate the mails.');
    const page = await browser.open(`${scene.server.url}/inbox`);
    const card = page
      .getByRole('article', { name: 'Parked run' })
      .filter({ hasText: 'Translate the mails.' });
    await page.getByRole('link', { name: 'Inbox 1 waiting' }).waitFor();
    await card.getByLabel('Go on by itself at').check();
    await page.getByRole('link', { name: 'Inbox', exact: true }).waitFor();
    expect((await scene.client.runs.get(runId)).parked).toMatchObject({ autoResume: true });
    await expectAccessible(page);
    await page.keyboard.press('r');
    await page.getByText('The run goes on.').waitFor();
    await until('it is parked anew', async () => (await scene.client.runs.get(runId)).status === 'parked');
    await card.getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByText('Nothing waits for you').waitFor();
    expect((await scene.client.runs.get(runId)).status).toBe('cancelled');
    await page.close();
    await scene.stop();
  });

  it('tells what an answer came to, also when the question is gone before the answer of the server', async () => {
    const scene = await openScene();
    const { requestId } = await ask(scene, askPush);
    const page = await browser.open(`${scene.server.url}/inbox`);
    await cards(page).first().waitFor();
    await page.route(`**/admin/permissions/${requestId}/*`, async (route) => {
      const response = await route.fetch();
      await cards(page).first().waitFor({ state: 'detached' });
      await route.fulfill({ response });
    });
    await page.keyboard.press('a');
    await page.getByText('Allowed Bash.').waitFor();
    await page.close();
    await scene.stop();
  });

  it('says in the title and the navigation how many wait, on every screen', async () => {
    const scene = await openScene();
    const page = await browser.open(`${scene.server.url}/usage`);
    await page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor();
    expect(await page.title()).toBe('Usage · Quarterdeck');
    const { requestId } = await ask(scene, askPush);
    await page.getByRole('link', { name: 'Inbox 1 waiting' }).waitFor();
    expect(await page.title()).toBe('(1) Usage · Quarterdeck');
    await scene.client.permissions.decide(requestId, { decision: 'deny' });
    await page.getByRole('link', { name: 'Inbox', exact: true }).waitFor();
    expect(await page.title()).toBe('Usage · Quarterdeck');
    await page.close();
    await scene.stop();
  });

  it('notifies on the desktop once somebody asked for it, of what comes while nobody looks', async () => {
    const scene = await openScene();
    await ask(scene, askWrite);
    const page = await browser.open(scene.server.url, { permissions: ['notifications'] });
    // The real one stays; what is shown is written down.
    await page.addInitScript(`
      globalThis.shown = [];
      globalThis.Notification = class extends Notification {
        constructor(title, options) {
          super(title, options);
          shown.push(title + ': ' + options.body);
        }
      };
    `);
    const shown = () => page.evaluate<string[]>('shown');
    await page.goto(`${scene.server.url}/inbox`);
    await page.getByRole('button', { name: 'Notify me on this device' }).click();
    await page.getByRole('button', { name: 'Notifications are on' }).waitFor();
    expect(await shown()).toEqual(['Quarterdeck tells you here: when an agent waits for your answer.']);
    await page.evaluate('document.hasFocus = () => false');
    await ask(scene, askPush);
    await until('the notification is shown', async () => (await shown()).length > 1);
    expect((await shown()).slice(1)).toEqual([
      'Bash waits for permission: storefront: git push origin release/2.4 --follow-tags',
    ]);
    await page.getByRole('button', { name: 'Notifications are on' }).click();
    await page.getByRole('button', { name: 'Notify me on this device' }).waitFor();
    await page.close();
    await scene.stop();
  });
});
