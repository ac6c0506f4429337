/** From the first start to the first answer, and what the overview says of sessions at work. */
import { expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, phone } from '../support/browser.js';
import { fillScene, openScene } from '../support/console-scene.js';
import { until } from '../support/processes.js';
import { startServerProcess } from '../support/server-process.js';

describeInBrowser('the overview', (browser) => {
  it('leads from a first start to a first answer with one click', async () => {
    const server = await startServerProcess();
    const page = await browser.open(server.url, phone);
    await page.getByText('Welcome aboard').waitFor();
    await page.getByText('npx quarterdeck run --project rex').waitFor();
    await page.getByRole('button', { name: 'What is 2+2?' }).click();
    await page.waitForURL(/\/sessions\/ses_/);
    await page.getByRole('heading', { level: 1, name: 'What is 2+2?' }).waitFor();
    await page.getByRole('main').getByText('4', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('list', { name: 'Latest sessions' }).getByText('What is 2+2?').waitFor();
    await page.close();
    await server.stop();
  });

  it('tells what waits, what runs and what it is at, what is queued, and what failed; and that it changes', async () => {
    const scene = await openScene();
    await fillScene(scene);
    const page = await browser.open(scene.server.url);
    const list = (name: string) => page.getByRole('list', { name, exact: true }).getByRole('listitem');
    await list('Queued').nth(1).waitFor();
    // Each panel reads for itself.
    const texts = (name: string) => expect.poll(() => list(name).allInnerTexts());
    await texts('Waiting for you').toEqual([
      expect.stringContaining('git push origin release/2.4 --follow-tags'),
      expect.stringContaining('db/migrations/0042_orders.sql'),
      expect.stringMatching(/Audit the dependencies.*The budget of the run is used up/s),
      expect.stringMatching(/Translate the order mails.*The plan allows no more requests/s),
    ]);
    await list('Running').getByText('sh scripts/check.sh --suite checkout').nth(1).waitFor();
    await texts('Running').toEqual([
      expect.stringMatching(/Upgrade to Node 22\s+running\s+\d+ s\s+Move the payments service/),
      expect.stringMatching(/Fix the flaky checkout test.*Uses Bash/s),
    ]);
    await texts('Queued').toEqual([
      expect.stringMatching(/\nThen write a test that would have caught it\.$/),
      expect.stringMatching(/\nAnd sum it up for the changelog\.$/),
    ]);
    await texts('Failed in the last day').toEqual([
      expect.stringContaining('The package registry did not answer'),
    ]);
    await expectAccessible(page);

    await list('Failed in the last day').getByRole('button', { name: 'Retry' }).click();
    await list('Failed in the last day').nth(1).waitFor();
    scene.letGo();
    await page.getByText('Nothing runs at the moment.').waitFor();
    await page.getByRole('list', { name: 'Queued' }).waitFor({ state: 'detached' });
    await expect.poll(() => list('Waiting for you').count()).toBe(4);
    await page.close();
    await scene.stop();
  });

  it('opens the dialog for a new session with a key, keeps what was written, and leads to the session', async () => {
    const scene = await openScene();
    const page = await browser.open(scene.server.url);
    await page.getByText('Live', { exact: true }).locator('visible=true').waitFor();
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog', { name: 'New session' });
    await dialog.getByLabel('Project').selectOption('storefront');
    await dialog.getByLabel('Prompt').fill('How does the client retry?');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.keyboard.press('c');
    expect(await dialog.getByLabel('Prompt').inputValue()).toBe('How does the client retry?');
    await dialog.getByLabel('Project').selectOption('storefront');
    await dialog.getByLabel('Target').selectOption('writer');
    await dialog.getByText('Writes down how things are').waitFor();
    await dialog.getByLabel('Name').fill('Retries');
    await expectAccessible(page);
    await dialog.getByLabel('Prompt').press('Control+Enter');
    await page.getByRole('heading', { level: 1, name: 'Retries' }).waitFor();
    const [session] = await scene.client.sessions.list();
    expect(new URL(page.url()).pathname).toBe(`/sessions/${session?.sessionId}`);
    expect(session).toMatchObject({ name: 'Retries', projectId: 'storefront', aspTargetName: 'writer' });
    const run = await until('the run has ended', async () => {
      const { runs } = await scene.client.runs.list({ status: 'completed' });
      return runs[0];
    });
    expect(run.inputPreview).toBe('How does the client retry?');
    await page.close();
    await scene.stop();
  });

  it('opens a session without a prompt, and says in the dialog what the server refuses', async () => {
    const scene = await openScene({ QUARTERDECK_QUEUED_RUNS_PER_SESSION_MAX: '1' });
    const page = await browser.open(scene.server.url, { expected: /status of 4\d\d/ });
    const open = async () => {
      await page.getByRole('button', { name: 'New session' }).first().click();
      return page.getByRole('dialog');
    };
    const dialog = await open();
    await dialog.getByLabel('Name').fill('Empty for now');
    await dialog.getByRole('button', { name: 'Open without a prompt' }).click();
    await page.getByRole('heading', { level: 1, name: 'Empty for now' }).waitFor();
    await page.goto(scene.server.url);
    const again = await open();
    await again.getByLabel('Prompt').fill('x'.repeat(300_000));
    await again.getByRole('button', { name: 'Start the session' }).click();
    await again.getByRole('alert').waitFor();
    expect((await again.getByLabel('Prompt').inputValue()).length).toBe(300_000);
    await page.close();
    await scene.stop();
  });
});
