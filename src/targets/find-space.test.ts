import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { enterTargets } from '../../test/support/targets-world.js';

const manifest = (id: string, lines = '') => `schema = 1\nid = "${id}"\n${lines}`;

async function composing(...references: string[]) {
  const world = await enterTargets();
  await world.writeTarget(`compose = ${JSON.stringify(references)}`);
  return world;
}

describe('a reference leads to', () => {
  it('a folder below spaces/ of the project', async () => {
    const world = await composing('space:project:rules');
    const path = await world.writeSpace('rules');
    expect((await world.describe()).spaces).toMatchObject([
      { reference: 'space:project:rules', id: 'rules', path },
    ]);
  });

  it('a folder of the shared root, of its repository, or before both of the root of agents', async () => {
    const world = await composing('space:rules@dev');
    const repository = join(world.aspHome, 'repo/spaces/rules');
    await world.write(join(repository, 'space.toml'), manifest('rules'));
    expect((await world.describe()).spaces).toMatchObject([{ path: repository }]);
    const path = await world.writeSpace('shared:rules');
    expect((await world.describe()).spaces).toMatchObject([{ path }]);
    const other = await enterTargets({ aspHome: world.aspHome, agentsRoot: world.outside });
    await other.writeTarget('compose = ["space:rules@dev"]');
    await other.write(join(world.outside, 'spaces/rules/space.toml'), manifest('rules'));
    expect((await other.describe()).spaces).toMatchObject([{ path: join(world.outside, 'spaces/rules') }]);
  });

  it('a folder by its path: relative to the project, or absolute', async () => {
    const world = await composing('space:path:./tools/rules@dev');
    await world.write('tools/rules/space.toml', manifest('rules'));
    const path = join(world.root, 'tools/rules');
    expect((await world.describe()).spaces).toMatchObject([{ path }]);
    await world.writeTarget(`compose = ["space:path:${path}@dev"]`);
    expect((await world.describe()).spaces).toMatchObject([{ path }]);
  });

  it('a folder beside the project where both are in one git repository', async () => {
    const world = await composing('space:path:../outside@dev');
    await world.write(join(world.outside, 'space.toml'), manifest('outside'));
    expect(await world.refusal()).toContain('leads out of');
    await mkdir(join(world.root, '../.git'));
    expect((await world.describe()).spaces).toMatchObject([{ path: world.outside }]);
  });

  it('a folder relative to the space that needs it', async () => {
    const world = await composing('space:path:tools/a@dev');
    await world.write('tools/a/space.toml', manifest('a', '[deps]\nspaces = ["space:path:../b@dev"]'));
    await world.write('tools/b/space.toml', manifest('b'));
    expect((await world.describe()).spaces).toMatchObject([{ id: 'b' }, { id: 'a' }]);
  });
});

describe('a reference is refused, with its place,', () => {
  it.each([
    ['space:project:gone', /there is no folder .*spaces\/gone\. Make it/],
    ['space:gone@dev', /no such shared space; looked for .*asp\/spaces\/gone and .*asp\/repo\/spaces\/gone/],
    ['space:path:gone@dev', /there is no folder .*gone\. Make it/],
    ['space:agent:rules', /write "space:project:rules"/],
    ['space:path:../outside@dev', /leads out of/],
    ['space:path:spaces/../../outside@dev', /leads out of/],
    ['space:path:/@dev', /leads out of/],
    ['space:path:../not-there@dev', /leads out of/],
  ])('when it is %s', async (reference, words) => {
    const world = await composing(reference);
    await world.write(join(world.outside, 'space.toml'), manifest('outside'));
    const refusal = await world.refusal();
    expect(refusal).toMatch(words);
    expect(refusal).toContain(`${world.root}/asp-targets.toml:4:12: ${reference}: `);
  });

  it('when a link in its way leads out of the project', async () => {
    const world = await composing('space:project:rules');
    await world.write(join(world.outside, 'space.toml'), manifest('rules'));
    await mkdir(join(world.root, 'spaces'));
    await symlink(world.outside, join(world.root, 'spaces/rules'));
    expect(await world.refusal()).toContain('leads out of');
    await world.writeTarget('compose = ["space:path:spaces/rules@dev"]');
    expect(await world.refusal()).toContain('leads out of');
    await rm(join(world.root, 'spaces'), { recursive: true });
    await rename(world.outside, join(world.root, '../elsewhere'));
    await mkdir(join(world.root, '../elsewhere/rules'), { recursive: true });
    await world.write(join(world.root, '../elsewhere/rules/space.toml'), manifest('rules'));
    await symlink(join(world.root, '../elsewhere'), join(world.root, 'spaces'));
    await world.writeTarget('compose = ["space:project:rules"]');
    expect(await world.refusal()).toContain('leads out of');
  });

  it('when a link in the shared root leads out of it', async () => {
    const world = await composing('space:rules@dev');
    await world.write(join(world.outside, 'space.toml'), manifest('rules'));
    await mkdir(join(world.aspHome, 'spaces'));
    await symlink(world.outside, join(world.aspHome, 'spaces/rules'));
    expect(await world.refusal()).toContain('leads out of');
  });

  it('when the server has no shared root', async () => {
    const world = await enterTargets({ aspHome: undefined });
    await world.writeTarget('compose = ["space:rules@dev"]');
    expect(await world.refusal()).toContain('set ASP_HOME');
  });

  it.each(['space:project:own', 'space:path:../../../project@dev'])(
    'when a shared space depends on %s of a project',
    async (reference) => {
      const world = await composing('space:rules@dev');
      await world.writeSpace('own');
      await world.writeSpace('shared:rules', `[deps]\nspaces = ["${reference}"]`);
      expect(await world.refusal()).toMatch(/spaces\/rules\/space\.toml:4:11: .*(?:cannot depend|leads out)/);
    },
  );
});
