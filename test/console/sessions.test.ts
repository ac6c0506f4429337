/** The list of sessions: filtered by its address, searched, and put in order. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, type Page, phone } from '../support/browser.js';
import { type ConsoleScene, fillScene, openScene } from '../support/console-scene.js';

describeInBrowser('the sessions of the console', (browser) => {
  let scene: ConsoleScene;

  beforeAll(async () => {
    scene = await openScene();
    await fillScene(scene);
  });
  afterAll(() => scene.stop());

  const rows = (page: Page) => page.getByRole('list', { name: 'Sessions' }).getByRole('listitem');
  const names = (page: Page) => rows(page).getByRole('link').allInnerTexts();
  const open = async (path: string, options = {}) => {
    const page = await browser.open(`${scene.server.url}${path}`, options);
    await page.getByText('Live', { exact: true }).locator('visible=true').waitFor();
    return page;
  };
  const act = async (page: Page, name: string, action: string) => {
    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: action }).click();
  };

  it('filters by project, status and target, and keeps the filter in the address', async () => {
    const page = await open('/sessions');
    await rows(page).nth(9).waitFor();
    await page.getByLabel('Project').selectOption('payments');
    await rows(page).nth(5).waitFor({ state: 'detached' });
    await page.getByLabel('Status').selectOption('Needs permission');
    await rows(page).nth(1).waitFor({ state: 'detached' });
    expect(await names(page)).toEqual(['Add refunds to orders']);
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      project: 'payments',
      status: 'awaiting_permission',
    });
    await page.goto(`${scene.server.url}/sessions?target=writer&project=storefront`);
    await rows(page).nth(1).waitFor();
    expect(await names(page)).toEqual(['Document the cart API', 'Explain the retry policy']);
    await page.getByLabel('Target').selectOption('nightly');
    await page.getByText('No session is like that').waitFor();
    await page.getByRole('button', { name: 'Show all sessions' }).click();
    await rows(page).nth(9).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('finds names and what was said, and leads to the very place', async () => {
    const page = await open('/sessions');
    await page.keyboard.press('/');
    await page.keyboard.type('retry policy');
    const hits = page.getByRole('list', { name: 'In what was said' }).getByRole('listitem');
    await hits.first().waitFor();
    await rows(page).nth(1).waitFor({ state: 'detached' });
    expect(await names(page)).toEqual(['Explain the retry policy']);
    expect(await hits.first().locator('mark').allInnerTexts()).toEqual(['retry', 'policy']);
    expect(new URL(page.url()).searchParams.get('q')).toBe('retry policy');
    const [hit] = (await scene.client.sessions.search({ q: 'retry policy' })).hits;
    await hits.first().getByRole('link').click();
    await page.waitForURL(`**/sessions/${hit?.sessionId}?seq=${hit?.seq}`);
    await page.goBack();
    await hits.first().waitFor();
    expect(await page.getByLabel('Search names and what was said').inputValue()).toBe('retry policy');
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await rows(page).nth(9).waitFor();
  });

  it('archives a session and takes it back, by mouse and by keyboard', async () => {
    const page = await open('/sessions?target=writer');
    await act(page, 'Document the cart API', 'Archive');
    await page.getByText('“Document the cart API” is archived.').waitFor();
    await rows(page).filter({ hasText: 'Document the cart API' }).waitFor({ state: 'detached' });
    await page.goto(`${scene.server.url}/sessions?status=archived`);
    await rows(page).filter({ hasText: 'Document the cart API' }).waitFor();
    expect(await names(page)).toEqual(['Document the cart API', 'Spike: search as you type']);
    for (const key of ['j', 'Tab', 'Enter']) await page.keyboard.press(key);
    const focused = (item: string) =>
      page.getByRole('menuitem', { name: item }).and(page.locator(':focus')).waitFor();
    await focused('Rename');
    await page.keyboard.press('ArrowDown');
    await focused('Take out of the archive');
    await page.keyboard.press('Enter');
    await page.getByText('“Document the cart API” is back.').waitFor();
    await rows(page).nth(1).waitFor({ state: 'detached' });
    expect(await names(page)).toEqual(['Spike: search as you type']);
  });

  it('renames a session, and deletes one only after it was asked', async () => {
    await scene.complete('storefront', 'writer', 'Scratch', 'Anything at all');
    const page = await open('/sessions');
    await act(page, 'Scratch', 'Rename');
    await expectAccessible(page);
    await page.getByRole('dialog').getByLabel('Name').fill('Scratchpad');
    await page.keyboard.press('Enter');
    await act(page, 'Scratchpad', 'Delete');
    await page.getByText('This cannot be undone.').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Keep it' }).click();
    expect(await names(page)).toContain('Scratchpad');
    await act(page, 'Scratchpad', 'Delete');
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('“Scratchpad” is deleted.').waitFor();
    await rows(page).filter({ hasText: 'Scratchpad' }).waitFor({ state: 'detached' });
  });

  it('says in the dialog why a session that runs is not deleted', async () => {
    const page = await open('/sessions', { expected: /status of 409/ });
    await act(page, 'Fix the flaky checkout test', 'Delete');
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByRole('dialog').getByRole('alert').getByText('cancel them before it is deleted').waitFor();
  });

  it('shows page after page, and moves between rows by keyboard', async () => {
    const { client } = scene;
    for (let index = 1; index <= 51; index += 1)
      await client.sessions.create({ projectId: 'rex', name: `Draft ${index}` });
    const page = await open('/sessions?project=rex', phone);
    await rows(page).nth(49).waitFor();
    expect(await rows(page).count()).toBe(50);
    await page.getByRole('button', { name: 'Show more sessions' }).click();
    await rows(page).nth(50).waitFor();
    expect(new URL(page.url()).searchParams.get('pages')).toBe('2');
    expect(await page.getByRole('button', { name: 'Show more sessions' }).count()).toBe(0);
    for (const key of ['j', 'j', 'k', 'j']) await page.keyboard.press(key);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Draft 50' }).waitFor();
  });
});
