import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startStoreProcess } from '../../../test/support/store-process.js';
import { recordingWakeup } from '../../../test/support/stores.js';
import type { Project } from '../../contract/index.js';
import { loadSqliteDriver } from './driver.js';
import { openSqliteStore } from './index.js';
import { readMigrations } from './migrate.js';

const databaseFileName = 'quarterdeck.db';

const project: Project = {
  projectId: 'rex',
  name: 'Rex',
  root: '/',
  sessionBackend: { kind: 'asp' },
  createdAt: 1,
  updatedAt: 1,
};

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'quarterdeck-sqlite-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function open(directory: string, holder = 'a test') {
  return openSqliteStore({
    directory,
    wakeup: recordingWakeup(),
    holder,
    onFatal: () => undefined,
    walPagesMax: 1000,
  });
}

describe('a data directory', () => {
  it('is made where it is missing, for its owner only', async () => {
    const directory = join(await temporaryDirectory(), 'a', 'b');
    const store = await open(directory);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    await store.close();
  });

  it('takes one server at a time and tells the second who is first', async () => {
    const directory = await temporaryDirectory();
    const first = await open(directory, 'process 7 on port 8');
    await expect(open(directory)).rejects.toMatchObject({
      code: 'store_locked',
      message: expect.stringContaining('process 7 on port 8'),
    });
    await first.createProject(project, undefined);
    await first.close();
    const second = await open(directory);
    expect(await second.findProject('rex')).toBeDefined();
    await second.close();
  });

  it('is free again, with all that was promised, when the server before was killed', async () => {
    const directory = await temporaryDirectory();
    const server = startStoreProcess(directory);
    await server.lines(20);
    await expect(open(directory)).rejects.toMatchObject({
      code: 'store_locked',
      message: expect.stringContaining(`process ${server.pid}`),
    });
    const promised = (await server.kill()).filter((line) => line.startsWith('run_'));
    expect(promised.length).toBeGreaterThanOrEqual(19);
    const store = await open(directory);
    for (const runId of promised) {
      expect((await store.findRunState(runId))?.status).toBe('queued');
    }
    const { total } = await store.listRuns({}, { limit: 1 });
    // The last one may have been written without having been told.
    expect(total - promised.length).toBeOneOf([0, 1]);
    await store.close();
  });

  it('is refused when a newer version has written it, and is not held by the refusal', async () => {
    const directory = await temporaryDirectory();
    await (await open(directory)).close();
    const setVersion = async (version: number) => {
      const database = (await loadSqliteDriver()).open(join(directory, databaseFileName));
      database.exec(`PRAGMA user_version = ${version}`);
      database.close();
    };
    await setVersion(999);
    await expect(open(directory)).rejects.toMatchObject({ code: 'store_too_new' });
    await setVersion(readMigrations().length);
    await (await open(directory)).close();
  });

  it('has everything in its one database file once the store is closed', async () => {
    const directory = await temporaryDirectory();
    const store = await open(directory);
    await store.createProject(project, undefined);
    await store.close();
    const copy = await temporaryDirectory();
    await copyFile(join(directory, databaseFileName), join(copy, databaseFileName));
    const copied = await open(copy);
    expect(await copied.findProject('rex')).toEqual(project);
    await copied.close();
  });
});
