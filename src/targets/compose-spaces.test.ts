import { describe, expect, it } from 'vitest';
import { enterTargets } from '../../test/support/targets-world.js';

const needs = (...ids: string[]) =>
  `[deps]\nspaces = ${JSON.stringify(ids.map((id) => `space:project:${id}`))}`;
const refer = (...ids: string[]) => `compose = ${JSON.stringify(ids.map((id) => `space:project:${id}`))}`;

describe('the spaces of a target', () => {
  it('come in the declared order, each behind what it depends on, and once', async () => {
    const world = await enterTargets();
    await world.writeSpace('base', '', { 'AGENT.md': 'base' });
    await world.writeSpace('left', needs('base'), { 'AGENT.md': 'left' });
    await world.writeSpace('right', needs('base', 'left'), { 'AGENT.md': 'right' });
    await world.writeSpace('alone', '', { 'AGENT.md': 'alone' });
    await world.writeTarget(refer('alone', 'right', 'left', 'base', 'alone'));
    const { spaces, instructions, conflicts, warnings } = await world.describe();
    expect(spaces.map(({ id }) => id)).toEqual(['alone', 'base', 'left', 'right']);
    expect(instructions.map(({ from }) => from)).toEqual(spaces.map(({ reference }) => reference));
    expect((await world.plan()).bundle?.instructions).toBe('alone\n\nbase\n\nleft\n\nright');
    expect([...conflicts, ...warnings]).toEqual([]);
  });

  it('are the same one by whatever reference', async () => {
    const world = await enterTargets();
    await world.writeSpace('base', '', { 'commands/x.md': '' });
    await world.writeTarget('compose = ["space:project:base", "space:path:./spaces/base@dev"]');
    const { spaces, conflicts } = await world.describe();
    expect(spaces).toMatchObject([{ reference: 'space:project:base' }]);
    expect(conflicts).toEqual([]);
  });

  it('may not depend on each other in a circle, which is shown with its place', async () => {
    const world = await enterTargets();
    await world.writeSpace('a', needs('b'));
    await world.writeSpace('b', needs('c'));
    await world.writeSpace('c', needs('b'));
    await world.writeTarget(refer('a'));
    expect(await world.refusal()).toMatch(
      /spaces\/c\/space\.toml:4:11: .*circle: space:project:b → space:project:c → space:project:b\./,
    );
    await world.writeSpace('c', needs('c'));
    expect(await world.refusal()).toContain('space:project:c → space:project:c');
  });

  it('lie on top of each other by name: the last wins, and what it overrides is listed', async () => {
    const world = await enterTargets();
    const files = (command: string) => ({
      'skills/s/SKILL.md': '',
      'commands/c.md': '',
      'agents/g.md': '',
      'mcp/mcp.json': `{"mcpServers": {"m": {"command": "${command}"}}}`,
    });
    const env = (value: string) => `[settings]\nenv = { E = "${value}", ${value} = "1" }`;
    await world.writeSpace('one', env('one'), { ...files('one'), 'commands/alone.md': '' });
    const two = await world.writeSpace('two', env('two'), files('two'));
    await world.writeTarget(`${refer('one', 'two')}\nenv = { E = "own" }\nmcp = { n = { command = "n" } }`);
    const [first, last] = ['space:project:one', 'space:project:two'];
    expect((await world.describe()).conflicts).toEqual([
      { kind: 'skill', name: 's', winner: last, overridden: [first] },
      { kind: 'command', name: 'c', winner: last, overridden: [first] },
      { kind: 'agent', name: 'g', winner: last, overridden: [first] },
      { kind: 'mcp_server', name: 'm', winner: last, overridden: [first] },
      { kind: 'env', name: 'E', winner: 'targets.a', overridden: [first, last] },
    ]);
    const { bundle, env: all } = await world.plan();
    expect(bundle?.skills).toEqual([{ name: 's', path: `${two}/skills/s` }]);
    expect(bundle?.mcpServers).toMatchObject({ m: { command: 'two' }, n: { command: 'n' } });
    expect(all).toEqual({ E: 'own', one: '1', two: '1' });
  });

  it('give hooks for the target’s agent and for every agent', async () => {
    const world = await enterTargets();
    const hook = (name: string, more = '') => `[[hook]]\nevent = "${name}"\nscript = "x"\n${more}\n`;
    const text = `${hook('any')}${hook('claude', 'harness = "claude"')}${hook('codex', 'harness = "codex"')}`;
    await world.writeSpace('a', '', { 'hooks/hooks.toml': text, x: '' });
    await world.write('asp-targets.toml', `schema = 1\n[targets.a]\nharness = "claude"\n${refer('a')}`);
    expect((await world.plan()).bundle?.hooks?.map(({ event }) => event)).toEqual(['any', 'claude']);
  });

  it('are at most 50, and at most 10 behind each other', async () => {
    const world = await enterTargets();
    const ids = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);
    for (const id of ids(50)) await world.writeSpace(id);
    await world.writeTarget(refer(...ids(50)));
    expect((await world.describe()).spaces).toHaveLength(50);
    await world.writeSpace('more');
    await world.writeSpace('s49', needs('more'));
    expect(await world.refusal()).toMatch(/space\.toml:4:11: the target comes to more than 50 spaces/);
    for (const [index, id] of ids(10).entries()) await world.writeSpace(id, needs(`s${index + 1}`));
    await world.writeTarget(refer('s0'));
    expect(await world.refusal()).toMatch(/space\.toml:4:11: space:project:s10 is more than 10 spaces deep/);
    await world.writeTarget(refer('s1'));
    expect((await world.describe()).spaces).toHaveLength(10);
  });

  it('may not bring more instructions together than an agent can read', async () => {
    const world = await enterTargets();
    for (const id of ['a', 'b', 'c']) await world.writeSpace(id, '', { 'AGENT.md': 'x'.repeat(200_000) });
    await world.writeTarget(refer('a', 'b', 'c'));
    expect(await world.refusal()).toContain('larger than 524288 bytes');
  });

  it('may not be more than is read for one target', async () => {
    const world = await enterTargets();
    const files = Object.fromEntries(
      Array.from({ length: 129 }, (_, index) => [`skills/s${index}/SKILL.md`, 'x'.repeat(256 * 1024)]),
    );
    await world.writeSpace('a', '', files);
    await world.writeTarget(refer('a'));
    expect(await world.refusal()).toContain('more than 33554432 bytes');
  });

  it('that cannot be put together leave the other targets of the file as they are', async () => {
    const world = await enterTargets();
    await world.writeTarget(`${refer('gone')}\n[targets.b]\nharness = "builtin"`);
    expect((await world.describe('a')).error?.code).toBe('target_invalid');
    expect((await world.describe('b')).error).toBeUndefined();
    expect((await world.plan('b')).target).toBe('b');
  });
});

describe('a target', () => {
  it('says who the agent is, what it may do and how much', async () => {
    const world = await enterTargets();
    await world.writeTarget(
      [
        'priming_prompt = "You are Rex."',
        'priming_prompt_append = "\\n## Notes\\n- Be kind.\\n"',
        'limits = { maxTurns = 5, maxCostUsd = 0.5 }',
        '[targets.a.permissions]',
        'mode = "deny"',
        'rules = [{ tool = "Bash", pattern = "git *", decision = "allow" }, { tool = "Read", decision = "ask" }]',
        'unattended = { timeoutMs = 1000, decision = "deny" }',
      ].join('\n'),
    );
    const said = {
      primingPrompt: 'You are Rex.\n\n## Notes\n- Be kind.',
      limits: { maxTurns: 5, maxCostUsd: 0.5 },
      permissions: {
        mode: 'deny',
        rules: [
          { tool: 'Bash', pattern: 'git *', decision: 'allow' },
          { tool: 'Read', decision: 'ask' },
        ],
        unattended: { timeoutMs: 1000, decision: 'deny' },
      },
    };
    expect(await world.plan()).toMatchObject(said);
    const described = await world.describe();
    expect(described).toMatchObject(said);
    expect(described.warnings).toEqual([]);
    // Neither spaces nor servers: nothing to bundle.
    expect(await world.plan()).not.toHaveProperty('bundle');
  });

  it('that is "yolo" asks nobody', async () => {
    const world = await enterTargets();
    await world.writeTarget('yolo = true');
    expect((await world.plan()).permissions).toEqual({ mode: 'bypass', rules: [] });
    await world.writeTarget('yolo = false');
    expect(await world.plan()).not.toHaveProperty('permissions');
  });
});
