import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { enterTargets } from '../../test/support/targets-world.js';

async function withSpace(lines = '', files: Readonly<Record<string, string>> = {}) {
  const world = await enterTargets();
  await world.writeTarget('compose = ["space:project:rules"]');
  const folder = await world.writeSpace('rules', lines, files);
  return { ...world, folder };
}

describe('a space brings', () => {
  it('instructions, skills, commands, agents, servers and hooks, each with its path', async () => {
    const world = await withSpace('', {
      'AGENTS.md': '\nBe kind.\n',
      'skills/review/SKILL.md': '---\nname: review\ndescription: How to review\n---\n# Review',
      'commands/build.md': '# Build',
      'agents/tester.md': '---\ndescription: Tests things\n---\n',
      'mcp/mcp.json': '{"mcpServers": {"db": {"command": "db-server", "args": ["-v"], "env": {"A": "1"}}}}',
      'hooks/hooks.toml':
        '[[hook]]\nevent = "pre_tool_use"\nscript = "hooks/check.sh"\ntools = ["Bash"]\nblocking = true\n',
      'hooks/check.sh': 'exit 0',
    });
    const { folder } = world;
    expect((await world.plan()).bundle).toEqual({
      instructions: 'Be kind.',
      skills: [{ name: 'review', path: join(folder, 'skills/review') }],
      commands: [{ name: 'build', path: join(folder, 'commands/build.md') }],
      agents: [{ name: 'tester', path: join(folder, 'agents/tester.md') }],
      mcpServers: { db: { kind: 'stdio', command: 'db-server', args: ['-v'], env: { A: '1' } } },
      hooks: [
        {
          event: 'pre_tool_use',
          script: join(folder, 'hooks/check.sh'),
          folder,
          tools: ['Bash'],
          blocking: true,
        },
      ],
    });
    const from = 'space:project:rules';
    expect(await world.describe()).toMatchObject({
      instructions: [{ from, path: join(folder, 'AGENTS.md'), bytes: 8 }],
      skills: [{ name: 'review', from, description: 'How to review' }],
      commands: [{ name: 'build', from }],
      agents: [{ name: 'tester', from, description: 'Tests things' }],
      mcpServers: [{ name: 'db', from, kind: 'stdio', command: 'db-server' }],
      hooks: [{ event: 'pre_tool_use', script: join(folder, 'hooks/check.sh'), from }],
    });
  });

  it('hooks in the older form: by event, as a list of what they match, and as a list of scripts', async () => {
    const root = `\${CLAUDE_PLUGIN_ROOT}`;
    const check = { type: 'command', command: `${root}/hooks/check.sh` };
    const files = { 'hooks/check.sh': 'exit 0', 'hooks/a b.sh': 'exit 0' };
    const hooksOf = async (hooks: unknown) => {
      const world = await withSpace('', { ...files, 'hooks/hooks.json': JSON.stringify({ hooks }) });
      const { bundle } = await world.plan();
      return { folder: world.folder, hooks: bundle?.hooks };
    };
    const byEvent = await hooksOf({
      PreToolUse: [{ matcher: 'Bash|Write', hooks: [{ ...check, timeout: 5 }] }],
      SessionStart: [
        {
          hooks: [
            { command: `"${root}/hooks/a b.sh"`, async: true },
            { command: `cd ${root} && ./hooks/check.sh` },
          ],
        },
      ],
    });
    const { folder } = byEvent;
    expect(byEvent.hooks).toEqual([
      {
        event: 'pre_tool_use',
        matcher: 'Bash|Write',
        script: join(folder, 'hooks/check.sh'),
        folder,
        blocking: true,
        timeoutS: 5,
      },
      { event: 'session_start', script: join(folder, 'hooks/a b.sh'), folder, blocking: false },
      {
        event: 'session_start',
        script: `cd ${folder} && ./hooks/check.sh`,
        isShellLine: true,
        folder,
        blocking: true,
      },
    ]);
    const asList = await hooksOf([{ matcher: 'Stop', hooks: [{ ...check, timeout_ms: 1500 }] }]);
    expect(asList.hooks).toMatchObject([{ event: 'stop', timeoutS: 2 }]);
    const ofScripts = await hooksOf([{ event: 'SessionStart', script: 'check.sh' }]);
    expect(ofScripts.hooks).toEqual([
      {
        event: 'session_start',
        script: join(ofScripts.folder, 'hooks/check.sh'),
        folder: ofScripts.folder,
        blocking: true,
      },
    ]);
  });

  it('extensions of Pi: those that it names, else those in their folder', async () => {
    const files = { 'extensions/a.ts': '', 'extensions/b.md': '', 'c.js': '' };
    const found = await withSpace('', files);
    expect((await found.plan()).bundle?.piExtensions).toEqual([join(found.folder, 'extensions/a.ts')]);
    const named = await withSpace('[pi]\nextensions = ["c.js"]', files);
    expect((await named.plan()).bundle?.piExtensions).toEqual([join(named.folder, 'c.js')]);
    const outside = await withSpace('[pi]\nextensions = ["../../asp-targets.toml"]', files);
    expect(await outside.refusal()).toContain('outside of its space');
  });

  it('servers elsewhere, by the address', async () => {
    const servers = {
      plain: { url: 'https://a.test/mcp', headers: { A: '1' } },
      typed: { type: 'streamable-http', url: 'https://b.test/' },
      stream: { type: 'sse', url: 'https://c.test/' },
    };
    const { plan } = await withSpace('', { 'mcp/mcp.json': JSON.stringify({ mcpServers: servers }) });
    expect((await plan()).bundle?.mcpServers).toEqual({
      plain: { kind: 'http', url: 'https://a.test/mcp', headers: { A: '1' } },
      typed: { kind: 'http', url: 'https://b.test/', headers: {} },
      stream: { kind: 'sse', url: 'https://c.test/', headers: {} },
    });
  });

  it('servers from the files that it names, instead of mcp/mcp.json', async () => {
    const file = (name: string) => `{"mcpServers": {"${name}": {"command": "x"}}}`;
    const files = { 'mcp/mcp.json': file('a'), 'one.json': file('b'), 'two.json': file('c') };
    const { plan } = await withSpace('[claude]\nmcp = ["one.json", "two.json"]', files);
    expect(Object.keys((await plan()).bundle?.mcpServers ?? {})).toEqual(['b', 'c']);
  });

  it('what it grants and refuses', async () => {
    const { plan } = await withSpace(
      '[settings.permissions]\nallow = ["Bash(git status)"]\ndeny = ["Read(.env)"]',
      {
        'permissions.toml': [
          '[read]\npaths = ["."]',
          '[write]\npaths = ["./src"]',
          '[exec]\ncommands = ["npm"]\npatterns = ["npm run *"]',
          '[network]\nhosts = ["api.test:443"]',
          '[deny]\nread = [".env"]\nwrite = ["lock"]\nexec = ["rm -rf /"]\nnetwork = ["*"]',
        ].join('\n'),
      },
    );
    expect((await plan()).bundle?.permissions).toEqual({
      allow: {
        read: ['.'],
        write: ['./src'],
        commands: ['npm'],
        commandPatterns: ['npm run *'],
        hosts: ['api.test:443'],
        toolRules: ['Bash(git status)'],
      },
      deny: {
        read: ['.env'],
        write: ['lock'],
        commands: [],
        commandPatterns: ['rm -rf /'],
        hosts: ['*'],
        toolRules: ['Read(.env)'],
      },
    });
  });

  it('a model for the agent that it is for, unless the target names one', async () => {
    const world = await enterTargets();
    const model = async (lines: string) => {
      await world.write(
        'asp-targets.toml',
        `schema = 1\n[targets.a]\ncompose = ["space:project:rules"]\n${lines}`,
      );
      return (await world.plan()).model;
    };
    await world.writeSpace('rules', '[settings]\nmodel = "s"\n[codex]\nmodel = "c"');
    expect(await model('harness = "claude"')).toBe('s');
    expect(await model('harness = "codex"')).toBe('c');
    expect(await model('harness = "codex"\n[targets.a.codex]\nmodel = "t"')).toBe('t');
    expect(await model('harness = "pi"')).toBeUndefined();
  });
});

describe('a space is warned of', () => {
  it.each([
    ['a key that has no effect', 'colour = "red"', {}, /space\.toml:3:1: colour has no effect/],
    ['a nested one', '[pi]\nbuild = {}', {}, /space\.toml:4:1: pi\.build has no effect/],
    [
      'an extension that is not there',
      '[pi]\nextensions = ["x.ts"]',
      {},
      /rules\/x\.ts: is an extension .* not there/,
    ],
    ['a file that has no effect', '', { 'bin/x': '' }, /spaces\/rules: bin has no effect/],
    [
      'hooks, which not every agent runs',
      '',
      { x: '', 'hooks/hooks.toml': '[[hook]]\nevent = "stop"\nscript = "x"' },
      /hooks\.toml: its hooks run with Claude Code only/,
    ],
    [
      'a second file of hooks',
      '',
      { 'hooks/hooks.json': '{"hooks": []}', 'hooks/hooks.toml': '' },
      /hooks\.json: it, because .*hooks\.toml is there/,
    ],
    [
      'a hook that may not be run',
      '',
      { x: '', 'hooks/hooks.toml': '[[hook]]\nevent = "stop"\nscript = "x"' },
      /\/x: is not executable.* Run: chmod \+x /,
    ],
    [
      'a hook of another kind',
      '',
      { 'hooks/hooks.json': '{"hooks": {"Stop": [{"hooks": [{"type": "prompt", "prompt": "?"}]}]}}' },
      /hooks\.json:1:\d+: a hook of the type "prompt" has no effect/,
    ],
    [
      'a condition of a hook',
      '',
      { 'hooks/hooks.json': '{"hooks": {"Stop": [{"hooks": [{"command": "true", "if": "Bash(rm *)"}]}]}}' },
      /hooks\.json:1:\d+: hooks\.Stop\.0\.hooks\.0\.if has no effect/,
    ],
    [
      'a second file of instructions',
      '',
      { 'AGENT.md': 'a', 'CLAUDE.md': 'b' },
      /CLAUDE\.md: it, because .*AGENT\.md is there/,
    ],
    [
      'a folder without a skill',
      '',
      { 'skills/x/README.md': '' },
      /skills\/x: what is no folder with a SKILL\.md/,
    ],
    [
      'a skill of another name',
      '',
      { 'skills/x/SKILL.md': '---\nname: y\n---' },
      /skills\/x: the skill calls itself "y"/,
    ],
    ['a command that is no Markdown', '', { 'commands/x.txt': '' }, /commands\/x\.txt: what is no Markdown/],
    [
      'a permission of no kind',
      '',
      { 'permissions.toml': '[red]\npaths = []' },
      /permissions\.toml:1:1: red has no effect/,
    ],
    [
      'a key of a server',
      '',
      { 'mcp/mcp.json': '{"mcpServers": {"x": {"command": "x", "disabled": true}}}' },
      /mcp\.json:1:51: mcpServers\.x\.disabled has no effect/,
    ],
  ])('for %s', async (_, lines, files, words) => {
    const { describe } = await withSpace(lines, files as Record<string, string>);
    const { error, warnings } = await describe();
    expect(error).toBeUndefined();
    expect(warnings).toEqual(expect.arrayContaining([expect.stringMatching(words)]));
  });

  it('whose hooks and permissions the agent of the target does not take up', async () => {
    const world = await enterTargets();
    await world.writeSpace('rules', '[settings.permissions]\nallow = ["Bash(ls)"]', {
      x: '',
      'hooks/hooks.toml': '[[hook]]\nevent = "stop"\nscript = "x"',
      'permissions.toml': '[read]\npaths = ["."]',
    });
    const warnings = async (harness: string) => {
      await world.write(
        'asp-targets.toml',
        `schema = 1\n[targets.a]\nharness = "${harness}"\ncompose = ["space:project:rules"]`,
      );
      return (await world.describe()).warnings.filter((warning) => warning.includes('Claude Code only'));
    };
    expect(await warnings('codex')).toEqual([
      expect.stringMatching(/hooks\.toml: its hooks run/),
      expect.stringMatching(/permissions\.toml: what it grants and refuses holds/),
      expect.stringMatching(/space\.toml:\d+:1: what it grants and refuses holds/),
    ]);
    expect(await warnings('claude')).toEqual([]);
  });

  it.each([
    ['codex', ['Agents']],
    ['pi', ['Agents', 'MCP servers']],
    ['acp', ['Skills', 'Commands', 'Agents']],
    ['claude', []],
  ])('that brings what %s has no way to take', async (harness, parts) => {
    const world = await enterTargets();
    await world.write(
      'asp-targets.toml',
      `schema = 1\n[targets.a]\nharness = "${harness}"\ncompose = ["space:project:rules"]`,
    );
    await world.writeSpace('rules', '', {
      'skills/tidy/SKILL.md': 'Tidy.',
      'commands/greet.md': 'Greet.',
      'agents/judge.md': 'Judge.',
      'mcp/mcp.json': '{"mcpServers": {"x": {"command": "x"}}}',
    });
    const { warnings } = await world.describe();
    expect(warnings).toEqual(
      parts.map((part) => `targets.a: ${part} have no effect on the agent ${harness}`),
    );
  });

  it('where it is made for other agents than the target’s', async () => {
    const world = await enterTargets();
    await world.writeSpace('rules', '[harness]\nsupports = ["claude", "pi-sdk"]');
    const warnings = async (harness: string) => {
      await world.write(
        'asp-targets.toml',
        `schema = 1\n[targets.a]\nharness = "${harness}"\ncompose = ["space:project:rules"]`,
      );
      return (await world.describe()).warnings;
    };
    expect(await warnings('codex')).toEqual([expect.stringContaining('is made for claude, pi-sdk')]);
    for (const harness of ['claude', 'pi-sdk', 'pi', 'builtin']) expect(await warnings(harness)).toEqual([]);
  });

  it('where it calls itself otherwise than its folder', async () => {
    const world = await withSpace();
    await world.write(join(world.folder, 'space.toml'), 'schema = 1\nid = "others"');
    expect((await world.describe()).warnings).toEqual([expect.stringContaining('calls itself "others"')]);
  });
});

describe('a broken space is refused, with file and place:', () => {
  it.each([
    ['no version of the format', { 'space.toml': 'id = "rules"' }, /space\.toml:1:1: schema: /],
    ['a name that is none', { 'space.toml': 'schema = 1\nid = "My Rules"' }, /space\.toml:2:1: id: /],
    ['no TOML', { 'space.toml': 'schema = 1\nid = rules' }, /space\.toml:2:6: /],
    [
      'a version that is none',
      { 'space.toml': 'schema = 1\nid = "rules"\nversion = "1"' },
      /space\.toml:3:1: version: must be/,
    ],
    [
      'a dependency that is none',
      { 'space.toml': 'schema = 1\nid = "rules"\n[deps]\nspaces = [\n  "x",\n]' },
      /space\.toml:5:3: deps\.spaces: "x" is no reference/,
    ],
    ['no JSON', { 'mcp/mcp.json': '{\n  mcpServers: {}\n}' }, /mcp\.json:2:3: is not valid JSON: a key/],
    ['no servers', { 'mcp/mcp.json': '{\n}' }, /mcp\.json:1:1: mcpServers: /],
    [
      'a server of no kind',
      { 'mcp/mcp.json': '{"mcpServers": {\n "x": {}}}' },
      /mcp\.json:2:7: mcpServers\.x: needs "command"/,
    ],
    [
      'a hook without a script',
      { 'hooks/hooks.toml': '[[hook]]\nevent = "stop"' },
      /hooks\.toml:1:1: hook\.0\.script: /,
    ],
    [
      'a hook that leads out',
      { 'hooks/hooks.toml': '[[hook]]\nevent = "stop"\nscript = "../x.sh"' },
      /hooks\.toml:3:1: "\.\.\/x\.sh" is not inside/,
    ],
    [
      'a hook whose script is not there',
      { 'hooks/hooks.toml': '[[hook]]\nevent = "stop"\nscript = "x.sh"' },
      /x\.sh: is named in .*hooks\.toml and is not there/,
    ],
    ['hooks that are no JSON', { 'hooks/hooks.json': '[' }, /hooks\.json:1:2: /],
    [
      'permissions of a wrong type',
      { 'permissions.toml': '[read]\npaths = "."' },
      /permissions\.toml:2:1: read\.paths: /,
    ],
    [
      'a skill without an end of its front matter',
      { 'skills/x/SKILL.md': '---\nname: x\n' },
      /SKILL\.md:1:1: /,
    ],
    [
      'a command with a line that says nothing',
      { 'commands/x.md': '---\nx\n---\n' },
      /x\.md:2:1: write "key: value"/,
    ],
    [
      'instructions that are too long',
      { 'AGENT.md': 'x'.repeat(256 * 1024 + 1) },
      /AGENT\.md: is larger than 262144 bytes/,
    ],
    ['a folder in the place of a file', { 'AGENT.md/x': '' }, /AGENT\.md: is not a file/],
    ['too many skills', manySkills(201), /skills: has more than 200 entries/],
  ])('%s', async (_, files, words) => {
    const world = await withSpace('', files as Record<string, string>);
    const refusal = await world.refusal();
    expect(refusal).toMatch(words);
    expect(refusal.startsWith(world.folder)).toBe(true);
    // The others of the project can be used, and this one says why it cannot.
    expect((await world.describe()).error).toEqual({ code: 'target_invalid', message: refusal });
  });

  it('text that is not in UTF-8', async () => {
    const world = await withSpace();
    await writeFile(join(world.folder, 'AGENT.md'), Buffer.from([0xff, 0xfe, 0x41]));
    expect(await world.refusal()).toMatch(/AGENT\.md: is not text in UTF-8/);
  });

  it('no space.toml', async () => {
    const world = await enterTargets();
    await world.writeTarget('compose = ["space:project:rules"]');
    await world.write('spaces/rules/AGENT.md', 'x');
    expect(await world.refusal()).toMatch(/spaces\/rules: is no space.*id = "rules"/);
  });

  it('a named file of servers that is not there, or not in the space', async () => {
    const world = await withSpace('[claude]\nmcp = ["gone.json"]');
    expect(await world.refusal()).toMatch(/gone\.json: is named in space\.toml and is not there/);
    await world.write('elsewhere.json', '{"mcpServers": {}}');
    await world.writeSpace('rules', '[claude]\nmcp = ["../../elsewhere.json"]');
    expect(await world.refusal()).toMatch(/elsewhere\.json: leads out of/);
  });

  it.each([
    ['AGENT.md', 'text'],
    ['skills/x/SKILL.md', 'text'],
    ['commands/x.md', 'text'],
    ['mcp/mcp.json', '{"mcpServers": {}}'],
    ['hooks/hooks.toml', ''],
    ['permissions.toml', ''],
  ])('a link at %s that leads out of the space', async (name, text) => {
    const world = await withSpace('', { [`${name.slice(0, name.lastIndexOf('/') + 1)}.keep`]: '' });
    await world.write(join(world.outside, 'file'), text);
    await symlink(join(world.outside, 'file'), join(world.folder, name));
    expect(await world.refusal()).toContain(`${join(world.folder, name)}: leads out of ${world.folder}`);
  });

  it('a folder of skills that is a link out of the space, but not one inside of it', async () => {
    const world = await withSpace('', { 'more/x/SKILL.md': 'x' });
    await symlink(join(world.folder, 'more'), join(world.folder, 'skills'));
    expect((await world.describe()).skills).toMatchObject([{ name: 'x' }]);
    const other = await withSpace();
    await other.write(join(other.outside, 'x/SKILL.md'), 'x');
    await symlink(other.outside, join(other.folder, 'skills'));
    expect(await other.refusal()).toMatch(/skills: leads out of/);
  });
});

function manySkills(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`skills/s${index}/SKILL.md`, 'x']));
}
