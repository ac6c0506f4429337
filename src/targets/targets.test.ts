import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { enterTargets } from '../../test/support/targets-world.js';
import { targetsFileName } from './index.js';
import { parseTargets } from './parse-targets.js';

async function project(text?: string) {
  const { root, warned, targets, ...world } = await enterTargets();
  const write = (content: string) => world.write(targetsFileName, content);
  if (text !== undefined) await write(text);
  return { root, path: join(root, targetsFileName), write, warned, targets };
}

const one = (name: string, lines = '') => `schema = 1\n[targets.${name}]\n${lines}`;

describe('the targets of a project', () => {
  it('are the built-in agent alone where there is no file', async () => {
    const { root, targets } = await project();
    const plan = { target: 'builtin', harness: 'builtin', cwd: root, env: {}, options: {} };
    expect(await targets.resolve(root, undefined)).toEqual(plan);
    expect(await targets.resolve(root, 'builtin')).toEqual(plan);
  });

  it('carry agent, model, environment and that agent’s own options', async () => {
    const { root, targets } = await project(
      one(
        'big',
        'harness = "claude-agent-sdk"\nenv = { A = "1" }\n[targets.big.claude]\nmodel = "large"\nturns = 3',
      ),
    );
    expect(await targets.resolve(root, 'big')).toEqual({
      target: 'big',
      harness: 'claude',
      model: 'large',
      cwd: root,
      env: { A: '1' },
      options: { model: 'large', turns: 3 },
    });
  });

  it('are chosen by name, else by the project’s preference, else by the name "default", else built in', async () => {
    const { root, targets, write } = await project(`${one('default')}[targets.other]\n[targets.liked]\n`);
    const chosen = async (name?: string, preferred?: string) =>
      (await targets.resolve(root, name, preferred)).target;
    expect(await chosen('other', 'liked')).toBe('other');
    expect(await chosen(undefined, 'liked')).toBe('liked');
    expect(await chosen()).toBe('default');
    await write(one('other'));
    expect(await chosen()).toBe('builtin');
  });

  it('may say otherwise about the built-in agent’s name', async () => {
    const { root, targets } = await project(one('builtin', 'harness = "codex"'));
    expect(await targets.resolve(root, 'builtin')).toMatchObject({ harness: 'codex' });
  });

  it('are refused by an unknown name, with the names that are known', async () => {
    const { root, targets, write } = await project(`${one('smokey')}[targets.rover]\n`);
    await expect(targets.resolve(root, 'smoky')).rejects.toMatchObject({
      code: 'target_not_found',
      message: expect.stringMatching(/"smoky".*smokey, rover/),
    });
    await expect(targets.resolve(root, undefined, 'gone')).rejects.toMatchObject({
      code: 'target_not_found',
    });
    await write('schema = 1');
    await expect(targets.resolve(root, 'smokey')).rejects.toMatchObject({
      message: expect.stringContaining(targetsFileName),
    });
  });

  it('are read again when the file has changed, come or gone', async () => {
    const { root, path, targets, write } = await project(one('a'));
    const known = async (name: string) =>
      targets.resolve(root, name).then(
        () => true,
        () => false,
      );
    expect([await known('a'), await known('b')]).toEqual([true, false]);
    await write(one('b'));
    expect([await known('a'), await known('b')]).toEqual([false, true]);
    await rm(path);
    expect(await known('b')).toBe(false);
    await write(one('a'));
    expect(await known('a')).toBe(true);
  });

  it('are not read again, nor warned of again, while the file is the same', async () => {
    const { root, targets, warned } = await project(one('a', 'colour = "red"'));
    for (const _ of [1, 2, 3]) await targets.resolve(root, 'a');
    expect(warned).toHaveLength(1);
  });

  it('work again once a broken file is mended', async () => {
    const { root, targets, write } = await project('schema = ');
    await expect(targets.resolve(root, 'a')).rejects.toMatchObject({ code: 'target_invalid' });
    await write(one('a'));
    expect(await targets.resolve(root, 'a')).toMatchObject({ target: 'a' });
  });

  it('are refused when the file is far too large', async () => {
    const { root, targets } = await project(`schema = 1\n# ${'x'.repeat(1024 * 1024)}`);
    await expect(targets.resolve(root, 'a')).rejects.toMatchObject({ code: 'target_invalid' });
  });

  it('of the demo project have nothing to warn of', async () => {
    const { targets, warned } = await project();
    const rex = resolve(import.meta.dirname, '../../examples/rex');
    expect(await targets.resolve(rex, 'smokey')).toMatchObject({ target: 'smokey', harness: 'builtin' });
    const { bundle } = await targets.resolve(rex, 'rover');
    expect(bundle?.instructions).toContain('notes.txt');
    expect(bundle?.skills.map(({ name }) => name)).toEqual(['take-notes']);
    expect(warned).toEqual([]);
  });
});

describe('a file of targets', () => {
  const parse = (text: string) => parseTargets(text, '/p/asp-targets.toml');

  it('that is not TOML is refused with file, line and column', () => {
    expect(() => parse('schema = 1\n[targets.a]\nharness = = "x"')).toThrow(
      expect.objectContaining({
        code: 'target_invalid',
        message: expect.stringMatching(/^\/p\/asp-targets\.toml:3:11: ./),
      }),
    );
  });

  it.each([
    ['no schema', '[targets.a]', '1:1: schema'],
    ['another schema', '\nschema = 2', '2:1: schema'],
    ['an unknown agent', one('a', 'harness = "gpt"'), '3:1: targets.a.harness'],
    ['an environment that is not text', one('a', 'env = { A = 1 }'), '3:1: targets.a.env.A'],
    ['a variable of no name', one('a', 'env = { "A B" = "1" }'), '3:1: targets.a.env.A B'],
    ['options that are no table', one('a', '  builtin = 3'), '3:3: targets.a.builtin'],
    ['a target that is no table', 'schema = 1\ntargets = { a = 1 }', '2:1: targets.a'],
    [
      'a reference that is none',
      one('a', 'compose = [\n  "space:x@dev",\n  "x",\n]'),
      '5:3: targets.a.compose',
    ],
    [
      'a misspelt permission',
      one('a', '[targets.a.permissions]\nmodes = "deny"'),
      '4:1: targets.a.permissions.modes',
    ],
    ['a limit that is no number', one('a', 'limits = { maxTurns = "9" }'), '3:1: targets.a.limits.maxTurns'],
    ['a server without a command', one('a', '[targets.a.mcp.db]\nargs = []'), '3:1: targets.a.mcp.db'],
    ['both all and some permissions', one('a', 'yolo = true\n[targets.a.permissions]'), '4:1: targets.a'],
  ])('with %s is refused with file, line, column and key', (_, text, place) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'target_invalid',
        message: expect.stringMatching(new RegExp(`^/p/asp-targets\\.toml:${place}: `)),
      }),
    );
  });

  it('without its version is refused with the line to write', () => {
    expect(() => parse('[targets.a]')).toThrow(/let the file begin with "schema = 1"$/);
  });

  it.each([
    ['of a target', one('a', 'colour = "red"'), 'targets.a.colour'],
    ['at the top', `colour = "red"\n${one('a')}`, 'colour'],
    [
      'of another agent',
      one('a', 'harness = "builtin"\n[targets.a.claude]\nmodel = "large"'),
      'targets.a.claude',
    ],
  ])('that has a key %s without effect is taken, with a warning that names it', (_, text, key) => {
    const { targets, warnings } = parse(text);
    expect(targets.get('a')).toMatchObject({ harness: 'builtin', options: {} });
    expect([...warnings, ...(targets.get('a')?.warnings ?? [])]).toEqual([expect.stringContaining(key)]);
  });

  it('that says nothing unusual gives no warnings', () => {
    const text = one('a', 'description = "x"\nharness = "claude"\nenv = {}\n[targets.a.claude]\nmodel = "m"');
    for (const plain of [text, one('a', 'harness = "pi-sdk"\n[targets.a.pi-sdk]\nmodel = "m"')]) {
      const { targets, warnings } = parse(plain);
      expect([...warnings, ...(targets.get('a')?.warnings ?? [])]).toEqual([]);
    }
  });
});

describe('the root of a project', () => {
  it('is the real folder behind links', async () => {
    const { root, targets } = await project();
    await mkdir(join(root, 'real'));
    await symlink(join(root, 'real'), join(root, 'link'));
    expect(await targets.checkRoot(join(root, 'link'))).toBe(join(root, 'real'));
  });

  it.each([
    ['relative', () => 'some/where'],
    ['missing', (root: string) => join(root, 'missing')],
    ['a file', (root: string) => join(root, 'file')],
    ['below a file', (root: string) => join(root, 'file', 'x')],
  ])('is refused when it is %s', async (_, path) => {
    const { root, targets } = await project();
    await writeFile(join(root, 'file'), '');
    await expect(targets.checkRoot(path(root))).rejects.toMatchObject({
      code: 'validation_failed',
      details: [{ path: 'root', message: expect.any(String) }],
    });
  });
});
