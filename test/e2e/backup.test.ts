/** Backups taken from a server at work, and put back. */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Started, script, World } from '../contract/http/world.js';
import { expectSound } from '../fault/log-rules.js';
import { until } from '../support/processes.js';
import { runProgram, startServerProcess, temporaryHome } from '../support/server-process.js';

async function enter(home = temporaryHome()): Promise<World & { home: string }> {
  const { url, stop } = await startServerProcess({ home });
  return Object.assign(await World.enter({ baseUrl: url, token: 'dev', stop }), { home });
}

const backup = (home: string, file: string) => runProgram(['backup', file, '--home', home]);
const restore = (home: string, file: string, ...more: string[]) =>
  runProgram(['restore', file, '--home', home, ...more]);

describe('a backup', () => {
  test('of a server at work holds what was answered before, and is a working directory again', async () => {
    const world = await enter();
    const file = join(temporaryHome(), 'copy.db');
    const ended = await world.complete('What is 2+2?');
    const { runId, sessionId, gate } = await world.hold();
    expect(await backup(world.home, file)).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    gate.open();
    await world.ended(runId);
    const later = await world.complete('Hello');
    await world.leave();

    const home = temporaryHome();
    expect(await restore(home, file)).toMatchObject({ code: 0, stderr: '' });
    const restored = await enter(home);
    expect((await restored.run(ended.runId)).finalOutput).toBe(ended.finalOutput);
    await restored.ended(runId, 'failed');
    expect((await restored.run(runId)).error?.code).toBe('interrupted_by_restart');
    await expectSound(restored, sessionId);
    const refusal = await restored.client.refused('getRun', { params: { runId: later.runId } });
    expect(refusal.code).toBe('run_not_found');
    await restored.complete('Hello');
    await restored.leave();
  });

  test('taken while many sessions write has every run that was answered before, and whole logs', async () => {
    const world = await enter();
    const answered: Started[] = [];
    let over = false;
    const busy = Array.from({ length: 6 }, async (_, n) => {
      const sessionId = await world.newSession();
      for (let turn = 0; !over; turn += 1) {
        const prompt =
          turn % 3 === 0 ? 'What is 2+2?' : script({ emit: { count: 300 * (n + 1), bytes: 100 } });
        const started = await world.start(prompt, sessionId);
        answered.push(started);
        await world.ended(started.runId);
      }
    });
    await until('every session has completed a few runs', () => answered.length > 24);
    const before = [...answered];
    const file = join(temporaryHome(), 'copy.db');
    expect(await backup(world.home, file)).toMatchObject({ code: 0, stderr: '' });
    over = true;
    await Promise.all(busy);
    await world.leave();

    const home = temporaryHome();
    expect(await restore(home, file)).toMatchObject({ code: 0, stderr: '' });
    const restored = await enter(home);
    for (const { runId } of before) {
      const { status } = await restored.client.ask('waitForRun', { params: { runId } });
      expect(['completed', 'failed']).toContain(status);
    }
    for (const sessionId of new Set(before.map((one) => one.sessionId))) {
      await expectSound(restored, sessionId);
      // The conversations of agents are not in the file.
      const session = { policy: 'resume', sessionId };
      const body = { projectId: world.project.projectId, prompt: 'Hello', session, resume: 'fresh' };
      await restored.ended((await restored.client.ask('createRun', { body })).runId);
    }
    await restored.leave();
  });

  test('is refused where there is no data, or where the file exists', async () => {
    const home = temporaryHome();
    const file = join(temporaryHome(), 'copy.db');
    const none = await backup(home, file);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('There is no data in');
    writeFileSync(file, 'mine');
    const world = await enter();
    const exists = await backup(world.home, file);
    expect(exists).toMatchObject({ code: 1, stdout: '' });
    expect(exists.stderr).toContain('exists');
    expect(readdirSync(join(file, '..'))).toEqual(['copy.db']);
    await world.leave();
  });

  test('is not put under a server, nor over data unless that is asked for, which keeps the old', async () => {
    const world = await enter();
    const file = join(temporaryHome(), 'copy.db');
    const first = await world.complete('Hello');
    await backup(world.home, file);
    const second = await world.complete('Hello');
    const locked = await restore(world.home, file, '--force');
    expect(locked.code).toBe(1);
    expect(locked.stderr).toContain('Another server has this data directory open');
    await world.leave();
    const refused = await restore(world.home, file);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('--force');
    const forced = await restore(world.home, file, '--force');
    expect(forced).toMatchObject({ code: 0, stderr: '' });
    const old = readdirSync(world.home).filter((name) => name.includes('.before-'));
    expect(old).toHaveLength(1);

    const restored = await enter(world.home);
    expect((await restored.run(first.runId)).status).toBe('completed');
    await restored.client.refused('getRun', { params: { runId: second.runId } });
    await restored.leave();
    const before = temporaryHome();
    expect((await restore(before, join(world.home, old[0] ?? ''))).code).toBe(0);
    const back = await enter(before);
    expect((await back.run(second.runId)).status).toBe('completed');
    await back.leave();
  });

  test('that is none is refused, and nothing is left of it', async () => {
    const home = temporaryHome();
    const file = join(temporaryHome(), 'copy.db');
    writeFileSync(file, 'not a database, though it is long enough to be looked at'.repeat(100));
    const { code, stderr } = await restore(home, file);
    expect(code).toBe(1);
    expect(stderr).toContain('is no backup of Quarterdeck');
    for (const place of [home, join(home, 'nowhere')]) {
      const none = await restore(home, place);
      expect(none).toMatchObject({ code: 1, stdout: '' });
      expect(none.stderr).toContain(`There is no file ${place}`);
    }
    expect(readdirSync(home).filter((name) => name.startsWith('quarterdeck.db'))).toEqual([]);
  });

  test.each([
    [['backup'], "argument 'file'"],
    [['restore', 'a', 'b'], '"b"'],
    [['backup', 'a', '--force'], '--force'],
  ])('%j is a mistake of whoever typed it', async (args, words) => {
    const { code, stderr } = await runProgram(args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});
