import { describe, expect, it } from 'vitest';
import type { LaunchPlan } from '../../core/index.js';
import { readLaunchOptions } from './launch-options.js';
import { modesOf, threadParamsOf } from './thread-params.js';

describe('modesOf', () => {
  const rules = [{ tool: 'Bash', pattern: 'ls*', decision: 'allow' as const }];

  it('leaves Codex its own ways without a policy', () => {
    expect(modesOf(undefined, {})).toEqual({});
    expect(modesOf(undefined, { approvalPolicy: 'never' })).toEqual({ approvalPolicy: 'never' });
  });

  it('never asks when everything is allowed, in the sandbox that the target names', () => {
    const bypass = { mode: 'bypass' as const, rules: [] };
    expect(modesOf(bypass, {})).toEqual({ approvalPolicy: 'never', sandbox: 'danger-full-access' });
    expect(modesOf(bypass, { sandboxMode: 'read-only' })).toMatchObject({ sandbox: 'read-only' });
  });

  it.each(['ask', 'deny', 'bypass'] as const)(
    'asks before everything that "%s" with rules may refuse',
    (mode) => {
      expect(modesOf({ mode, rules }, { approvalPolicy: 'never' })).toEqual({
        approvalPolicy: 'untrusted',
        approvalsReviewer: 'user',
        sandbox: 'workspace-write',
      });
    },
  );
});

describe('threadParamsOf', () => {
  const marks = { process: 'a', conversation: 'a/b' };
  const launch: LaunchPlan = { target: 't', harness: 'codex', cwd: '/p', env: {}, options: {} };

  it('marks the shells of the conversation', () => {
    const { params } = threadParamsOf(launch, { plugins: false }, marks, '');
    expect(params).toEqual({ cwd: '/p', config: { 'shell_environment_policy.set.QUARTERDECK_MARK': 'a/b' } });
  });

  it('hands on how much the model thinks, and how its thoughts are summed up', () => {
    const options = readLaunchOptions({
      ...launch,
      options: { model_reasoning_effort: 'high', model_reasoning_summary: 'concise' },
    });
    expect(threadParamsOf(launch, options, marks, '').params.config).toMatchObject({
      model_reasoning_effort: 'high',
      model_reasoning_summary: 'concise',
    });
  });

  it('puts the instructions of spaces and of the target behind those of the user', () => {
    const bundle = { instructions: 'Space.', skills: [], commands: [], agents: [], mcpServers: {} };
    const { params } = threadParamsOf(
      { ...launch, bundle, primingPrompt: 'Target.' },
      { plugins: false },
      marks,
      'User.',
    );
    expect(params.developerInstructions).toBe('User.\n\nSpace.\n\nTarget.');
  });

  it('says what Codex cannot be given', () => {
    const bundle = {
      instructions: '',
      skills: [],
      commands: [],
      agents: [{ name: 'a', path: '/a.md' }],
      mcpServers: { 'a b': { kind: 'stdio' as const, command: 'x', args: [], env: {} } },
      hooks: [{ event: 'session_start', script: '/s/h', folder: '/s', blocking: false }],
    };
    expect(threadParamsOf({ ...launch, bundle }, { plugins: false }, marks, '').notices).toEqual([
      expect.stringContaining('"a b" was left out'),
      'Agents of spaces have no effect on Codex.',
      'Hooks of spaces have no effect on Codex.',
    ]);
  });
});
