import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { enterTargets } from '../../test/support/targets-world.js';
import { satisfies } from './space-version.js';

describe('a version', () => {
  it.each([
    ['1.2.3', '1.2.3'],
    ['1.2.3+build', '1.2.3'],
    ['1.2.3', '^1.2.3'],
    ['1.9.0', '^1.2.3'],
    ['0.2.9', '^0.2.3'],
    ['0.0.3', '^0.0.3'],
    ['1.2.9', '~1.2.3'],
    ['1.0.0-rc.1', '^1.0.0-rc.1'],
  ])('%s is good for %s', (version, range) => expect(satisfies(version, range)).toBe(true));

  it.each([
    ['1.2.4', '1.2.3'],
    ['1.2.2', '^1.2.3'],
    ['2.0.0', '^1.2.3'],
    ['0.3.0', '^0.2.3'],
    ['0.0.4', '^0.0.3'],
    ['1.3.0', '~1.2.3'],
    ['1.2.4-rc.1', '^1.2.3'],
  ])('%s is not good for %s', (version, range) => expect(satisfies(version, range)).toBe(false));
});

describe('a selector of a shared space', () => {
  async function asked(
    selector: string,
    { version = '1.1.0', tags }: { version?: string; tags?: string } = {},
  ) {
    const world = await enterTargets();
    await world.writeTarget(`compose = ["space:rules${selector}"]`);
    await world.writeSpace('shared:rules', `version = "${version}"`);
    if (tags !== undefined) await world.write(join(world.aspHome, 'registry/dist-tags.json'), tags);
    return world;
  }
  const warnings = async (world: Awaited<ReturnType<typeof asked>>) => (await world.describe()).warnings;

  it.each(['', '@dev', '@1.1.0', '@^1.0.0', '@~1.1.0'])(
    '"%s" is what the folder is: no warning',
    async (one) => {
      expect(await warnings(await asked(one))).toEqual([]);
    },
  );

  it.each(['@1.0.0', '@^1.2.0', '@~1.0.0'])(
    '"%s" is refused where the folder is another version',
    async (one) => {
      expect(await (await asked(one)).refusal()).toMatch(
        /asp-targets\.toml:4:12: .*has version 1\.1\.0.*"@dev"/,
      );
    },
  );

  it('for a commit is refused: nothing here could fetch it', async () => {
    expect(await (await asked('@git:abc1234')).refusal()).toMatch(/:4:12: .*commit.*Write "@dev"/);
  });

  it('for the last commit, or by a tag that nobody explains, is warned of', async () => {
    expect(await warnings(await asked('@HEAD'))).toEqual([expect.stringContaining('used as it stands')]);
    expect(await warnings(await asked('@stable'))).toEqual([
      expect.stringMatching(/used as it stands: there is no .*dist-tags\.json/),
    ]);
  });

  it('by a tag is good where the tag is the folder’s version, and warned of where it is another', async () => {
    const tags = '{ "rules": { "stable": "v1.1.0", "old": "v1.0.0" } }';
    expect(await warnings(await asked('@stable', { tags }))).toEqual([]);
    expect(await warnings(await asked('@old', { tags }))).toEqual([
      expect.stringMatching(/which is version 1\.1\.0; "old" is 1\.0\.0/),
    ]);
    expect(await (await asked('@beta', { tags })).refusal()).toMatch(
      /"beta" is not among the tags of "rules"/,
    );
    expect(await (await asked('@stable', { tags: '{' })).refusal()).toMatch(
      /dist-tags\.json:1:2: is not valid JSON/,
    );
  });

  it('of a space in the project changes nothing, and is warned of', async () => {
    const world = await enterTargets();
    await world.writeTarget('compose = ["space:project:rules@stable"]');
    await world.writeSpace('rules');
    expect((await world.describe()).warnings).toEqual([expect.stringContaining('as its folder stands')]);
  });

  it('does not hold to a lock file, and says so', async () => {
    const world = await asked('@1.1.0');
    await world.write('asp-lock.json', '{}');
    expect(await warnings(world)).toEqual([
      expect.stringMatching(/asp-lock\.json: what it pins has no effect/),
    ]);
  });
});
