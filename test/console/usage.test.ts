/** What runs used, in the console: charts, the same figures as a table, and who used it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/index.js';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, type Page, type PageOptions, phone, takePicture } from '../support/browser.js';
import { type ServerProcess, startServerProcess, temporaryHome } from '../support/server-process.js';
import { writeUsageHistory } from '../support/usage-history.js';

const whole = new Intl.NumberFormat('en');
const daysKept = 60;

describeInBrowser('the usage of the console', (browser) => {
  let server: ServerProcess;
  let client: Client;
  // Midnight may come while the tests run; what they look at stays the same day.
  const now = Date.now();
  const today = new Date(now).toISOString().slice(0, 10);

  beforeAll(async () => {
    const home = temporaryHome();
    await writeUsageHistory(home, daysKept, now);
    server = await startServerProcess({ home });
    client = createClient({ url: server.url, token: 'dev' });
  });
  afterAll(() => server.stop());

  const open = async (address: string, options: PageOptions = {}) => {
    const page = await browser.open(`${server.url}/usage${address}`, { ...options, now });
    await page.getByRole('img', { name: /^Tokens over time/ }).waitFor();
    return page;
  };
  const openTable = async (page: Page) => {
    await page.locator('summary', { hasText: 'as a table' }).click();
    return page.getByRole('table', { name: 'What runs used, the latest days first' });
  };

  it('draws a chart of each measure, which says in words what it shows', async () => {
    const page = await open('');
    const { total } = await client.usage.get({ by: 'day', from: dayBefore(today, 29), to: today });
    for (const [title, words] of [
      ['Tokens', whole.format(total.inputTokens + total.outputTokens)],
      ['Cost', `$${total.costUsd.toFixed(2)}`],
      ['Runs', whole.format(total.runs)],
      ['Time at work', 'd'],
    ] as const) {
      const chart = page.getByRole('img', { name: new RegExp(`^${title} over time`) });
      expect(await chart.getAttribute('aria-label')).toContain(`${words}`);
      expect(await drawnPixels(page, title)).toBeGreaterThan(500);
    }
    await expectAccessible(page);
  });

  it('has the same figures as a table, day by day and in all', async () => {
    const page = await open('?days=7');
    const table = await openTable(page);
    const { groups, total } = await client.usage.get({ by: 'day', from: dayBefore(today, 6), to: today });
    const rows = await table.locator('tbody tr').all();
    expect(rows).toHaveLength(7);
    const shown = await Promise.all(rows.map((row) => row.locator('td').first().innerText()));
    const runsOf = (day: string) => groups.find(({ key }) => key === day)?.runs ?? 0;
    expect(shown).toEqual([0, 1, 2, 3, 4, 5, 6].map((back) => String(runsOf(dayBefore(today, back)))));
    const sums = await table.locator('tfoot td').allInnerTexts();
    expect(sums.slice(0, 5)).toEqual(
      [total.runs, total.completed, total.failed, total.cancelled, total.inputTokens].map((count) =>
        whole.format(count),
      ),
    );
    await expectAccessible(page);
  });

  it('keeps the range, the project and the measure in the address', async () => {
    const page = await open('');
    await page.getByText('90 days', { exact: true }).click();
    await page.waitForURL(/days=90/);
    await page.getByLabel('Project', { exact: true }).selectOption('payments');
    await page.waitForURL(/project=payments/);
    await page.getByRole('group', { name: 'Bars by' }).getByText('Cost').click();
    await page.waitForURL(/measure=cost/);
    await page.reload();
    expect(await page.getByRole('radio', { name: '90 days' }).isChecked()).toBe(true);
    expect(await page.getByLabel('Project', { exact: true }).inputValue()).toBe('payments');
    expect(await page.getByRole('region', { name: 'By project' }).count()).toBe(0);
    const { total } = await client.usage.get({ by: 'day', projectId: 'payments' });
    const runs = page.getByRole('img', { name: /^Runs over time/ });
    expect(await runs.getAttribute('aria-label')).toContain(`${whole.format(total.runs)} in all`);
  });

  it('takes other days, and says what is wrong with them', async () => {
    const page = await open('');
    await page.getByRole('button', { name: 'Other days' }).click();
    const dialog = page.getByRole('dialog', { name: 'Other days' });
    await dialog.getByLabel('First day').fill(today);
    await dialog.getByLabel('Last day').fill(dayBefore(today, 3));
    await dialog.getByText('It must not be before the first').waitFor();
    expect(await dialog.getByRole('button', { name: 'Show them' }).isDisabled()).toBe(true);
    await expectAccessible(page);
    await dialog.getByLabel('First day').fill(dayBefore(today, 20));
    await dialog.getByRole('button', { name: 'Show them' }).click();
    await page.waitForURL(new RegExp(`from=${dayBefore(today, 20)}&to=${dayBefore(today, 3)}`));
    expect(await (await openTable(page)).locator('tbody tr').count()).toBe(18);
  });

  it('shows weeks where days would be too many', async () => {
    const page = await open('?days=365');
    const rows = await (await openTable(page)).locator('tbody tr').count();
    expect([53, 54]).toContain(rows);
  });

  it('says who used how much, the largest first', async () => {
    const page = await open('?days=90&measure=cost');
    for (const [by, region, first] of [
      ['project', 'By project', undefined],
      ['harness', 'By agent', 'Claude Code'],
      ['model', 'By model', 'claude-opus-5'],
    ] as const) {
      const { groups } = await client.usage.get({ by });
      const top = [...groups].sort((one, other) => other.costUsd - one.costUsd)[0];
      const table = page.getByRole('region', { name: region }).getByRole('table');
      await table.waitFor();
      const row = table.locator('tbody tr').first();
      expect(await row.getByRole('rowheader').innerText()).toBe(first ?? top?.name);
      expect(await row.innerText()).toContain(`$${top?.costUsd.toFixed(2)}`);
    }
  });

  it('teaches the next step where nothing was used', async () => {
    const page = await browser.open(`${server.url}/usage?from=2001-01-01&to=2001-01-31`);
    await page.getByText('No run has ended in these days').waitFor();
    await page.getByRole('button', { name: '1 Jan 2001 – 31 Jan 2001' }).waitFor();
    await page.getByText('npx quarterdeck run --project').waitFor();
    await expectAccessible(page);
  });

  it.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' as const }],
    ['phone', phone],
  ])('keeps to the width of its window, in %s', async (name, options) => {
    const page = await open('', options);
    await page.getByRole('region', { name: 'By model' }).getByRole('table').waitFor();
    await takePicture(page, `usage-${name}`);
    await openTable(page);
    await expectAccessible(page);
    const wider = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(wider).toBe(0);
  });
});

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);
}

/** How many pixels of its canvas are not empty. */
function drawnPixels(page: Page, title: string): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('[role="img"][aria-label^="${title}"] canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, index) => index % 4 === 3 && value > 0).length;
  })()`);
}
