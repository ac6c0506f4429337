import { describe, expect, it } from 'vitest';
import { judgeAsk, matchesPattern } from './permission-policy.js';
import type { PermissionPolicy } from './ports/harness.js';

const bash = (command: string) => ({ toolUseId: 't', toolName: 'Bash', toolInput: { command } });

describe('the permission policy of a target', () => {
  it('leaves the word to a person where there is none', () => {
    expect(judgeAsk(undefined, bash('ls'))).toBe('ask');
  });

  it.each([
    ['bypass', 'allow'],
    ['ask', 'ask'],
    ['deny', 'deny'],
  ] as const)('with mode %s and no rule answers %s', (mode, verdict) => {
    expect(judgeAsk({ mode, rules: [] }, bash('ls'))).toBe(verdict);
  });

  it('is decided by the first rule that matches', () => {
    const policy: PermissionPolicy = {
      mode: 'ask',
      rules: [
        { tool: 'Bash', pattern: 'git push*', decision: 'deny' },
        { tool: 'Bash', pattern: 'git *', decision: 'allow' },
        { tool: 'Read', decision: 'allow' },
        { tool: '*', pattern: '/etc/*', decision: 'deny' },
      ],
    };
    expect(judgeAsk(policy, bash('git push origin'))).toBe('deny');
    expect(judgeAsk(policy, bash('git status'))).toBe('allow');
    expect(judgeAsk(policy, bash('rm -rf x'))).toBe('ask');
    expect(judgeAsk(policy, { toolUseId: 't', toolName: 'read', toolInput: { path: 'a' } })).toBe('allow');
    expect(judgeAsk(policy, { toolUseId: 't', toolName: 'Write', toolInput: { path: '/etc/x' } })).toBe(
      'deny',
    );
  });

  it('with a pattern does not match a use that names nothing', () => {
    const policy: PermissionPolicy = {
      mode: 'ask',
      rules: [{ tool: 'Odd', pattern: '*', decision: 'allow' }],
    };
    expect(judgeAsk(policy, { toolUseId: 't', toolName: 'Odd', toolInput: { depth: 3 } })).toBe('ask');
  });

  it('asks a person when an agent does not say whether it is about what is forbidden', () => {
    const policy: PermissionPolicy = {
      mode: 'bypass',
      rules: [{ tool: 'Bash', pattern: 'rm *', decision: 'deny' }],
    };
    expect(judgeAsk(policy, { toolUseId: 't', toolName: 'Bash', toolInput: {} })).toBe('ask');
    expect(judgeAsk(policy, { toolUseId: 't', toolName: 'Read', toolInput: {} })).toBe('allow');
  });

  it.each([
    ['git *', 'git status', true],
    ['git *', 'git', false],
    ['*.md', 'docs/a.md', true],
    ['*.md', 'docs/a.mdx', false],
    ['a*b*c', 'a1b2c', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['*', 'any\nlines', true],
    ['exact', 'exactly', false],
    ['.*', 'abc', false],
  ])('pattern %j against %j: %s', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });
});
