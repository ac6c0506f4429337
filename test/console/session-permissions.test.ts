/** What an agent asks before it acts is answered where it stands, by hand or by key. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, takePicture } from '../support/browser.js';
import { until } from '../support/processes.js';
import { type SessionWorld, startSessionWorld } from '../support/session-page.js';

const touch = (name: string) => ({ tool: { name: 'Bash', input: { command: `touch ${name}` } } });

const fixing = [
  {
    think:
      'The last line has no newline behind it. Perhaps it is dropped where the text is split. A test shows it.',
  },
  { say: 'I run the tests first, to see the failure for myself.' },
  { tool: { name: 'Bash', input: { command: 'sh test.sh' } } },
  {
    say: 'The last line is dropped when a file does not end with a **newline**. I keep what stands behind the last one:',
  },
  {
    tool: {
      name: 'Write',
      input: {
        path: 'src/parse.ts',
        content: `export function linesOf(text: string): string[] {
  const lines = text.split('\\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
`,
      },
    },
  },
  { ask: { toolName: 'Bash', toolInput: { command: "npm test && git commit -am 'Keep the last line'" } } },
  { say: 'It is committed.' },
];

describeInBrowser('a permission request in the transcript', (browser) => {
  let world: SessionWorld;

  beforeAll(async () => {
    world = await startSessionWorld(
      {
        careful: [{ say: 'I mark the place.' }, touch('first'), touch('second'), { say: 'Done.' }],
        fixer: fixing,
        writer: [{ tool: { name: 'Write', input: { path: 'notes.md', content: '# Notes\n\nKeep it.\n' } } }],
      },
      {
        more: '[targets.careful.permissions]\nmode = "ask"\n[targets.writer.permissions]\nmode = "ask"\n',
        files: { 'test.sh': 'echo 41 passed, 1 failed\n' },
      },
    );
  });
  afterAll(() => world.server.stop());

  it('stands below what led to it, and before what waits for its answer', async () => {
    const sessionId = await world.create('fixer', 'Keep the last line');
    const runId = await world.send(
      sessionId,
      'A file without a newline at its end loses its last line. Find out why and fix it.',
    );
    await world.send(sessionId, 'Then write the line for the changelog.');
    const page = await world.open(browser, sessionId, { viewport: { width: 1280, height: 1120 } });
    await page.getByText('return lines.at(-1)').waitFor();
    await page.getByRole('article', { name: 'Permission for Bash' }).getByText('git commit').waitFor();
    await page.getByRole('region', { name: 'Queue' }).getByText('Then write the line').waitFor();
    await page.getByText('Live', { exact: true }).locator('visible=true').first().waitFor();
    await expectAccessible(page);
    await takePicture(page, 'session-asking');
    await world.client.sessions.interrupt(sessionId, { queue: 'clear' });
    await world.client.runs.wait(runId);
  });

  it('is allowed by a key, and the next one always', async () => {
    const sessionId = await world.create('careful');
    const page = await world.open(browser, sessionId);
    await world.send(sessionId, 'Mark it');
    const card = page.getByRole('article', { name: 'Permission for Bash' });
    await card.getByText('touch first').waitFor();
    await page.getByText(/^Waits for your answer/).waitFor();
    await expectAccessible(page);
    await takePicture(page, 'session-permission');
    await page.keyboard.press('a');
    await card.getByText('touch second').waitFor();
    expect(existsSync(join(world.root, 'first'))).toBe(true);
    await card.getByRole('button', { name: 'Always allow' }).click();
    await page.getByText('Done.', { exact: true }).waitFor();
    await page.getByText('Always allowed by a person').waitFor();
    const { permissions } = await world.client.permissions.list({ status: 'pending' });
    expect(permissions).toEqual([]);
  });

  it('is denied with a word that the agent reads', async () => {
    const sessionId = await world.create('writer');
    const page = await world.open(browser, sessionId);
    await world.send(sessionId, 'Take notes');
    await page.getByRole('article', { name: 'Permission for Write' }).waitFor();
    await page.getByText('Keep it.').first().waitFor();
    await page.keyboard.press('d');
    await page.getByLabel('A word for the agent').fill('Not in this folder');
    await takePicture(page, 'session-refusal');
    await page.keyboard.press('Enter');
    await page.getByText('Denied by a person: “Not in this folder”').waitFor();
    expect(existsSync(join(world.root, 'notes.md'))).toBe(false);
    const [end] = await until('the agent was told', async () => {
      const { events } = await world.client.sessions.listEvents(sessionId, { types: ['tool_execution_end'] });
      return events.length > 0 && events;
    });
    expect(JSON.stringify(end?.event)).toContain('Not in this folder');
  });

  it('answered by somebody else is told, and asks no more', async () => {
    const sessionId = await world.create('careful');
    const page = await world.open(browser, sessionId);
    await world.send(sessionId, 'Mark it');
    const card = page.getByRole('article', { name: 'Permission for Bash' });
    await card.waitFor();
    const { permissions } = await world.client.permissions.list({ status: 'pending' });
    const asked = permissions.find((permission) => permission.sessionId === sessionId);
    await world.client.permissions.decide(asked?.requestId ?? '', { decision: 'deny' });
    await page.getByText('Denied by a person').waitFor();
    await card.getByText('touch second').waitFor();
    await world.client.sessions.interrupt(sessionId);
  });
});
