/** The disk of the data directory takes no more writes while the server runs, and then it does again. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadSqliteDriver } from '../../src/store/sqlite/driver.js';
import type { Started, World } from '../contract/http/world.js';
import { until } from '../support/processes.js';
import { temporaryHome } from '../support/server-process.js';
import { expectSound } from './log-rules.js';
import { Program } from './program.js';

/** What the machine lets us do to a folder; why not, where it does not. */
function canDo(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function mountSmall(): string | undefined {
  const home = temporaryHome();
  return canDo('mount', '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', home) ? home : undefined;
}

async function integrityOf(home: string): Promise<unknown> {
  const database = (await loadSqliteDriver()).open(join(home, 'quarterdeck.db'));
  try {
    return database.prepare('PRAGMA integrity_check').all();
  } finally {
    database.close();
  }
}

/** Runs are refused with words, and nothing else is; those that still went through. */
async function expectRefusals(world: World, words: RegExp): Promise<Started[]> {
  const taken: Started[] = [];
  await until('a run is refused', () =>
    world.start('Hello').then(
      (started) => void taken.push(started),
      () => true,
    ),
  );
  const body = { projectId: world.project.projectId, prompt: 'Hello' };
  const refusal = await world.client.refused('createRun', { body });
  expect(refusal.code).toBe('store_unavailable');
  expect(refusal.message).toMatch(words);
  const ready = await world.client.refused('getReadiness', {});
  expect(ready.code).toBe('store_unavailable');
  expect(ready.message).toMatch(words);
  await world.client.ask('getHealth');
  await world.client.ask('listRuns', { query: { limit: 1 } });
  return taken;
}

/** Without a restart: what was taken ends, the held run ends, and new ones complete. */
async function expectRecovery(program: Program, held: Started, taken: readonly Started[]): Promise<void> {
  const { world, pid } = program;
  await until('the server is ready again', () =>
    world.client.ask('getReadiness').then(
      () => true,
      () => false,
    ),
  );
  await world.complete('Hello', held.sessionId);
  for (const { runId, sessionId } of [...taken, held]) {
    const { status } = await world.client.ask('waitForRun', { params: { runId } });
    expect(['completed', 'failed']).toContain(status);
    await expectSound(world, sessionId);
  }
  expect(program.pid).toBe(pid);
}

const sweep = ['--sweep-ms', '500'];

describe('when the data directory', () => {
  test('is full, runs are refused with words, and taken again once there is space', async (context) => {
    const home = mountSmall();
    if (home === undefined) return context.skip('mounting a small file system needs root');
    onTestFinished(() => void execFileSync('umount', ['-l', home]));
    const program = await Program.start(sweep, { home });
    const { world } = program;
    const held = await world.hold();
    const filler = join(home, 'filler');
    fill(filler);
    const taken = await expectRefusals(world, /full/);
    held.gate.open();
    rmSync(filler);
    await expectRecovery(program, held, taken);
    await program.leave();
    expect(await integrityOf(home)).toEqual([{ integrity_check: 'ok' }]);
  });

  test('cannot be written, runs are refused with words, and taken again once it can', async (context) => {
    const home = temporaryHome();
    const probe = join(home, 'probe');
    writeFileSync(probe, '');
    if (!canDo('chattr', '+i', probe)) return context.skip('making a file immutable needs root and ext4');
    execFileSync('chattr', ['-i', probe]);
    const program = await Program.start(sweep, { home });
    const { world } = program;
    const held = await world.hold();
    const files = ['quarterdeck.db', 'quarterdeck.db-wal'].map((name) => join(home, name)).filter(existsSync);
    const setWritable = (writable: boolean) => execFileSync('chattr', [writable ? '-i' : '+i', ...files]);
    setWritable(false);
    onTestFinished(() => void setWritable(true));
    const taken = await expectRefusals(world, /writable|cannot be written/);
    held.gate.open();
    setWritable(true);
    await expectRecovery(program, held, taken);
    await program.leave();
    expect(await integrityOf(home)).toEqual([{ integrity_check: 'ok' }]);
  });
});

function fill(path: string): void {
  for (const bytes of [1 << 20, 4096]) {
    for (let full = false; !full; ) {
      try {
        writeFileSync(path, Buffer.alloc(bytes), { flag: 'a' });
      } catch {
        full = true;
      }
    }
  }
}
