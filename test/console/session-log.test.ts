/** The log of a session in the console: across a restart, as raw events, by link, and when it is long. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, type Page, takePicture } from '../support/browser.js';
import { type SessionWorld, startSessionWorld } from '../support/session-page.js';

/** So many events take their time on a small machine that does other things as well. */
const hangMs = 120_000;

describeInBrowser('the log of a session', (browser) => {
  let world: SessionWorld;

  beforeAll(async () => {
    world = await startSessionWorld({
      counting: [
        { say: Array.from({ length: 60 }, (_, index) => `w${index + 1}`).join(' '), deltas: 60, delayMs: 50 },
      ],
      huge: [
        {
          repeat: {
            times: 6250,
            steps: [
              { say: 'Again `src/lines.ts`: **nothing** is wrong here.', deltas: 2 },
              { tool: { name: 'Read', input: { path: 'asp-targets.toml' } } },
              { emit: { count: 2, bytes: 60, type: 'notice' } },
            ],
          },
        },
      ],
      long: [
        {
          repeat: {
            times: 700,
            steps: [{ say: 'A line.' }, { emit: { count: 2, bytes: 40, type: 'notice' } }],
          },
        },
      ],
    });
  });
  afterAll(() => world.server.stop());

  it('loses nothing and doubles nothing when the server dies in mid-stream and comes back', async () => {
    const sessionId = await world.create('counting');
    const page = await world.open(browser, sessionId, { expected: /ERR_|Failed to load/ });
    await world.send(sessionId, 'Count');
    await page
      .getByText(/w10 w11/)
      .first()
      .waitFor();
    await world.restart();
    await page.getByText('interrupted_by_restart').waitFor();
    await page.getByText('Live', { exact: true }).locator('visible=true').first().waitFor();
    await world.run(sessionId, 'Count again');
    await page.getByText('completed', { exact: true }).waitFor();
    const { events } = await world.client.sessions.listEvents(sessionId, {
      types: ['message_end'],
      limit: 100,
    });
    const said = events.flatMap(({ event }) =>
      event.type === 'message_end' && event.message.role === 'assistant'
        ? [String(event.message.content)]
        : [],
    );
    const whole = said.at(-1) ?? '';
    expect(whole.split(' ')).toHaveLength(60);
    const shown = page.getByRole('article', { name: 'Answer' });
    expect((await shown.last().textContent())?.trim()).toBe(whole);
    expect(await shown.count()).toBe(2);
    // Of the run that was cut off, what came is still there, once.
    const first = (await shown.first().textContent())?.trim() ?? '';
    expect(whole.startsWith(first)).toBe(true);
    expect(first).toContain('w10 w11');
  });

  it('is there as it is, by type, with its numbers and its JSON', async () => {
    const sessionId = await world.create('plain');
    await world.run(sessionId, 'What is 2+2?');
    const page = await world.open(browser, sessionId);
    await page.getByText('completed', { exact: true }).waitFor();
    await page.keyboard.press('e');
    await page.getByRole('button', { name: /run_completed/ }).waitFor();
    await page.getByRole('button', { name: 'Tools' }).click();
    await page.getByText('No events of these types').waitFor();
    await page.getByRole('button', { name: 'Tools' }).click();
    await page.getByRole('button', { name: 'Runs' }).click();
    const rows = page.getByRole('region', { name: 'Events' }).getByRole('listitem');
    await expect.poll(() => rows.count()).toBe(4);
    await rows.first().getByRole('button').first().click();
    await page.getByText('"queuePosition": 1').waitFor();
    await expectAccessible(page);
    await takePicture(page, 'session-events');
    // What comes is added.
    await world.run(sessionId, 'What is 3*4?');
    await expect.poll(() => rows.count()).toBe(8);
  });

  it('is gone to by a link to an event, from where it goes on in both directions', async () => {
    const sessionId = await world.create('long');
    await world.run(sessionId, 'Go on and on');
    const { events } = await world.client.sessions.listEvents(sessionId, {
      types: ['message_end'],
      limit: 1000,
    });
    const middle = events[350];
    const page = await browser.open(`${world.server.url}/sessions/${sessionId}?seq=${middle?.seq}`);
    const target = page.locator('article:has(> .outline-accent)');
    await target.getByText('A line.').waitFor();
    await page.getByText('Earlier events').waitFor();
    const events2 = `${world.server.url}/sessions/${sessionId}?seq=${middle?.seq}&tab=events`;
    await page.goto(events2);
    await page.getByText(`"seq": ${middle?.seq}`).waitFor();
    await page.goto(`${world.server.url}/sessions/${sessionId}?seq=${middle?.seq}`);
    await target.waitFor();
    await scrollToEnd(page, -1);
    await page.getByRole('feed').getByText('Go on and on').waitFor();
    await page.getByRole('button', { name: /^Latest/ }).click();
    await page.getByText('completed', { exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('says that there is more below what somebody reads, and leads there', async () => {
    const sessionId = await world.create('long');
    await world.run(sessionId, 'Go on and on');
    const page = await world.open(browser, sessionId);
    await page.getByText('completed', { exact: true }).waitFor();
    // Rows that are measured may bring the list back to its end until all of them are.
    await expect
      .poll(async () => {
        await page.getByRole('feed').evaluate((element) => {
          element.scrollTop -= 1000;
        });
        return page.getByRole('button', { name: 'Latest', exact: true }).count();
      })
      .toBe(1);
    await world.run(sessionId, 'Once more');
    await page.getByRole('button', { name: 'Latest: there is more' }).click();
    await page.getByText('completed', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Latest/ }).waitFor({ state: 'detached' });
  });

  it('of many events is read from its end, and the rest when it is scrolled to', async () => {
    const sessionId = await world.create('long');
    await world.run(sessionId, 'Go on and on');
    const page = await world.open(browser, sessionId);
    const pages: string[] = [];
    page.on('request', (request) => {
      if (/\/events\?.*before=/.test(request.url())) pages.push(request.url());
    });
    await page.getByText('completed', { exact: true }).waitFor();
    expect(pages).toEqual([]);
    await scrollToEnd(page, -1);
    await page.getByRole('feed').getByText('Go on and on').waitFor();
    expect(pages.length).toBeGreaterThan(0);
    await page.keyboard.press('l');
    await page.getByText('completed', { exact: true }).waitFor();
  });

  it('of 50,000 events is there at once, and only what is seen of it is in the page', async () => {
    const sessionId = await world.create('huge');
    const page = await world.open(browser, sessionId);
    // It comes while it is watched, and again when it is opened.
    await world.send(sessionId, 'Read on and on');
    await page.getByText('completed', { exact: true }).waitFor({ timeout: hangMs });
    const { total } = await world.client.sessions.listEvents(sessionId, { limit: 0 });
    expect(total).toBeGreaterThan(50_000);
    expect(await page.getByRole('article').count()).toBeLessThan(60);
    await page.reload();
    await page.getByText('completed', { exact: true }).waitFor({ timeout: hangMs });
    await scrollToEnd(page, -1);
    await page.getByRole('feed').getByText('Read on and on').waitFor();
    expect(await page.getByRole('article').count()).toBeLessThan(60);
  }, 240_000);
});

/** Scrolls on and on until there is nothing more to come. */
async function scrollToEnd(page: Page, direction: 1 | -1): Promise<void> {
  const feed = page.getByRole('feed');
  await expect
    .poll(
      () =>
        feed.evaluate((element, sign) => {
          element.scrollTop += sign * 1_000_000;
          const atEnd = sign < 0 ? element.scrollTop === 0 : false;
          return atEnd && !/Reading older/.test(element.textContent ?? '');
        }, direction),
      { timeout: hangMs },
    )
    .toBe(true);
}
