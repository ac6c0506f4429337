import { describe, expect, it } from 'vitest';
import { expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('projects in $name', (subject) => {
  async function worldWith(...projectIds: string[]): Promise<StoreWorld> {
    const world = await openWorld(subject);
    for (const projectId of projectIds) await world.project(projectId);
    return world;
  }

  it('keeps a project as it was created', async () => {
    const world = await worldWith();
    const project = { ...world.newProject('rex'), defaultTarget: 'smokey' };
    await world.store.createProject(project, undefined);
    expect(await world.store.findProject('rex')).toEqual(project);
  });

  it('answers nothing for a project that does not exist', async () => {
    const world = await worldWith();
    expect(await world.store.findProject('rex')).toBeUndefined();
  });

  it('refuses a second project of the same id', async () => {
    const world = await worldWith('rex');
    await expectRefusal(world.project('rex'), 'project_exists');
  });

  it('lets one of many simultaneous creations win', async () => {
    const world = await worldWith();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => world.project('rex')));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await world.store.listProjects({ limit: 10 })).toHaveLength(1);
  });

  it('changes only what the change names', async () => {
    const world = await worldWith('rex');
    const before = world.now;
    world.clock.advance(5);
    await world.store.updateProject('rex', { defaultTarget: 'smokey' }, world.now);
    const renamed = await world.store.updateProject('rex', { name: 'Max' }, world.now);
    expect(renamed).toMatchObject({ name: 'Max', defaultTarget: 'smokey', root: '/projects/rex' });
    expect(renamed).toMatchObject({ createdAt: before, updatedAt: before + 5 });
    expect(await world.store.findProject('rex')).toEqual(renamed);
  });

  it('removes the default target when it is null', async () => {
    const world = await worldWith('rex');
    await world.store.updateProject('rex', { defaultTarget: 'smokey' }, world.now);
    expect(await world.store.updateProject('rex', { defaultTarget: null }, world.now)).not.toHaveProperty(
      'defaultTarget',
    );
  });

  it('refuses to change or delete a project that does not exist', async () => {
    const world = await worldWith();
    await expectRefusal(world.store.updateProject('rex', { name: 'Max' }, world.now), 'project_not_found');
    await expectRefusal(world.store.deleteProject('rex'), 'project_not_found');
  });

  it('lists projects in order of their ids, page by page', async () => {
    const world = await worldWith('pal', 'ace', 'zoe', 'rex', 'max');
    const ids: string[] = [];
    for (let cursor: string | undefined; ; cursor = ids.at(-1)) {
      const page = await world.store.listProjects({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      ids.push(...page.map(({ projectId }) => projectId));
      if (page.length < 2) break;
    }
    expect(ids).toEqual(['ace', 'max', 'pal', 'rex', 'zoe']);
  });

  it('refuses to delete a project with queued or active runs, and changes nothing then', async () => {
    const world = await worldWith('rex');
    const { runId, sessionId } = await world.admit();
    await expectRefusal(world.store.deleteProject('rex'), 'project_busy');
    const claimed = await world.claimOne();
    await expectRefusal(world.store.deleteProject('rex'), 'project_busy');
    await world.finish(claimed);
    expect(await world.status(runId)).toBe('completed');
    expect(await world.store.hasLog(sessionId)).toBe(true);
  });

  it('sees a run that is admitted in the same moment as its project is deleted', async () => {
    const world = await worldWith('rex');
    const { sessionId } = await world.session();
    const [admitted, deleted] = await Promise.allSettled([
      world.admit({ sessionId }),
      world.store.deleteProject('rex'),
    ]);
    expect([admitted.status, deleted.status]).toEqual(['fulfilled', 'rejected']);
    expect(await world.claim()).toHaveLength(1);
  });

  it('deletes a project with its sessions, runs, logs and totals', async () => {
    const world = await worldWith('ace', 'rex');
    const claimed = await world.running();
    await world.ask(claimed);
    await world.finish(claimed);
    const kept = await world.admit({ projectId: 'ace' });
    await world.store.deleteProject('rex');

    const { sessionId } = claimed.session;
    expect(await world.store.findSession(sessionId)).toBeUndefined();
    expect(await world.store.findRun(claimed.runId)).toBeUndefined();
    expect(await world.log(sessionId)).toEqual([]);
    expect(await world.store.listPermissions({}, { limit: 10 })).toEqual([]);
    const all = await world.store.listRuns({}, { limit: 10 });
    expect([all.total, all.runs.map(({ runId }) => runId)]).toEqual([1, [kept.runId]]);
    expect((await world.store.listRuns({ projectId: 'rex' }, { limit: 10 })).total).toBe(0);
  });

  it('starts a project of a deleted one’s id from nothing', async () => {
    const world = await worldWith('rex');
    await world.finish(await world.running());
    await world.store.deleteProject('rex');
    await world.project('rex');
    expect(await world.store.listSessions({ projectId: 'rex', archived: 'all' }, { limit: 10 })).toEqual([]);
    await world.admit();
    expect((await world.store.listRuns({ projectId: 'rex' }, { limit: 10 })).total).toBe(1);
  });
});
