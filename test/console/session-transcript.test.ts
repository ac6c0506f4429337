/** The transcript of a session: what was said and done, as it happens and afterwards. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, phone, takePicture } from '../support/browser.js';
import { root, temporaryHome } from '../support/server-process.js';
import { type SessionWorld, startSessionWorld } from '../support/session-page.js';

const acpAgent = join(root, 'test/support/acp-agent/acp-agent.mjs');

const answer = `## What I found

The parser drops the **last line** of a file without a newline. See [the standard](https://pubs.opengroup.org/).

3. Read the file
4. Keep what is behind the last newline

\`\`\`ts
export function linesOf(text: string): string[] {
  const lines = text.split('\\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines; // the last one counts
}
\`\`\`

| Case | Before | After | What it means |
|---|---|---|---|
| \`a\\nb\` | 1 | 2 | The line that has no newline behind it counts |
| empty | 0 | 0 | There is no line in it |

> It was so since the first version.

<script>alert(1)</script><img src="https://elsewhere.example/x.png" onerror="alert(2)">
`;

const colours =
  "printf '\\033[32m✓ 41 passed\\033[0m\\n\\033[31m✗ 1 failed\\033[0m: lines.test.ts \\033[38;5;208mslow\\033[0m \\033[30;42m PASS \\033[0m\\n'; exit 1";

describeInBrowser('the transcript of a session', (browser) => {
  let world: SessionWorld;

  beforeAll(async () => {
    const more = `[targets.delegating]\nharness = "acp"\n[targets.delegating.acp]\ncommand = ${JSON.stringify(process.execPath)}\nargs = ${JSON.stringify([acpAgent, temporaryHome()])}\n`;
    world = await startSessionWorld(
      {
        review: [
          { think: 'The last line has no newline.\\nSo it is never pushed.'.replace('\\n', '\n') },
          { say: 'I look at the tests first.' },
          { tool: { name: 'Bash', input: { command: colours } } },
          {
            tool: {
              name: 'Write',
              input: { path: 'src/lines.ts', content: 'export const a = 1;\nexport const b = 2;\n' },
            },
          },
          { say: answer },
        ],
        slow: [
          { say: 'one two three four five six', deltas: 6, delayMs: 100 },
          { waitFor: 'go-on' },
          { say: ' And the end.' },
        ],
      },
      { more },
    );
  });
  afterAll(() => world.server.stop());

  it('shows Markdown, code, tools, differences and thinking of a run that has ended', async () => {
    const sessionId = await world.create('review', 'The last line of a file');
    await world.run(sessionId, 'Why is the last line missing?');
    const page = await world.open(browser, sessionId);
    await page.getByText('Why is the last line missing?').waitFor();
    await page.getByRole('heading', { name: 'What I found' }).waitFor();
    await page.locator('.hljs-keyword').first().waitFor();
    expect(await page.locator('table').last().locator('td').first().textContent()).toBe('a\\nb');
    await page.getByText('export const b = 2;').waitFor();
    await page.locator('.text-bad', { hasText: '✗ 1 failed' }).waitFor();
    await page.locator('.own-colour', { hasText: 'slow' }).waitFor();
    await page.locator('.bg-good-soft', { hasText: 'PASS' }).waitFor();
    await page.getByText('<script>alert(1)</script>').waitFor();
    // A list begins where it says, and a link leaves the console where it is.
    await page.locator('ol[start="3"]').waitFor();
    await page
      .getByRole('link', { name: 'the standard' })
      .and(page.locator('[target=_blank][rel~=noopener]'))
      .waitFor();
    await expectAccessible(page);
    await takePicture(page, 'session-light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('[data-theme=dark]').waitFor();
    await expectAccessible(page);
    await takePicture(page, 'session-dark');
  });

  it('shows it on a phone', async () => {
    const sessionId = await world.create('review', 'The last line of a file');
    await world.run(sessionId, 'Why is the last line missing?');
    const page = await world.open(browser, sessionId, phone);
    await page.getByRole('heading', { name: 'What I found' }).waitFor();
    await expectAccessible(page);
    await takePicture(page, 'session-phone');
    // A table that is too wide is moved sideways: no word of it is cut in two.
    const lines = await page.evaluate(`
      const words = document.createRange();
      words.selectNodeContents([...document.querySelectorAll('th')].find((cell) => cell.textContent === 'Before'));
      words.getClientRects().length;
    `);
    expect(lines).toBe(1);
  });

  it('lets prompts, answers and output be copied, also where a page has no clipboard of its own', async () => {
    const sessionId = await world.create('review', 'The last line of a file');
    await world.run(sessionId, 'Why is the last line missing?');
    const page = await world.open(browser, sessionId);
    // As a browser has it for pages that came over plain HTTP from another machine.
    await page.addInitScript("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.reload();
    await page.getByText('completed', { exact: true }).waitFor();
    const prompt = page.getByRole('textbox', { name: 'Prompt' });
    const copies = async (label: string, text: string) => {
      await page.getByRole('button', { name: label }).last().press('Enter');
      await prompt.fill('');
      await prompt.press('Control+v');
      await expect.poll(() => prompt.inputValue()).toBe(text);
    };
    await copies('Copy the answer', answer);
    await copies('Copy the prompt', 'Why is the last line missing?');
    await copies('Copy the output', '✓ 41 passed\n✗ 1 failed: lines.test.ts slow  PASS ');
  });

  it('nests what a subagent says and does below its call', async () => {
    const sessionId = await world.create('delegating');
    await world.run(sessionId, 'Delegate to run: echo found');
    const page = await world.open(browser, sessionId);
    await page.getByText('Delegated.', { exact: true }).waitFor();
    const call = page.getByRole('button', { name: /Think/ });
    await call.getByText(/^\d steps$/).waitFor();
    expect(await page.getByText('I look inside.').count()).toBe(0);
    await call.click();
    await page.getByText('I look inside.').waitFor();
    await page.getByRole('button', { name: /Bash echo found/ }).waitFor();
    await takePicture(page, 'session-subagent');
  });

  it('shows words as they come', async () => {
    const sessionId = await world.create('slow');
    const page = await world.open(browser, sessionId);
    await page.getByRole('textbox', { name: 'Prompt' }).fill('Count');
    await page.keyboard.press('Enter');
    await page.getByText('one two three four five six', { exact: true }).waitFor();
    await page.getByText('The agent works').waitFor();
    await takePicture(page, 'session-running');
    writeFileSync(join(world.root, 'go-on'), '');
    await page.getByText('And the end.', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Retry' }).waitFor();
  });
});
