import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fresh, type InWorld, script } from './world.js';

const targets = 'schema = 1\n[targets.first]\nharness = "builtin"\n[targets.second]\nharness = "builtin"\n';

export function describeProjects(world: InWorld): void {
  const create = (body: object) => world().client.ask('createProject', { body });
  const refused = (body: object) => world().client.refused('createProject', { body });
  const folderWithTargets = () => {
    const root = world().folder();
    writeFileSync(join(root, 'asp-targets.toml'), targets);
    return root;
  };

  describe('projects', () => {
    test('a folder becomes a project, and is found again', async () => {
      const body = {
        projectId: fresh('full'),
        name: 'Full one',
        root: folderWithTargets(),
        defaultTarget: 'first',
      };
      const project = await create(body);
      expect(project).toEqual({
        ...body,
        sessionBackend: { kind: 'asp' },
        createdAt: expect.any(Number),
        updatedAt: project.createdAt,
      });
      const { projectId } = body;
      expect(await world().client.ask('getProject', { params: { projectId } })).toEqual(project);
      expect(await world().client.ask('listProjects', { query: { limit: 500 } })).toContainEqual(project);
    });

    test('id and name come from the folder where none is given', async () => {
      const root = join(world().folder(), `${fresh('My App')}!`);
      mkdirSync(root);
      const project = await create({ root });
      expect(project).toMatchObject({ root, name: basename(root) });
      expect(project.projectId).toBe(basename(root).toLowerCase().replace(' ', '-').replace('!', ''));
    });

    test('the root is where a link leads', async () => {
      const root = world().folder();
      const link = join(world().folder(), 'link');
      symlinkSync(root, link);
      expect((await create({ projectId: fresh('link'), root: link })).root).toBe(realpathSync(root));
    });

    test('a root must be a folder that is there, named absolutely', async () => {
      const file = join(world().folder(), 'file');
      writeFileSync(file, '');
      for (const root of [file, `${file}-not-there`, 'relative', '.', '~', `${file}\0`, '']) {
        const refusal = await refused({ projectId: fresh('bad'), root });
        expect(refusal, root).toMatchObject({ status: 400, code: 'validation_failed' });
        expect(refusal.details?.[0]?.path).toBe('root');
      }
    });

    test.each(['UPPER', 'a b', '', '-x', '../x', 'x'.repeat(65), 'a/b', 'ä'])(
      'the id "%s" is refused',
      async (projectId) => {
        const refusal = await refused({ projectId, root: world().folder() });
        expect(refusal).toMatchObject({ status: 400, code: 'validation_failed' });
      },
    );

    test('an id is given once', async () => {
      const { projectId } = await world().newProject();
      const refusal = await refused({ projectId, root: world().folder() });
      expect(refusal).toMatchObject({ status: 409, code: 'project_exists' });
    });

    test('a default target must be one of the project', async () => {
      const root = folderWithTargets();
      const refusal = await refused({ projectId: fresh('bad'), root, defaultTarget: 'third' });
      expect(refusal).toMatchObject({ status: 400, code: 'target_not_found' });
      expect(refusal.message).toContain('first, second');
    });

    test('a file of targets that is broken is named', async () => {
      const root = world().folder();
      writeFileSync(join(root, 'asp-targets.toml'), 'schema = 2\n');
      const refusal = await refused({ projectId: fresh('bad'), root, defaultTarget: 'first' });
      expect(refusal).toMatchObject({ status: 422, code: 'target_invalid' });
    });

    test('name and default target can be changed, and the default removed', async () => {
      const { projectId, createdAt } = await create({ projectId: fresh('patch'), root: folderWithTargets() });
      const params = { projectId };
      const patch = (body: object) => world().client.ask('updateProject', { params, body });
      expect(await patch({ name: 'New', defaultTarget: 'second' })).toMatchObject({
        name: 'New',
        defaultTarget: 'second',
        createdAt,
      });
      expect(await patch({})).toMatchObject({ name: 'New', defaultTarget: 'second' });
      expect(await patch({ defaultTarget: null })).not.toHaveProperty('defaultTarget');
      expect(await world().client.ask('getProject', { params })).not.toHaveProperty('defaultTarget');
      const refusal = await world().client.refused('updateProject', {
        params,
        body: { defaultTarget: 'third' },
      });
      expect(refusal).toMatchObject({ status: 400, code: 'target_not_found' });
    });

    test('the default target of a project chooses for its sessions', async () => {
      const { projectId } = await create({
        projectId: fresh('target'),
        root: folderWithTargets(),
        defaultTarget: 'second',
      });
      const session = (body: object) => world().client.ask('createSession', { body: { projectId, ...body } });
      expect((await session({})).aspTargetName).toBe('second');
      expect((await session({ aspTargetName: 'first' })).aspTargetName).toBe('first');
    });

    test('a project that is not there can be neither changed nor removed', async () => {
      const params = { projectId: 'nothing' };
      for (const refusal of [
        await world().client.refused('updateProject', { params, body: { name: 'x' } }),
        await world().client.refused('deleteProject', { params }),
      ]) {
        expect(refusal).toMatchObject({ status: 404, code: 'project_not_found' });
      }
    });

    test('a project goes with its sessions, but not while it has open runs', async () => {
      const project = await world().newProject();
      const params = { projectId: project.projectId };
      const gate = world().gate(project);
      const body = { ...params, prompt: script(gate.step) };
      const { runId, sessionId } = await world().client.ask('createRun', { body });
      const refusal = await world().client.refused('deleteProject', { params });
      expect(refusal).toMatchObject({ status: 409, code: 'project_busy' });
      gate.open();
      await world().ended(runId);
      const { client } = world();
      expect(await client.ask('deleteProject', { params })).toEqual({ ...params, deleted: true });
      expect((await client.refused('getProject', { params })).status).toBe(404);
      expect((await client.refused('getSession', { params: { sessionId } })).status).toBe(404);
      expect((await client.refused('getRun', { params: { runId } })).status).toBe(404);
      expect((await client.refused('createRun', { body })).code).toBe('project_not_found');
      expect((await client.ask('createProject', { body: project })).projectId).toBe(project.projectId);
    });
  });
}
