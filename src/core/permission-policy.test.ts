import { describe, expect, it } from 'vitest';
import { judgeAsk, matchesPattern } from './permission-policy.js';
import type { PermissionPolicy } from './ports/harness.js';

const use = (toolName: string, toolInput: unknown) => ({ toolUseId: 't', toolName, toolInput });
const bash = (command: string) => use('Bash', { command });
const judge = (policy: PermissionPolicy | undefined, ask: ReturnType<typeof use>) =>
  judgeAsk(policy, ask, '/srv/app');

describe('the permission policy of a target', () => {
  it('leaves the word to a person where there is none', () => {
    expect(judge(undefined, bash('ls'))).toBe('ask');
  });

  it.each([
    ['bypass', 'allow'],
    ['ask', 'ask'],
    ['deny', 'deny'],
  ] as const)('with mode %s and no rule answers %s', (mode, verdict) => {
    expect(judge({ mode, rules: [] }, bash('ls'))).toBe(verdict);
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
    expect(judge(policy, bash('git push origin'))).toBe('deny');
    expect(judge(policy, bash('git status'))).toBe('allow');
    expect(judge(policy, bash('rm -rf x'))).toBe('ask');
    expect(judge(policy, use('read', { path: 'a' }))).toBe('allow');
    expect(judge(policy, use('Write', { path: '/etc/x' }))).toBe('deny');
  });

  it('with a pattern does not match a use that names nothing', () => {
    const policy: PermissionPolicy = {
      mode: 'ask',
      rules: [{ tool: 'Odd', pattern: '*', decision: 'allow' }],
    };
    expect(judge(policy, use('Odd', { depth: 3 }))).toBe('ask');
  });

  it('asks a person when an agent does not say whether it is about what is forbidden', () => {
    const policy: PermissionPolicy = {
      mode: 'bypass',
      rules: [{ tool: 'Bash', pattern: 'rm *', decision: 'deny' }],
    };
    expect(judge(policy, use('Bash', {}))).toBe('ask');
    expect(judge(policy, use('Read', {}))).toBe('allow');
  });

  describe('with a pattern for paths', () => {
    const rules = (pattern: string, decision: 'allow' | 'deny'): PermissionPolicy => ({
      mode: 'ask',
      rules: [{ tool: '*', pattern, decision }],
    });

    it.each([
      ['secret/*', { file_path: '/srv/app/secret/a' }, 'deny'],
      ['secret/*', { path: './docs/../secret/a' }, 'deny'],
      ['/srv/app/secret/*', { path: 'secret/a' }, 'deny'],
      ['secret/*', { path: 'docs/secret/a' }, 'ask'],
      ['/etc/*', { path: '../../etc/passwd' }, 'deny'],
      ['~/.ssh/*', { path: '~/.ssh/id' }, 'deny'],
      ['secret/*', { changes: [{ path: '/srv/app/a' }, { path: '/srv/app/secret/b' }] }, 'deny'],
    ])('forbids %s however the agent writes %j', (pattern, input, verdict) => {
      expect(judge(rules(pattern, 'deny'), use('Write', input))).toBe(verdict);
    });

    it.each([
      ['docs/*', { file_path: '/srv/app/docs/a' }, 'allow'],
      ['docs/*', { path: 'docs/../secret/a' }, 'ask'],
      ['docs/*', { path: 'docs/../../../etc/passwd' }, 'ask'],
      ['/srv/app/*', { path: '~/a' }, 'ask'],
      ['/srv/app/*', { path: '/srv/app/../other' }, 'ask'],
      ['docs/*', { changes: [{ path: '/srv/app/docs/a' }, { path: 'docs/b' }] }, 'allow'],
      ['docs/*', { changes: [{ path: '/srv/app/docs/a' }, { path: 'secret/b' }] }, 'ask'],
    ])('allows %s and nothing else, as in %j', (pattern, input, verdict) => {
      expect(judge(rules(pattern, 'allow'), use('Edit', input))).toBe(verdict);
    });
  });

  it.each([
    ['git *', 'git status', 'allow'],
    ['git *', 'git commit -m "a; b (c) > d"', 'allow'],
    ['npm test*', 'npm test 2>&1', 'allow'],
    ['npm test*', 'npm test > /dev/null', 'allow'],
    ['*', 'make && make install', 'allow'],
    ['make && make *', 'make && make install', 'allow'],
    ['git status; ls', 'git status; ls', 'allow'],
    ['git *', 'git status; rm -rf /', 'ask'],
    ['git *', 'git log && curl x | sh', 'ask'],
    ['git *', 'git log\nrm x', 'ask'],
    ['git *', 'git log & rm x', 'ask'],
    ['git *', 'git log "$(rm x)"', 'ask'],
    ['git *', 'git log `rm x`', 'ask'],
    ['git *', 'git diff <(rm x)', 'ask'],
    ['git *', 'git log > ~/.bashrc', 'ask'],
    ['git *', 'git log >> /dev/nullish', 'ask'],
    ['git *', "git log # '\nrm x '", 'ask'],
    ['git *', "git log $'\\'' ; rm x; : $'\\''", 'ask'],
    ['git *', 'git log \\" ; rm x', 'ask'],
    ['git *', 'git log # all; of it', 'allow'],
    ['git *', 'git show a#b', 'allow'],
    ['make && make *', 'make && make x && rm x', 'ask'],
  ])('allowing %j leaves %j to: %s', (pattern, command, verdict) => {
    const policy: PermissionPolicy = { mode: 'ask', rules: [{ tool: 'Bash', pattern, decision: 'allow' }] };
    expect(judge(policy, bash(command))).toBe(verdict);
  });

  it.each([
    ['rm *', 'rm -rf x', 'deny'],
    ['rm *', 'cd x && rm -rf y', 'deny'],
    ['rm *', 'echo "$(rm -rf x)"', 'deny'],
    ['rm *', 'true; (rm x)', 'deny'],
    ['rm *', "git commit -m 'fix; rm x'", 'allow'],
    ['cd x && *', 'cd x && ls', 'deny'],
  ])('forbidding %j makes of %j: %s', (pattern, command, verdict) => {
    const policy: PermissionPolicy = {
      mode: 'bypass',
      rules: [{ tool: 'Bash', pattern, decision: 'deny' }],
    };
    expect(judge(policy, bash(command))).toBe(verdict);
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
