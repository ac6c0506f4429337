import { describe, expect, it } from 'vitest';
import type { LaunchBundle, LaunchPlan, SpaceGrants } from '../../core/index.js';
import { gateHooks, queryOptionsOf } from './query-options.js';

const fresh = { sessionId: 's', isFork: false };

function plan(more: Partial<LaunchPlan> = {}): LaunchPlan {
  return { target: 't', harness: 'claude', cwd: '/p', env: {}, options: {}, ...more };
}

function options(more: Partial<LaunchPlan> = {}, isRoot = false) {
  return queryOptionsOf(plan(more), fresh, { clientVersion: '1.2.3', isRoot });
}

const nothing: SpaceGrants = {
  read: [],
  write: [],
  commands: [],
  commandPatterns: [],
  hosts: [],
  toolRules: [],
};
const empty: LaunchBundle = { instructions: '', skills: [], commands: [], agents: [], mcpServers: {} };

describe('permissions', () => {
  const bypass = { mode: 'bypass' as const, rules: [] };
  const rule = { tool: 'Bash', decision: 'deny' as const };

  it("are Claude Code's own without a policy", () => {
    expect(options().extraArgs).toEqual({});
    expect(gateHooks(plan())).toEqual([]);
  });

  it('are bypassed where the policy says so and has no rules', () => {
    expect(options({ permissions: bypass })).toMatchObject({
      allowDangerouslySkipPermissions: true,
      extraArgs: { 'permission-mode': 'bypassPermissions' },
      env: expect.not.objectContaining({ IS_SANDBOX: '1' }),
    });
    expect(gateHooks(plan({ permissions: bypass }))).toEqual([]);
    expect(options({ permissions: bypass }, true).env).toMatchObject({ IS_SANDBOX: '1' });
  });

  it.each([
    [{ mode: 'ask' as const, rules: [] }],
    [{ mode: 'deny' as const, rules: [] }],
    [{ mode: 'bypass' as const, rules: [rule] }],
  ])('are asked for with every tool where the policy could refuse one: %j', async (permissions) => {
    expect(options({ permissions }).extraArgs).toEqual({ 'permission-mode': 'default' });
    const [gate] = gateHooks(plan({ permissions }));
    expect(await gate?.({})).toMatchObject({ hookSpecificOutput: { permissionDecision: 'ask' } });
  });

  it('of the target itself are a mode that holds beside the policy', () => {
    const given = options({ permissions: bypass, options: { permission_mode: 'acceptEdits' } });
    expect(given.extraArgs).toEqual({ 'permission-mode': 'acceptEdits' });
  });

  it('of spaces become rules', () => {
    const allow = { ...nothing, read: ['src/**', '/etc/hosts'], commands: ['git'], toolRules: ['Grep'] };
    const deny = { ...nothing, write: ['~/x'], commandPatterns: ['rm *'], hosts: ['a.example'] };
    const { settings } = options({ bundle: { ...empty, permissions: { allow, deny } } });
    expect(JSON.parse(String(settings))).toEqual({
      permissions: {
        allow: ['Read(./src/**)', 'Read(//etc/hosts)', 'Bash(git:*)', 'Grep'],
        deny: ['Edit(~/x)', 'Bash(rm *)', 'WebFetch(domain:a.example)'],
      },
    });
  });
});

describe('the rest of a launch', () => {
  it('tells instructions and the priming prompt to the system', () => {
    const { systemPrompt } = options({ bundle: { ...empty, instructions: 'A' }, primingPrompt: 'B' });
    expect(systemPrompt).toEqual({ type: 'preset', preset: 'claude_code', append: 'A\n\nB' });
  });

  it("lets the target's variables win over the defaults", () => {
    const { env } = options({ env: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '', KEY: 'x' } });
    expect(env).toMatchObject({ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '', KEY: 'x' });
  });

  it('hands MCP servers over by their kind', () => {
    const stdio = { kind: 'stdio' as const, command: 'c', args: ['a'], env: { K: 'v' } };
    const http = { kind: 'http' as const, url: 'http://x', headers: {} };
    const { mcpServers } = options({ bundle: { ...empty, mcpServers: { one: stdio, two: http } } });
    expect(mcpServers).toEqual({
      one: { type: 'stdio', command: 'c', args: ['a'], env: { K: 'v' } },
      two: { type: 'http', url: 'http://x', headers: {} },
    });
  });

  it('restores, or copies as of a checkpoint', () => {
    const parts = { clientVersion: '1', isRoot: false };
    const restored = queryOptionsOf(plan(), { sessionId: 's', from: 's', isFork: false }, parts);
    expect(restored).toMatchObject({ resume: 's' });
    expect(restored).not.toHaveProperty('sessionId');
    const copy = { sessionId: 'n', from: 's', isFork: true, checkpoint: 'c' };
    const copied = { resume: 's', forkSession: true, sessionId: 'n', resumeSessionAt: 'c' };
    expect(queryOptionsOf(plan(), copy, parts)).toMatchObject(copied);
  });
});
