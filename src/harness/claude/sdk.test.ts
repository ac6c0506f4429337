import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadSdk, sdkPackage } from './sdk.js';

async function withAgentsDir() {
  const agentsDir = await mkdtemp(join(tmpdir(), 'claude-sdk-'));
  onTestFinished(() => rm(agentsDir, { recursive: true, force: true }));
  const folder = join(agentsDir, 'claude/node_modules', sdkPackage);
  await mkdir(folder, { recursive: true });
  const install = async (version: string, main: string) => {
    const manifest = { name: sdkPackage, version, type: 'module', main: 'sdk.mjs' };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    await writeFile(join(folder, 'sdk.mjs'), main);
  };
  return { agentsDir, install };
}

it('an SDK that was upgraded is the one that the next conversation uses', async () => {
  const { agentsDir, install } = await withAgentsDir();
  await install('0.3.330', 'export function query() { return "old"; }');
  const old = await loadSdk({ agentsDir });
  expect(await loadSdk({ agentsDir })).toBe(old);
  await install('0.3.331', 'export function query() { return "new"; }');
  expect(String((await loadSdk({ agentsDir })).query)).toContain('new');
});

it('an SDK that is too old or broken is refused with the command that helps', async () => {
  const { agentsDir, install } = await withAgentsDir();
  const remedy = expect.stringContaining('npm install --prefix');
  await install('0.3.329', 'export function query() {}');
  await expect(loadSdk({ agentsDir })).rejects.toMatchObject({
    code: 'harness_unavailable',
    message: remedy,
  });
  await install('0.3.332', 'export const nothing = 1;');
  await expect(loadSdk({ agentsDir })).rejects.toMatchObject({
    code: 'harness_unavailable',
    message: remedy,
  });
});
