/** The real Claude Code, with a scripted model behind it. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, type LaunchPlan, systemClock } from '../../src/core/index.js';
import { createClaudeHarness } from '../../src/harness/claude/index.js';
import { describeHarnessContract } from '../contract/harness/harness-contract.js';
import { RecordingHost } from '../contract/harness/recording-host.js';
import { ask, type Place, Stage } from '../contract/harness/stage.js';
import type { HarnessSubject } from '../contract/harness/subject.js';
import { makeGarblingClaude } from '../support/garbling-program.js';
import { describeWithAgent } from '../support/real-agents.js';
import { prepareScene, scriptedPrompts } from './scripted-agent.js';

function openHarness(agentsDir: string, { dataDir, serverMark, ledger }: Place): Harness {
  return createClaudeHarness({
    clientVersion: '0.0.0',
    agentsDir,
    dataDir,
    serverMark,
    baseEnv: process.env,
    ledger,
    clock: systemClock,
    terminateGraceMs: 1000,
    killMs: 3000,
  });
}

/** At a limit only who is logged in to a plan is told until when. */
const { reachLimit, ...prompts } = scriptedPrompts;

function subjectIn(folder: string): HarnessSubject {
  return {
    name: 'claude',
    capabilities: {
      resume: true,
      fork: 'at_run',
      steer: true,
      permissions: true,
      partialOutput: false,
      models: true,
      images: true,
      maxTurns: true,
      subagents: true,
      cost: true,
    },
    openHarness: (place) => openHarness(dirname(folder), place),
    openGarbling: (place) => openHarness(makeGarblingClaude(place.dataDir, folder), place),
    prepare: async (home) => {
      const scene = await prepareScene('claude', home);
      return { ...scene, launch: { ...scene.launch, model: 'scripted-1' } };
    },
    prompts,
    promises: { exitCode: true, tokens: true, exactTurns: true, denyReason: true },
    unknownContinuation: 'claude:00000000-0000-4000-8000-000000000000',
    otherModel: { chosen: 'scripted-2', called: 'scripted-2' },
  };
}

describeWithAgent('claude', (folder) => {
  const subject = subjectIn(folder);
  describeHarnessContract(subject);

  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.of(subject);
  });
  afterEach(() => stage.close());

  /** `env` over that of the scene; a variable that is undefined is left out. */
  function open(launch: Partial<LaunchPlan> = {}, env: Record<string, string | undefined> = {}) {
    const { ANTHROPIC_API_KEY, ...others } = stage.scene.launch?.env ?? {};
    const merged = Object.entries({ ANTHROPIC_API_KEY, ...others, ...env });
    const defined = merged.filter((entry): entry is [string, string] => entry[1] !== undefined);
    return stage.open(stage.harness(), { launch: { env: Object.fromEntries(defined), ...launch } });
  }

  function writeProject(name: string, content: unknown): string {
    const file = stage.file(name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  describe('a text that is put into a turn', () => {
    it('behind its last request to the model is answered by the same turn', async () => {
      const { model } = stage.scene;
      const conversation = await open();
      const host = new RecordingHost();
      model?.hold();
      const turn = ask(conversation, 'Count slowly to 3', host);
      await host.first('message_update');
      const steering = conversation.steer('Also say pineapple');
      model?.release();
      expect(await steering).toBe('injected');
      const result = await turn;
      expect(result).toMatchObject({ outcome: 'completed', finalOutput: 'pineapple', usage: { turns: 2 } });
      expect(host.all('turn_start').length).toBe(1);
      expect(host.said().ended).toEqual(['1 2 3', 'pineapple']);
    });

    it('is withdrawn from a turn that is interrupted while the model speaks, and never answered', async () => {
      const { model } = stage.scene;
      const conversation = await open();
      const host = new RecordingHost();
      model?.hold();
      const turn = ask(conversation, 'Count slowly to 3', host);
      await host.first('message_update');
      const steering = conversation.steer('Also say pineapple');
      host.interrupt();
      expect(await turn).toMatchObject({ outcome: 'interrupted' });
      expect(await steering).toBe('missed');
      model?.release();
      await ask(conversation, prompts.question.prompt);
      const questions = model?.requests.map(({ question }) => question);
      expect(questions).toEqual(['Count slowly to 3', prompts.question.prompt]);
    });
  });

  describe('an interrupt', () => {
    it('at the very start of a turn ends it, and the next one answers its own prompt', async () => {
      const conversation = await open();
      const host = new RecordingHost();
      const turn = ask(conversation, prompts.endless, host);
      queueMicrotask(() => host.interrupt());
      expect(await turn).toMatchObject({ outcome: 'interrupted' });
      expect(await ask(conversation, prompts.question.prompt)).toMatchObject({ finalOutput: '4' });
    });
  });

  it('what is acknowledged survives an agent that is killed at that moment', async () => {
    const harness = stage.harness();
    const conversation = await stage.open(harness);
    const host = new RecordingHost();
    const turn = ask(conversation, prompts.endless, host);
    const continuation = await host.until((one) => one.continuation);
    await conversation.terminate();
    expect(await turn).toMatchObject({ outcome: 'failed' });
    const restored = await stage.open(harness, { continuation });
    expect(await ask(restored, prompts.previousQuestion)).toMatchObject({
      finalOutput: expect.stringContaining(prompts.endless),
    });
  });

  it('each run has its own cost, also in a conversation that is restored', async () => {
    const harness = stage.harness();
    const conversation = await stage.open(harness);
    const { usage: first } = await ask(conversation, prompts.runShell('true'));
    const { usage: second, continuation } = await ask(conversation, prompts.question.prompt);
    await conversation.close();
    const { usage: third } = await ask(await stage.open(harness, { continuation }), prompts.question.prompt);
    const costs = [first, second, third].map((usage) => usage?.costUsd ?? 0);
    for (const cost of costs) expect(cost).toBeGreaterThan(0);
    expect(third?.turns).toBe(1);
    expect(costs[1]).toBeLessThan(costs[0] ?? 0);
    expect(costs[2]).toBeLessThan((costs[0] ?? 0) + (costs[1] ?? 0));
  });

  it('what a subagent says and does is told apart by the tool call that it works for', async () => {
    const command = 'echo sub > sub.txt';
    const host = new RecordingHost();
    const result = await ask(await open(), prompts.delegate(command), host);
    const [outer, inner] = host.all('tool_execution_start');
    expect(outer).toMatchObject({ toolName: 'Agent' });
    expect(outer).not.toHaveProperty('parentToolUseId');
    expect(inner).toMatchObject({ toolName: 'Bash', input: { command }, parentToolUseId: outer?.toolUseId });
    expect(host.all('tool_execution_end').map(({ toolName }) => toolName)).toEqual(['Bash', 'Agent']);
    const said = host.all('message_end').filter(({ message }) => message.role === 'assistant');
    expect(said.some(({ parentToolUseId }) => parentToolUseId === outer?.toolUseId)).toBe(true);
    expect(said.at(-1)).not.toHaveProperty('parentToolUseId');
    expect(result).toMatchObject({ outcome: 'completed', usage: { toolCalls: 2, turns: 2 } });
  });

  describe('permissions', () => {
    const denying = () => new RecordingHost({ answer: () => ({ decision: 'deny' }) });

    it('of a policy are asked for before every tool, whatever the settings of the project allow', async () => {
      writeProject('.claude/settings.json', { permissions: { allow: ['Bash'], defaultMode: 'acceptEdits' } });
      writeProject('seen.txt', 'x');
      const conversation = await open({ permissions: { mode: 'ask', rules: [] } });
      const asked: string[] = [];
      const read = `Use tool Read with ${JSON.stringify({ file_path: stage.file('seen.txt') })}`;
      const write = `Use tool Write with ${JSON.stringify({ file_path: stage.file('new.txt'), content: 'x' })}`;
      for (const prompt of [prompts.runShell('echo hi > out.txt'), prompts.runShell('ls'), read, write]) {
        const host = denying();
        await ask(conversation, prompt, host);
        asked.push(...host.asked.map(({ toolName }) => toolName));
        expect(host.all('tool_execution_end')).toMatchObject([{ isError: true }]);
      }
      expect(asked).toEqual(['Bash', 'Bash', 'Read', 'Write']);
      expect([existsSync(stage.file('out.txt')), existsSync(stage.file('new.txt'))]).toEqual([false, false]);
    });

    it('of a policy hold for subagents', async () => {
      const host = new RecordingHost({
        answer: ({ toolName }) => ({ decision: toolName === 'Bash' ? 'deny' : 'allow' }),
      });
      const conversation = await open({ permissions: { mode: 'ask', rules: [] } });
      await ask(conversation, prompts.delegate('touch sub.txt'), host);
      expect(host.asked.map(({ toolName }) => toolName)).toEqual(['Agent', 'Bash']);
      expect(existsSync(stage.file('sub.txt'))).toBe(false);
    });

    it('without a policy are asked for where Claude Code asks by itself', async () => {
      const launch = {
        target: 'contract',
        harness: 'claude' as const,
        cwd: stage.cwd,
        env: stage.scene.launch?.env ?? {},
        options: {},
      };
      const request = { sessionId: 'ses_1', launch };
      const conversation = await stage.harness().open(request, new AbortController().signal);
      const quiet = denying();
      await ask(conversation, prompts.runShell('echo hi'), quiet);
      expect(quiet.asked).toEqual([]);
      const asking = denying();
      await ask(conversation, prompts.runShell('touch x.txt'), asking);
      expect(asking.asked).toMatchObject([{ toolName: 'Bash', toolInput: { command: 'touch x.txt' } }]);
    });
  });

  describe('what spaces bring', () => {
    const empty = { instructions: '', skills: [], commands: [], agents: [], mcpServers: {} };

    it('reaches the model: instructions, the priming prompt, commands, skills and sub-agents', async () => {
      const command = writeProject('space/greet.md', 'Say hello to $ARGUMENTS');
      const skill = dirname(
        writeProject('space/tidy/SKILL.md', '---\nname: tidy\ndescription: Tidies up rooms\n---\nTidy.'),
      );
      const agent = writeProject(
        'space/judge.md',
        '---\nname: judge\ndescription: Judges things\n---\nJudge.',
      );
      const bundle = {
        ...empty,
        instructions: 'Speak like a sailor.',
        skills: [{ name: 'tidy', path: skill }],
        commands: [{ name: 'greet', path: command }],
        agents: [{ name: 'judge', path: agent }],
      };
      const conversation = await open({ bundle, primingPrompt: 'You are Rex.' });
      const host = new RecordingHost();
      await ask(conversation, '/spaces:greet Bob', host);
      const request = stage.scene.model?.requests[0];
      expect(request?.question).toBe('Say hello to Bob');
      expect(request?.instructions).toMatch(/Speak like a sailor\.\n\nYou are Rex\./);
      const init = host.all('native_event').find(({ name }) => name === 'init')?.payload;
      expect(init).toMatchObject({
        skills: expect.arrayContaining(['spaces:tidy']),
        agents: expect.arrayContaining(['spaces:judge']),
      });
    });

    it('leaves nothing of it behind when the conversation has ended', async () => {
      const command = writeProject('space/greet.md', 'Say hello');
      const bundle = { ...empty, commands: [{ name: 'greet', path: command }] };
      const folders = () => readdirSync(join(stage.place.dataDir, 'claude'));
      const conversation = await open({ bundle });
      expect(folders().length).toBe(1);
      await conversation.close();
      await conversation.ended;
      expect(folders()).toEqual([]);
    });

    it('runs hooks, of which one that refuses a tool is obeyed, and says which do not run', async () => {
      const script = writeProject(
        "space/it's a hook.sh",
        '#!/bin/sh\necho "not in this house" >&2\nexit 2\n',
      );
      chmodSync(script, 0o755);
      const hook = {
        event: 'pre_tool_use',
        script,
        folder: dirname(script),
        tools: ['Bash'],
        blocking: true,
      };
      const hooks = [hook, { ...hook, event: 'on_full_moon' }];
      const conversation = await open({ bundle: { ...empty, hooks } });
      const host = new RecordingHost();
      await ask(conversation, prompts.runShell('touch hooked.txt'), host);
      expect(existsSync(stage.file('hooked.txt'))).toBe(false);
      expect(JSON.stringify(host.all('tool_execution_end'))).toContain('not in this house');
      expect(host.all('notice')).toMatchObject([{ message: expect.stringContaining('on_full_moon') }]);
    });

    it('runs a hook that is a line for a shell, which finds its space', async () => {
      const folder = dirname(writeProject("it's a space/note.txt", 'from the space'));
      const line = 'cat "$CLAUDE_PLUGIN_ROOT/note.txt" > told.txt';
      const hook = { event: 'pre_tool_use', script: line, isShellLine: true, folder, blocking: true };
      const conversation = await open({
        bundle: { ...empty, hooks: [{ ...hook, matcher: 'Bash', timeoutS: 30 }] },
      });
      await ask(conversation, prompts.runShell('cat told.txt'));
      expect(readFileSync(stage.file('told.txt'), 'utf8')).toBe('from the space');
    });

    it('connects MCP servers, and says which are not there', async () => {
      const program = writeProject('mcp-server.mjs', mcpServerProgram);
      const server = { kind: 'stdio' as const, args: [program], env: {} };
      const mcpServers = {
        tickets: { ...server, command: process.execPath },
        broken: { ...server, command: '/nonexistent/program' },
      };
      // Else it offers them only to a model that searches for them first.
      const conversation = await open({ bundle: { ...empty, mcpServers } }, { ENABLE_TOOL_SEARCH: 'false' });
      const host = new RecordingHost();
      const result = await ask(conversation, 'Use tool mcp__tickets__count with {}', host);
      expect(result).toMatchObject({ finalOutput: expect.stringContaining('seven tickets') });
      expect(host.all('tool_execution_end')).toMatchObject([
        { toolName: 'mcp__tickets__count', isError: false },
      ]);
      expect(host.all('notice')).toMatchObject([{ message: expect.stringContaining('broken') }]);
    });
  });

  describe('failures', () => {
    it('a limit of the plan is told with its end, and the conversation goes on', async () => {
      const env = { ANTHROPIC_API_KEY: undefined, CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-scripted' };
      const conversation = await open({}, env);
      const result = await ask(conversation, reachLimit ?? '');
      expect(result).toMatchObject({ outcome: 'failed', error: { code: 'usage_limit_reached' } });
      const resumesAt = result.outcome === 'failed' ? (result.error.resumesAt ?? 0) : 0;
      expect(resumesAt).toBeGreaterThan(Date.now());
      expect(await ask(conversation, prompts.question.prompt)).toMatchObject({ finalOutput: '4' });
    });

    it.each([
      [undefined, prompts.question.prompt],
      ['scripted-key', 'Fail with 401'],
    ])('with the key %s and "%s" the run says how to log in', async (ANTHROPIC_API_KEY, prompt) => {
      const conversation = await open({}, { ANTHROPIC_API_KEY });
      expect(await ask(conversation, prompt)).toMatchObject({
        outcome: 'failed',
        error: {
          code: 'login_required',
          message: expect.stringMatching(/Run "\/\S+\/claude auth login".*ANTHROPIC_API_KEY/),
        },
      });
    });

    it('a retry is told while it waits', async () => {
      const host = new RecordingHost();
      expect(await ask(await open(), 'Fail with 500', host)).toMatchObject({
        outcome: 'failed',
        error: { code: 'model_failed', message: expect.stringContaining('500') },
      });
      expect(host.all('notice')).toMatchObject([
        { message: expect.stringMatching(/500.*tries again.*1 of 1/) },
      ]);
    });
  });

  it('is found by an inspection, with its version', async () => {
    const [program] = await stage.harness().inspect(new AbortController().signal);
    expect(program).toMatchObject({
      name: 'Claude Code',
      found: true,
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      path: expect.stringContaining('claude-agent-sdk'),
      installCommand: expect.stringContaining('npm install'),
    });
  });
});

/** Answers what Claude Code asks of an MCP server with one tool. */
const mcpServerProgram = `
import { createInterface } from 'node:readline';
const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'tickets', version: '1' },
  }),
  'tools/list': () => ({
    tools: [{ name: 'count', description: 'Counts tickets', inputSchema: { type: 'object', properties: {} } }],
  }),
  'tools/call': () => ({ content: [{ type: 'text', text: 'seven tickets' }] }),
};
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const result = answers[method]?.(params);
  const body = result === undefined ? { error: { code: -32601, message: 'no such method' } } : { result };
  console.log(JSON.stringify({ jsonrpc: '2.0', id, ...body }));
}
`;

describe('Claude Code that is not installed', () => {
  it('is refused with the command that installs it, and an inspection says so', async () => {
    const stage = new Stage((place) => openHarness(join(place.dataDir, 'none'), place));
    const command = expect.stringMatching(
      /npm install --prefix .*none\/claude @anthropic-ai\/claude-agent-sdk@/,
    );
    await expect(stage.open(stage.harness())).rejects.toMatchObject({
      code: 'harness_unavailable',
      message: command,
    });
    expect(await stage.harness().inspect(new AbortController().signal)).toMatchObject([
      { found: false, problem: command, installCommand: command },
    ]);
    await stage.close();
  });
});
