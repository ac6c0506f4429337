import { rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { enterTargets } from '../../test/support/targets-world.js';

async function withSpace() {
  const world = await enterTargets();
  await world.writeTarget('compose = ["space:project:rules"]');
  const folder = await world.writeSpace('rules', '', { 'AGENT.md': 'first', 'skills/x/SKILL.md': '' });
  const instructions = async () => (await world.plan()).bundle?.instructions;
  return { ...world, folder, instructions };
}

describe('a target with spaces follows the change of', () => {
  it('a file, which may come and go', async () => {
    const world = await withSpace();
    expect(await world.instructions()).toBe('first');
    await world.write(join(world.folder, 'AGENT.md'), 'later');
    expect(await world.instructions()).toBe('later');
    await rm(join(world.folder, 'AGENT.md'));
    expect(await world.instructions()).toBe('');
    await world.write(join(world.folder, 'AGENTS.md'), 'again');
    expect(await world.instructions()).toBe('again');
  });

  it('a folder', async () => {
    const world = await withSpace();
    const skills = async () => (await world.plan()).bundle?.skills.map(({ name }) => name);
    expect(await skills()).toEqual(['x']);
    await world.write(join(world.folder, 'skills/y/SKILL.md'), '');
    expect(await skills()).toEqual(['x', 'y']);
    await rename(join(world.folder, 'skills/x'), join(world.folder, 'skills/z'));
    expect(await skills()).toEqual(['y', 'z']);
    await rm(join(world.folder, 'skills'), { recursive: true });
    expect(await skills()).toEqual([]);
  });

  it('what a space depends on', async () => {
    const world = await withSpace();
    await world.writeSpace('base', '', { 'AGENT.md': 'base' });
    expect(await world.instructions()).toBe('first');
    await world.writeSpace('rules', '[deps]\nspaces = ["space:project:base"]');
    expect(await world.instructions()).toBe('base\n\nfirst');
    await world.write('spaces/base/AGENT.md', 'other');
    expect(await world.instructions()).toBe('other\n\nfirst');
  });

  it('where a link leads', async () => {
    const world = await withSpace();
    await world.write('versions/b/space.toml', 'schema = 1\nid = "rules"');
    await world.write('versions/b/AGENT.md', 'second');
    await rename(world.folder, join(world.root, 'versions/a'));
    await symlink(join(world.root, 'versions/a'), world.folder);
    expect(await world.instructions()).toBe('first');
    await rm(world.folder);
    await symlink(join(world.root, 'versions/b'), world.folder);
    expect(await world.instructions()).toBe('second');
  });

  it('a shared space that comes before another one of its name', async () => {
    const world = await enterTargets();
    await world.writeTarget('compose = ["space:rules@dev"]');
    await world.write(join(world.aspHome, 'repo/spaces/rules/space.toml'), 'schema = 1\nid = "rules"');
    await world.write(join(world.aspHome, 'repo/spaces/rules/AGENT.md'), 'repository');
    expect((await world.plan()).bundle?.instructions).toBe('repository');
    await world.writeSpace('shared:rules', '', { 'AGENT.md': 'root' });
    expect((await world.plan()).bundle?.instructions).toBe('root');
  });

  it('the target itself', async () => {
    const world = await withSpace();
    expect(await world.instructions()).toBe('first');
    await world.writeTarget('compose = []');
    expect(await world.plan()).not.toHaveProperty('bundle');
  });

  it('a broken file that is mended', async () => {
    const world = await withSpace();
    await world.write(join(world.folder, 'space.toml'), 'schema = ');
    expect(await world.refusal()).toContain('space.toml:1:');
    await world.writeSpace('rules');
    expect(await world.instructions()).toBe('first');
  });
});

describe('a target that has not changed', () => {
  it('is not read again, nor warned of again', async () => {
    const world = await withSpace();
    await world.writeSpace('rules', 'colour = "red"');
    await world.instructions();
    const { spaces } = await world.describe();
    await world.instructions();
    expect(world.warned).toHaveLength(1);
    // What was read is shared, and nobody who got it can change what the next one gets.
    expect((await world.describe()).spaces).toEqual(spaces);
    expect((await world.plan()).bundle).not.toBe((await world.plan()).bundle);
  });
});
