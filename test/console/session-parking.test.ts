/** A run that is parked says why in the transcript, and goes on from there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, takePicture } from '../support/browser.js';
import { type SessionWorld, startSessionWorld } from '../support/session-page.js';

const list = { tool: { name: 'Bash', input: { command: 'ls' } } };

describeInBrowser('a parked run', (browser) => {
  let world: SessionWorld;

  beforeAll(async () => {
    world = await startSessionWorld(
      {
        // It stays in the turn until the budget has stopped it.
        bounded: [{ say: 'I look.' }, list, list, list, { waitFor: 'go-on' }, { say: 'Three times.' }],
        limited: [{ fail: 'Too many requests.', resumesAt: Date.UTC(2100, 0, 1) }],
      },
      { more: '[targets.bounded.limits]\nmaxToolCalls = 2\n' },
    );
  });
  afterAll(() => world.server.stop());

  it('goes on when its budget is raised', async () => {
    const sessionId = await world.create('bounded');
    const page = await world.open(browser, sessionId);
    const runId = await world.send(sessionId, 'Look three times');
    const card = page.getByRole('article', { name: 'Parked run' });
    await card.getByText('A budget is used up').waitFor();
    expect(await card.getByLabel('What is raised').inputValue()).toBe('maxToolCalls');
    await expectAccessible(page);
    await takePicture(page, 'session-parked');
    writeFileSync(join(world.root, 'go-on'), '');
    await card.getByLabel('Raise it to').fill('20');
    await card.getByRole('button', { name: 'Raise and go on' }).click();
    await page.getByText('Three times.', { exact: true }).waitFor();
    await card.waitFor({ state: 'detached' });
    expect((await world.client.runs.wait(runId)).status).toBe('completed');
  });

  it('by a usage limit says when it may go on, and can be given up', async () => {
    const sessionId = await world.create('limited');
    const page = await world.open(browser, sessionId);
    const runId = await world.send(sessionId, 'Ask the model');
    const card = page.getByRole('article', { name: 'Parked run' });
    await card.getByText('The provider’s usage limit was reached').waitFor();
    await card.getByLabel(/Go on by itself at/).click();
    await expect.poll(async () => (await world.client.runs.get(runId)).parked?.autoResume).toBe(true);
    await card.getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByRole('feed').getByText('cancelled', { exact: true }).waitFor();
    await card.waitFor({ state: 'detached' });
  });
});
