/** Files with the keys, layout and references of the public documentation of agent-spaces, in words of our own. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { enterTargets, type TargetsWorld } from '../../test/support/targets-world.js';

const sharedIds = ['defaults', 'tester', 'base', 'frontend', 'backend'];

async function withShared(): Promise<TargetsWorld> {
  const world = await enterTargets();
  for (const id of sharedIds) {
    const deps = id.endsWith('end') ? '[deps]\nspaces = ["space:base@stable"]' : '';
    const lines = `version = "1.0.0"\ndescription = "${id}"\n\n[plugin]\nname = "${id}"\n${deps}`;
    await world.writeSpace(`shared:${id}`, lines, { 'commands/build.md': `# /build of ${id}\n` });
  }
  const tags = Object.fromEntries(sharedIds.map((id) => [id, { stable: 'v1.0.0', latest: 'v1.0.0' }]));
  await world.write(join(world.aspHome, 'registry/dist-tags.json'), JSON.stringify(tags));
  return world;
}

describe('a file of the public format loads unchanged:', () => {
  it('targets with a shared and a local space, and text to append', async () => {
    const world = await withShared();
    await world.writeSpace('my-helpers', 'version = "0.1.0"\n\n[plugin]\nname = "my-helpers"');
    await world.write(
      'asp-targets.toml',
      `schema = 1

[targets.default]
description = "What everybody uses"
compose = [
  "space:defaults@dev",          # from the shared root
  "space:project:my-helpers",    # from ./spaces/my-helpers/
]
priming_prompt_append = """

## Notes for the agent
"""
`,
    );
    const { error, spaces, primingPrompt } = await world.describe('default');
    expect(error).toBeUndefined();
    expect(spaces.map(({ id }) => id)).toEqual(['defaults', 'my-helpers']);
    expect(primingPrompt).toBe('## Notes for the agent');
    expect((await world.targets.resolve(world.root, undefined)).target).toBe('default');
  });

  it('targets that choose an agent, with a table for it', async () => {
    const world = await withShared();
    await world.write(
      'asp-targets.toml',
      `schema = 1

[targets.tester]
description = "Tests"
compose = ["space:tester@dev", "space:defaults@dev"]
harness = "codex"
priming_prompt_append = """

## Project
- Red, then green.
"""

[targets.tester.codex]
model_reasoning_effort = "high"
[targets.local]
description = "Alone"
harness = "codex"
compose = ["space:defaults@dev"]
yolo = true
priming_prompt = "You are local."
[targets.local.codex]
model_reasoning_effort = "high"
`,
    );
    expect(await world.plan('tester')).toMatchObject({
      harness: 'codex',
      options: { model_reasoning_effort: 'high' },
      primingPrompt: expect.stringContaining('Red, then green.'),
    });
    expect(await world.plan('local')).toMatchObject({
      permissions: { mode: 'bypass' },
      primingPrompt: 'You are local.',
    });
    for (const name of ['tester', 'local']) expect((await world.describe(name)).warnings).toEqual([]);
    expect((await world.describe('tester')).conflicts).toEqual([
      { kind: 'command', name: 'build', winner: 'space:defaults@dev', overridden: ['space:tester@dev'] },
    ]);
  });

  it('targets with a table of provisioning, over what holds for all targets', async () => {
    const world = await withShared();
    await world.write(
      'asp-targets.toml',
      `schema = 1

[claude]
model = "claude-all"
permission_mode = "auto"
args = ["--verbose"]

[codex]
model = "codex-all"
approval_policy = "on-request"
sandbox_mode = "workspace-write"
profile = "workspace"

[targets.review]
priming = "Review."
compose = [ "space:defaults@dev" ]

  [targets.review.provisioning]
  harness = "claude-code"
  model = "claude-review"

[targets.fast]
compose = [ "space:defaults@dev" ]

  [targets.fast.provisioning]
  harness = "codex"
  reasoning = "high"
  sandbox = "danger-full-access"
  approval = "never"
  yolo = true

    [targets.fast.provisioning.codex]
    profile = "fast"
    status_line = ["model"]

[targets.plain]
priming_append = "More."

  [targets.plain.resolver]
  locked = true
`,
    );
    expect(await world.plan('review')).toMatchObject({
      harness: 'claude',
      model: 'claude-review',
      primingPrompt: 'Review.',
      options: { permission_mode: 'auto', args: ['--verbose'] },
    });
    expect(await world.plan('fast')).toMatchObject({
      harness: 'codex',
      model: 'codex-all',
      permissions: { mode: 'bypass' },
      options: {
        model: 'codex-all',
        model_reasoning_effort: 'high',
        sandbox_mode: 'danger-full-access',
        approval_policy: 'never',
      },
    });
    expect((await world.describe('plain')).warnings).toEqual([
      expect.stringContaining('targets.plain names no agent, so the built-in one is taken'),
      expect.stringContaining('targets.plain.resolver has no effect'),
    ]);
  });

  it('what the format says of Codex launches, and what Codex cannot be given is named', async () => {
    const world = await withShared();
    await world.write(
      'asp-targets.toml',
      `schema = 1

[codex]
profile = "workspace"
model_reasoning_summary = "concise"

[targets.old]
harness = "codex"

  [targets.old.codex]
  status_line = ["model"]
  approval_policy = "on-failure"

[targets.new.provisioning]
harness = "codex"
approval = "on-failure"

  [targets.new.provisioning.codex]
  status_line = ["model"]
`,
    );
    const { options } = await world.plan('old');
    expect(options).toEqual({ approval_policy: 'on-request', model_reasoning_summary: 'concise' });
    expect((await world.plan('new')).options).toEqual(options);
    expect((await world.describe('old')).warnings).toEqual([
      expect.stringMatching(/:11:3: targets\.old\.codex\.status_line has no effect/),
      expect.stringMatching(/:12:3: .*"on-request" is taken/),
    ]);
    expect((await world.describe('new')).warnings).toEqual([
      expect.stringMatching(/:19:3: targets\.new\.provisioning\.codex\.status_line has no effect/),
      expect.stringMatching(/:16:1: .*"on-request" is taken/),
    ]);
    expect((await world.targets.describe(world.root)).warnings).toEqual([
      expect.stringMatching(/:4:1: codex\.profile has no effect/),
    ]);
  });

  it('spaces of a registry by their tags, each with what it depends on', async () => {
    const world = await withShared();
    await world.write(
      'asp-targets.toml',
      `schema = 1

[targets.dev]
description = "Both"
harness = "claude"
compose = [
  "space:frontend@stable",
  "space:backend@stable"
]
`,
    );
    const { spaces, warnings } = await world.describe('dev');
    expect(spaces.map(({ id }) => id)).toEqual(['base', 'frontend', 'backend']);
    expect(warnings).toEqual([]);
  });

  it('spaces for several agents, with a manifest that uses every table', async () => {
    const world = await enterTargets();
    await world.write(
      'asp-targets.toml',
      'schema = 1\n[targets.full]\nharness = "pi"\ncompose = ["space:project:multi"]',
    );
    await world.writeSpace(
      'multi',
      `version = "1.0.0"
description = "For two agents"

[plugin]
name = "multi"
version = "1.0.0"
license = "MIT"
keywords = ["tool"]

[plugin.author]
name = "Somebody"
email = "somebody@example.com"

[harness]
supports = ["claude", "pi"]

[settings]
cleanupPeriodDays = 7

[pi]
model = "pi-model"
extensions = ["extensions/utils.ts"]

[pi.build]
bundle = true
format = "esm"

[codex.skills]
enabled = true
`,
      {
        'AGENT.md': '# Instructions\n',
        'extensions/utils.ts': '',
        'skills/shared-skill/SKILL.md': '# Shared Skill\n\nWithout front matter.\n',
        'commands/deploy.md': '# /deploy\n\n```\n/deploy [environment]\n```\n',
        'hooks/cleanup.sh': '',
        'hooks/hooks.toml':
          '[[hook]]\nevent = "pre_tool_use"\nscript = "hooks/cleanup.sh"\ntools = ["Bash", "Write"]\nblocking = true\n\n[[hook]]\nevent = "session_end"\nscript = "hooks/cleanup.sh"\nharness = "claude"  # only there\n',
        'permissions.toml': '[read]\npaths = [\n    ".",\n]\n\n[deny]\nread = [".env"]\n',
      },
    );
    const { error, skills, commands, warnings, model } = await world.describe('full');
    expect(error).toBeUndefined();
    expect(model).toBe('pi-model');
    expect([...skills, ...commands].map(({ name }) => name)).toEqual(['shared-skill', 'deploy']);
    const { bundle } = await world.plan('full');
    expect(bundle?.piExtensions).toEqual([join(world.root, 'spaces/multi/extensions/utils.ts')]);
    for (const named of ['settings.cleanupPeriodDays', 'pi.build', 'codex.skills']) {
      expect(warnings).toContainEqual(expect.stringContaining(`${named} has no effect`));
    }
  });

  it('a file that only marks its folder, and an empty table of targets', async () => {
    const world = await enterTargets();
    for (const text of [
      'schema = 1\n',
      'schema = 1\n\n[targets]\n',
      'schema = 1\nagents-root = "agents"\n',
    ]) {
      await world.write('asp-targets.toml', text);
      const { targets, warnings, defaultTarget } = await world.targets.describe(world.root);
      expect({ targets, defaultTarget }).toEqual({ targets: [], defaultTarget: 'builtin' });
      expect(warnings).toEqual(
        text.includes('agents-root') ? [expect.stringMatching(/:2:1: agents-root has no effect/)] : [],
      );
    }
  });
});
