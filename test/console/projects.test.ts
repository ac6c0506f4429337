/** Projects in the console: added, changed and removed, with every target as it comes out of its files. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/index.js';
import { expectAccessible } from '../support/accessibility.js';
import { describeInBrowser, type Page, phone, takePicture } from '../support/browser.js';
import { atlas, unreadable, writeFolder } from '../support/project-folders.js';
import { type ServerProcess, startServerProcess, temporaryHome } from '../support/server-process.js';

describeInBrowser('the projects of the console', (browser) => {
  let server: ServerProcess;
  let client: Client;
  let folders: string;

  beforeAll(async () => {
    server = await startServerProcess();
    client = createClient({ url: server.url, token: 'dev' });
    folders = temporaryHome();
    await client.projects.create({ root: await writeFolder(join(folders, 'atlas'), atlas), name: 'Atlas' });
  });
  afterAll(() => server.stop());

  const folder = (name: string, files: Readonly<Record<string, string>> = { 'README.md': 'hello' }) =>
    writeFolder(join(folders, name), files);
  /** The dialog that `button` opens. */
  const openDialog = async (page: Page, button: string) => {
    await page.getByRole('button', { name: button }).click();
    return page.getByRole('dialog');
  };
  const openTarget = (page: Page, name: string) => page.locator('summary', { hasText: name }).click();

  it('adds a folder as a project, and goes to it', async () => {
    const root = await folder('payments');
    const page = await browser.open(`${server.url}/projects`);
    await page.getByText('Live').locator('visible=true').waitFor();
    await page.keyboard.press('n');
    const dialog = page.getByRole('dialog', { name: 'Add a project' });
    await page.keyboard.type(root);
    expect(await dialog.getByLabel('Folder').inputValue()).toBe(root);
    await dialog.getByLabel('Name').fill('Payments');
    await expectAccessible(page);
    await takePicture(page, 'projects-add-light');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Payments' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/projects/payments');
    expect(await client.projects.get('payments')).toMatchObject({ name: 'Payments', root });
    await page.getByText('There is no asp-targets.toml here').waitFor();
    await expectAccessible(page);
  });

  it('says at the field what is wrong, and keeps what was typed', async () => {
    const page = await browser.open(`${server.url}/projects`, { expected: /400|409/ });
    const dialog = await openDialog(page, 'Add a project');
    const add = dialog.getByRole('button', { name: 'Add the project' });
    await add.click();
    await dialog.getByText('Say which folder it is.').waitFor();
    await dialog.getByLabel('Folder').fill(join(folders, 'nowhere'));
    await add.click();
    await dialog.getByText('The folder does not exist.').waitFor();
    await dialog.getByLabel('Folder').fill(await folder('second'));
    await dialog.getByLabel('Id').fill('Not An Id');
    await add.click();
    await dialog.getByText('The id must be up to 64 of').waitFor();
    await dialog.getByLabel('Id').fill('atlas');
    await add.click();
    await dialog.getByText('A project "atlas" exists already. Choose another id.').waitFor();
    await expectAccessible(page);
    await dialog.getByLabel('Id').fill('second');
    await add.click();
    await page.getByRole('heading', { level: 1, name: 'second' }).waitFor();
  });

  it('renames a project and sets its default target, and offers no broken one', async () => {
    await client.projects.create({ root: join(folders, 'atlas'), projectId: 'to-edit' });
    const page = await browser.open(`${server.url}/projects/to-edit`);
    const dialog = await openDialog(page, 'Edit');
    await dialog.getByLabel('Name').fill('Edited');
    const broken = dialog.getByRole('option', { name: 'nightly (broken)' });
    await broken.waitFor({ state: 'attached' });
    expect(await broken.isDisabled()).toBe(true);
    await dialog.getByLabel('Default target').selectOption('offline');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'Edited' }).waitFor();
    expect(await client.projects.get('to-edit')).toMatchObject({ name: 'Edited', defaultTarget: 'offline' });
    await openDialog(page, 'Edit');
    await dialog.getByLabel('Default target').selectOption('');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await client.projects.get('to-edit')).not.toHaveProperty('defaultTarget');
  });

  it('bounds what a project may use, and says what becomes of runs that are interrupted', async () => {
    await client.projects.create({ root: join(folders, 'atlas'), projectId: 'bounded', name: 'Search' });
    const page = await browser.open(`${server.url}/projects/bounded`);
    const dialog = await openDialog(page, 'Edit');
    const save = dialog.getByRole('button', { name: 'Save' });
    const day = dialog.getByRole('group', { name: 'Budget of a day (UTC)' });
    await day.getByLabel('Cost in dollars').fill('12.50');
    await day.getByLabel('Tokens').fill('many');
    await day.getByText('A number above 0.').waitFor();
    expect(await save.isDisabled()).toBe(true);
    await expectAccessible(page);
    await day.getByLabel('Tokens').fill('2000000');
    await dialog.getByRole('group', { name: 'Budget of all its runs' }).getByLabel('Minutes').fill('600');
    await dialog.getByLabel('Parked runs go on by themselves').check();
    await dialog
      .getByLabel('Runs that a crash')
      .selectOption({ label: 'Go on: the agent is told what happened' });
    await takePicture(page, 'project-edit-light');
    await save.click();
    await page.getByText('2,000,000 tokens, $12.50').waitFor();
    expect(await client.projects.get('bounded')).toMatchObject({
      dailyBudget: { maxTokens: 2_000_000, maxCostUsd: 12.5 },
      budget: { maxDurationMs: 36_000_000 },
      autoResume: true,
      onRestart: 'continue',
    });
    await openDialog(page, 'Edit');
    expect(await day.getByLabel('Cost in dollars').inputValue()).toBe('12.5');
    await day.getByLabel('Cost in dollars').fill('');
    await day.getByLabel('Tokens').fill('');
    await save.click();
    await dialog.waitFor({ state: 'detached' });
    expect(await client.projects.get('bounded')).not.toHaveProperty('dailyBudget');
  });

  it('shows what a target comes to, and where each part is from', async () => {
    const page = await browser.open(`${server.url}/projects/atlas`);
    await openTarget(page, 'reviewer');
    const target = page.getByRole('listitem').filter({ hasText: 'Priming prompt' });
    const row = (title: string) =>
      target.locator('dl > div').filter({ has: page.getByText(title, { exact: true }) });
    const rows: [title: string, ...words: string[]][] = [
      ['Priming prompt', 'You review changes of this project.'],
      ['Permissions', 'allow', 'git *', 'A person is asked where no rule decides.', '1 min: denied'],
      ['Budget of a run', '40 turns', '30 min of work', '$2.50'],
      ['Spaces', 'house-rules', '1.2.0', 'What a good review looks at'],
      ['Instructions', 'space:project:house-rules', 'space:project:review'],
      ['Skills', 'take-notes', 'Notes for a review', 'space:project:review'],
      ['Commands', 'release', 'space:project:house-rules'],
      ['Sub-agents', 'concurrency'],
      ['MCP servers', 'linter', 'stdio: npx', 'tickets', 'https://tickets.example/mcp', 'the target itself'],
      ['Variables', 'REVIEW_KEY'],
      ['Conflicts', 'Skill take-notes: space:project:review wins over space:project:house-rules'],
    ];
    for (const [title, ...words] of rows) {
      const text = await row(title).innerText();
      for (const word of words) expect(text).toContain(word);
    }
    await page.getByText('REVIEW_KEY} is not set').waitFor();
    await expectAccessible(page);
  });

  it('says of a broken target where to mend it, and takes it up when that was done', async () => {
    const root = await folder('mended', atlas);
    await client.projects.create({ root });
    const page = await browser.open(`${server.url}/projects/mended`);
    const alert = page.getByRole('alert');
    await alert.getByText('Make it, or mend the name.').waitFor();
    expect(await alert.innerText()).toMatch(/asp-targets\.toml, line \d+, column \d+/);
    const file = join(root, 'asp-targets.toml');
    await writeFile(file, (await readFile(file, 'utf8')).replace(', "space:project:night-shift"', ''));
    await page.getByRole('button', { name: 'Read again' }).click();
    await alert.waitFor({ state: 'detached' });
  });

  it('says of a file that cannot be read where it is wrong', async () => {
    await client.projects.create({ root: await folder('site', unreadable) });
    const page = await browser.open(`${server.url}/projects/site`, { expected: /422/ });
    await page.getByRole('alert').getByText('The targets cannot be read').waitFor();
    await page.getByText('asp-targets.toml, line 4, column 1').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'All projects' }).click();
    await page.getByText('targets cannot be read').locator('visible=true').waitFor();
    await client.projects.delete('site');
  });

  it('removes a project only for somebody who types its id, and leaves its folder', async () => {
    const root = await folder('retired', atlas);
    await client.projects.create({ root });
    const page = await browser.open(`${server.url}/projects/retired`);
    const dialog = await openDialog(page, 'Remove');
    const remove = dialog.getByRole('button', { name: 'Remove for good' });
    expect(await remove.isDisabled()).toBe(true);
    await expectAccessible(page);
    await takePicture(page, 'project-remove-light');
    await dialog.getByLabel('Type “retired” to remove it').fill('retired');
    await remove.click();
    await page.getByText('“retired” was removed.').waitFor();
    await page.getByRole('heading', { level: 1, name: 'Projects' }).waitFor();
    expect(await page.getByRole('link', { name: 'retired' }).count()).toBe(0);
    expect(existsSync(root)).toBe(true);
  });

  it('says that a project is gone where its address is opened', async () => {
    const page = await browser.open(`${server.url}/projects/nobody`, { expected: /404/ });
    await page.getByText('There is no project “nobody”').waitFor();
    await expectAccessible(page);
  });

  it('says which agents are there, and has the command that installs one', async () => {
    const page = await browser.open(`${server.url}/projects`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.getByRole('link', { name: 'Agents' }).click();
    const agent = (name: string) => page.getByRole('region', { name });
    await agent('Built-in agent').getByText('ready').waitFor();
    await agent('Built-in agent').getByText('no login needed').waitFor();
    const codex = agent('Codex');
    expect(await codex.innerText()).toContain('Steer a running turn');
    const { harnesses } = await client.harnesses.list();
    const program = harnesses.find(({ name }) => name === 'codex')?.programs[0];
    if (program?.found === false) {
      await codex.getByRole('button', { name: 'Copy the command' }).click();
      await codex.getByRole('button', { name: 'Copied' }).waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(program.installCommand);
    }
    await expectAccessible(page);
    await takePicture(page, 'agents-light');
  });

  it.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' as const }],
    ['phone', phone],
  ])('keeps to the width of its window, in %s', async (name, options) => {
    const page = await browser.open(`${server.url}/projects`, options);
    await page.getByText('3 targets').locator('visible=true').first().waitFor();
    await takePicture(page, `projects-${name}`);
    await page.getByRole('link', { name: 'Atlas', exact: true }).click();
    await openTarget(page, 'reviewer');
    await expectAccessible(page);
    await takePicture(page, `project-${name}`);
    const wider = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(wider).toBe(0);
  });
});
