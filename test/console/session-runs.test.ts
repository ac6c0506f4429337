/** What can be done with runs: steer, interrupt, cancel, retry, fork. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, takePicture } from '../support/browser.js';
import { type SessionWorld, startSessionWorld } from '../support/session-page.js';

const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC';

describeInBrowser('the runs of a session', (browser) => {
  let world: SessionWorld;

  beforeAll(async () => {
    world = await startSessionWorld({
      waiting: [{ say: 'I wait.' }, { waitFor: 'never' }],
      failing: [{ say: 'I try.' }, { fail: 'The build server does not answer.' }],
    });
  });
  afterAll(() => world.server.stop());

  it('can be steered into the turn under way', async () => {
    const sessionId = await world.create('waiting');
    const page = await world.open(browser, sessionId);
    await world.send(sessionId, 'Begin');
    await page.getByText('I wait.', { exact: true }).waitFor();
    await page.getByText('Steer', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Prompt' }).fill('And look at the tests as well');
    await page.keyboard.press('Enter');
    await page.getByText('said into the turn').first().waitFor();
    await page.getByRole('feed').getByText('And look at the tests as well').waitFor();
    expect(await page.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe('');
    await world.client.sessions.interrupt(sessionId);
  });

  it('are cancelled by a key, and a prompt that interrupts goes first', async () => {
    const sessionId = await world.create('waiting');
    const page = await world.open(browser, sessionId);
    await world.send(sessionId, 'Begin');
    await page.getByText('I wait.', { exact: true }).waitFor();
    await page.getByText('Interrupt', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Prompt' }).fill('This instead');
    await page.keyboard.press('Enter');
    await page.getByRole('feed').getByText('This instead').waitFor();
    await page.getByRole('feed').getByText('cancelled', { exact: true }).waitFor();
    await expect.poll(() => page.getByText('I wait.', { exact: true }).count()).toBe(2);
    // With others in the queue it would ask what becomes of them.
    await page.getByText(/^Queue ·/).waitFor({ state: 'hidden' });
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('x');
    await expect.poll(() => page.getByRole('feed').getByText('cancelled', { exact: true }).count()).toBe(2);
    await page.getByText('idle', { exact: true }).waitFor();
  });

  it('ask what becomes of the queue when one is cancelled before others', async () => {
    const sessionId = await world.create('waiting');
    const page = await world.open(browser, sessionId);
    await world.send(sessionId, 'Begin');
    await world.send(sessionId, 'Go on');
    await page.getByText('Queue · 1 waiting').waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel all' }).click();
    await page.getByText('idle', { exact: true }).waitFor();
    const { runs } = await world.client.runs.list({ sessionId });
    expect(runs.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });

  it('say why they failed, and are tried once more', async () => {
    const sessionId = await world.create('failing');
    await world.run(sessionId, 'Build it');
    const page = await world.open(browser, sessionId);
    await page.getByText('The build server does not answer.').waitFor();
    await page.getByText('agent_failed').waitFor();
    await takePicture(page, 'session-failed');
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('once more', { exact: true }).waitFor();
    await expect.poll(() => page.getByText('agent_failed', { exact: true }).count()).toBe(2);
  });

  it('are forked into a session that says where it comes from', async () => {
    const sessionId = await world.create('plain', 'The first');
    await world.run(sessionId, 'What is 2+2?');
    await world.run(sessionId, 'What is 3*4?');
    const page = await world.open(browser, sessionId);
    await page.getByText('What is 3*4?', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Fork', exact: true }).first().click();
    await page.waitForURL((url) => !url.pathname.endsWith(sessionId));
    await page.getByText('Forked from another session').waitFor();
    await page.getByRole('textbox', { name: 'Prompt' }).fill('What was my previous question?');
    await page.keyboard.press('Enter');
    await page.getByText('Your previous question was: "What is 2+2?"', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'another session' }).click();
    await page.getByText('What is 3*4?', { exact: true }).waitFor();
  });

  it('take pictures, and show them', async () => {
    const sessionId = await world.create('plain');
    const page = await world.open(browser, sessionId);
    await page.locator('input[type=file]').setInputFiles({
      name: 'dot.png',
      mimeType: 'image/png',
      buffer: Buffer.from(pixel, 'base64'),
    });
    await page.getByRole('img', { name: 'dot.png' }).waitFor();
    await page.getByRole('textbox', { name: 'Prompt' }).fill('What do you see?');
    await page.keyboard.press('Enter');
    const shown = page.getByRole('feed').getByRole('img', { name: 'Attached picture' });
    await shown.waitFor();
    expect(
      await shown.evaluate(async (image) => {
        const picture = image as unknown as { decode(): Promise<void>; naturalWidth: number };
        await picture.decode();
        return picture.naturalWidth;
      }),
    ).toBe(10);
    await page
      .getByText(/I was shown 1 image/)
      .first()
      .waitFor();
  });

  it('keep a draft of each session', async () => {
    const [one, other] = [await world.create('plain', 'One'), await world.create('plain', 'Other')];
    const page = await world.open(browser, one);
    await page.getByRole('textbox', { name: 'Prompt' }).fill('Half a thought');
    await page.goto(`${world.server.url}/sessions/${other}`);
    expect(await page.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe('');
    await page.goto(`${world.server.url}/sessions/${one}`);
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Prompt' }).inputValue())
      .toBe('Half a thought');
  });

  it('of an archived session are kept, and none is taken', async () => {
    const sessionId = await world.create('plain');
    await world.run(sessionId, 'What is 2+2?');
    const page = await world.open(browser, sessionId);
    await page.getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await page.getByText('This session is archived').waitFor();
    await page.getByRole('button', { name: 'Take it up again' }).click();
    await page.getByRole('textbox', { name: 'Prompt' }).waitFor();
  });

  it('go with their session, which is renamed and deleted from its own screen', async () => {
    const sessionId = await world.create('plain', 'Scratch');
    const page = await world.open(browser, sessionId, { expected: /status of 404/ });
    const act = async (action: string) => {
      await page.getByRole('button', { name: /^Actions for/ }).click();
      await page.getByRole('menuitem', { name: action }).click();
    };
    await page.getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await act('Rename');
    await page.getByRole('dialog').getByLabel('Name').fill('Scratchpad');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Scratchpad' }).waitFor();
    await act('Delete');
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
    await page.goBack();
    await page.getByText('There is no such session').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Go to the sessions' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
  });
});
