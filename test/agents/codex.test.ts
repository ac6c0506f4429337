import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, type LaunchBundle, systemClock } from '../../src/core/index.js';
import { createCodexHarness } from '../../src/harness/codex/index.js';
import type { HostEnvironment } from '../../src/harness/process/index.js';
import { describeHarnessContract } from '../contract/harness/harness-contract.js';
import { isAlive, lineOf, pidsMarked } from '../contract/harness/processes.js';
import { RecordingHost } from '../contract/harness/recording-host.js';
import { ask, type Opening, type Place, Stage } from '../contract/harness/stage.js';
import type { HarnessSubject } from '../contract/harness/subject.js';
import { makeGarblingProgram } from '../support/garbling-program.js';
import { describeWithAgent } from '../support/real-agents.js';
import type { JsonObject } from '../support/scripted-model/json.js';
import type { OfferedTool, Reply } from '../support/scripted-model/protocol.js';
import { prepareScene, scriptedPrompts } from './scripted-agent.js';

function openHarness(place: Place, agentsDir: string, baseEnv: HostEnvironment = process.env): Harness {
  const { dataDir, serverMark, ledger } = place;
  return createCodexHarness({
    clientVersion: '0.0.0',
    agentsDir,
    dataDir,
    serverMark,
    baseEnv,
    ledger,
    clock: systemClock,
    terminateGraceMs: 1000,
    killMs: 3000,
  });
}

/** Where there is none among the agents, the first on the path is taken. */
function openGarbling(folder: string, place: Place): Harness {
  const bin = join(place.dataDir, 'bin');
  makeGarblingProgram(join(bin, 'codex'), join(folder, 'node_modules/.bin/codex'));
  const baseEnv = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  return openHarness(place, join(place.dataDir, 'none'), baseEnv);
}

describeWithAgent('codex', (folder) => {
  const subject: HarnessSubject = {
    name: 'codex',
    capabilities: {
      resume: true,
      fork: 'at_run',
      steer: true,
      permissions: true,
      partialOutput: true,
      models: true,
      images: true,
      maxTurns: true,
      subagents: true,
      cost: false,
    },
    openHarness: (place) => openHarness(place, dirname(folder)),
    openGarbling: (place) => openGarbling(folder, place),
    prepare: (home) => prepareScene('codex', home),
    prompts: scriptedPrompts,
    promises: { exitCode: true, tokens: true, resumesAt: true },
    unknownContinuation: 'codex:01a20553-43db-7d43-9f0d-3b22db0a6831',
    otherModel: { chosen: 'scripted-2', called: 'scripted-2' },
  };

  describeHarnessContract(subject);

  describe('Codex', () => {
    let stage: Stage;
    beforeEach(async () => {
      stage = await Stage.of(subject);
    });
    afterEach(() => stage.close());
    const open = (opening: Opening = {}) => stage.open(stage.harness(), opening);
    const model = () => {
      if (stage.scene.model === undefined) throw new Error('the scene has no model');
      return stage.scene.model;
    };
    const env = () => stage.scene.launch?.env ?? {};
    /** All that the model was told with its last request. */
    const told = () => JSON.stringify(model().requests.at(-1)?.body);
    const file = (name: string, text: string) => {
      const path = stage.file(name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    };
    const bundle = (more: Partial<LaunchBundle>): LaunchBundle => ({
      instructions: '',
      skills: [],
      commands: [],
      agents: [],
      mcpServers: {},
      ...more,
    });

    it('serves conversations that share an environment with one process, and ends it with the last', async () => {
      const harness = stage.harness();
      const [one, other] = await Promise.all([stage.open(harness), stage.open(harness)]);
      expect(stage.place.ledger.processes.length).toBe(1);
      expect(one.process).toEqual(other.process);
      const commands = [
        'touch one; until [ -e other ]; do sleep 0.05; done',
        'touch other; until [ -e one ]; do sleep 0.05; done',
      ];
      const turns = [one, other].map((conversation, at) =>
        ask(conversation, `Use Bash to run: ${commands[at]}`),
      );
      expect(await Promise.all(turns)).toMatchObject([{ outcome: 'completed' }, { outcome: 'completed' }]);
      const different = await stage.open(harness, { launch: { env: { ...env(), OTHER: 'x' } } });
      expect(stage.place.ledger.processes.length).toBe(2);
      await different.close();
      await one.close();
      expect(await one.ended).toEqual({ processExited: false });
      expect(stage.place.ledger.processes.length).toBe(1);
      expect(await ask(other, 'What is 2+2?')).toMatchObject({ finalOutput: '4' });
      await other.close();
      await stage.place.ledger.untilCount(0);
    });

    it('ends one conversation by force and leaves the others of its process alone', async () => {
      const harness = stage.harness();
      const [one, other] = [await stage.open(harness), await stage.open(harness)];
      const command = (name: string) =>
        `Use Bash to run: echo $$ > ${name}; trap '' TERM; while :; do sleep 1; done`;
      const turn = ask(one, command('one'));
      const otherHost = new RecordingHost();
      const otherTurn = ask(other, command('other'), otherHost);
      const pids = [Number(await lineOf(stage.file('one'))), Number(await lineOf(stage.file('other')))];
      await one.terminate();
      expect(pids.map(isAlive)).toEqual([false, true]);
      expect((await turn).outcome).toBe('failed');
      expect(await one.ended).toEqual({ processExited: false });
      otherHost.interrupt();
      expect(await otherTurn).toMatchObject({ outcome: 'interrupted' });
      await other.clearProcesses();
      expect(await ask(other, 'What is 2+2?')).toMatchObject({ finalOutput: '4' });
    });

    it('ends a shell that the model no longer waits for, once the turn is interrupted', async () => {
      const command = 'echo $$ > pid; while :; do sleep 1; done';
      model().script([
        {
          match: /^wait no longer$/,
          reply: ({ tools }) => callTool(tools, 'exec_command', { cmd: command, yield_time_ms: 300 }),
        },
        { match: /^wait no longer$/, afterTools: true, reply: () => ({ kind: 'silence' }) },
      ]);
      const conversation = await open();
      const host = new RecordingHost();
      const turn = ask(conversation, 'wait no longer', host);
      const pid = Number(await lineOf(stage.file('pid')));
      await model().untilRequest(({ results }) => results.length > 0);
      host.interrupt();
      expect(await turn).toMatchObject({ outcome: 'interrupted' });
      await conversation.clearProcesses();
      expect(isAlive(pid)).toBe(false);
      expect(host.all('tool_execution_end')).toMatchObject([{ isError: true }]);
    });

    it('tells the output of a shell from its beginning', async () => {
      const host = new RecordingHost();
      await ask(await open(), 'Use Bash to run: echo first; sleep 0.5; echo second', host);
      expect(host.all('tool_execution_start')).toMatchObject([
        { toolName: 'Bash', input: { command: 'echo first; sleep 0.5; echo second', cwd: stage.cwd } },
      ]);
      expect(host.all('tool_execution_end')[0]?.result).toEqual({
        content: [{ type: 'text', text: 'first\nsecond\n' }],
        details: { exitCode: 0 },
      });
    });

    it.each(['ls', 'cat /etc/hostname', 'git status', 'echo hello'])(
      'asks before %s when it is to ask',
      async (command) => {
        const host = new RecordingHost({ answer: () => ({ decision: 'deny' }) });
        await ask(await open({ asking: true }), `Use Bash to run: ${command}`, host);
        expect(host.asked).toMatchObject([{ toolName: 'Bash', toolInput: { command } }]);
      },
    );

    it('says to the model why a tool was denied, and not to the log', async () => {
      const host = new RecordingHost({ answer: () => ({ decision: 'deny', message: 'not on a Friday' }) });
      await ask(await open({ asking: true }), 'Use Bash to run: touch x', host);
      expect(told()).toContain('not on a Friday');
      const asked = host.all('message_end').filter(({ message }) => message.role === 'user');
      expect(asked.length).toBe(1);
    });

    it('asks before it changes files, and tells the change', async () => {
      const patch = "apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: new.txt\n+hello\n*** End Patch\nEOF";
      model().script([
        { match: /^patch$/, reply: ({ tools }) => callTool(tools, 'exec_command', { cmd: patch }) },
      ]);
      const host = new RecordingHost({ answer: () => ({ decision: 'allow' }) });
      await ask(await open({ asking: true }), 'patch', host);
      const changes = [{ path: stage.file('new.txt'), kind: 'add' }];
      expect(host.asked).toMatchObject([{ toolName: 'Edit', toolInput: { changes } }]);
      expect(host.all('tool_execution_end')).toMatchObject([{ toolName: 'Edit', isError: false }]);
      expect(JSON.stringify(host.all('tool_execution_end'))).toContain('hello');
      expect(readFileSync(stage.file('new.txt'), 'utf8')).toBe('hello\n');
    });

    it('tells what a subagent does below the call that began it', async () => {
      const host = new RecordingHost();
      const result = await ask(await open(), scriptedPrompts.delegate('echo inside'), host);
      expect(result).toMatchObject({ outcome: 'completed', usage: { turns: 3 } });
      const [spawn, ...others] = host.all('tool_execution_start');
      expect(spawn).toMatchObject({ toolName: 'SpawnAgent' });
      const inside = others.find(({ toolName }) => toolName === 'Bash');
      expect(inside?.parentToolUseId).toBe(spawn?.toolUseId);
      const said = host
        .all('message_end')
        .filter(({ parentToolUseId }) => parentToolUseId === spawn?.toolUseId);
      expect(JSON.stringify(said)).toContain('inside');
    });

    it('gives the model the instructions, the skills, the commands and the tools of the target', async () => {
      file('space/greet/SKILL.md', '---\nname: greet\ndescription: How to greet people\n---\nSay moin.\n');
      const command = file(
        'space/review.md',
        '---\ndescription: Looks at a file\n---\nLook at $1 with care.\n',
      );
      const server = file('space/server.mjs', mcpServer);
      const launch = {
        primingPrompt: 'You are Rex.',
        bundle: bundle({
          instructions: 'Be brief.',
          skills: [{ name: 'greet', path: stage.file('space/greet') }],
          commands: [{ name: 'review', path: command }],
          mcpServers: {
            files: { kind: 'stdio', command: process.execPath, args: [server], env: { ANSWER: '42' } },
            broken: { kind: 'stdio', command: '/nonexistent/server', args: [], env: {} },
            old: { kind: 'sse', url: 'http://127.0.0.1:1/', headers: {} },
          },
        }),
      };
      const conversation = await open({ launch });
      const host = new RecordingHost();
      await ask(conversation, '/review main.ts', host);
      expect(model().requests.at(-1)?.question).toBe('Look at main.ts with care.');
      for (const words of ['Be brief.', 'You are Rex.', 'How to greet people'])
        expect(told()).toContain(words);
      expect(host.all('message_end')[0]?.message.content).toBe('/review main.ts');
      await ask(conversation, 'Please $greet me', host);
      expect(told()).toContain('Say moin.');
      await ask(conversation, 'Use tool echo with {"text":"hi"}', host);
      const end = host.all('tool_execution_end').at(-1);
      expect(end).toMatchObject({ toolName: 'mcp__files__echo', isError: false });
      expect(JSON.stringify(end?.result)).toContain('hi 42');
      const notices = host.all('notice').map(({ message }) => message);
      expect(notices).toContainEqual(expect.stringContaining('"old" was left out'));
      expect(notices).toContainEqual(expect.stringContaining('"broken" could not be started'));
    });

    it('asks before it uses a tool of an MCP server', async () => {
      const server = file('space/server.mjs', mcpServer);
      const files = { kind: 'stdio' as const, command: process.execPath, args: [server], env: {} };
      const conversation = await open({
        asking: true,
        launch: { bundle: bundle({ mcpServers: { files } }) },
      });
      for (const decision of ['deny', 'allow'] as const) {
        const host = new RecordingHost({ answer: () => ({ decision }) });
        await ask(conversation, 'Use tool echo with {"text":"hi"}', host);
        const [start] = host.all('tool_execution_start');
        expect(host.asked).toEqual([
          { toolUseId: start?.toolUseId, toolName: 'mcp__files__echo', toolInput: { text: 'hi' } },
        ]);
        expect(host.all('tool_execution_end')).toMatchObject([{ isError: decision === 'deny' }]);
      }
    });

    it('adds to what the settings of the user tell Codex', async () => {
      const config = join(env().CODEX_HOME ?? '', 'config.toml');
      writeFileSync(config, `developer_instructions = "Speak Latin."\n${readFileSync(config, 'utf8')}`);
      await ask(await open({ launch: { primingPrompt: 'You are Rex.' } }), 'What is 2+2?');
      expect(told()).toContain('Speak Latin.');
      expect(told()).toContain('You are Rex.');
    });

    it('counts what a restored conversation uses from its own turns on', async () => {
      const first = await open();
      const { continuation } = await ask(first, 'Use Bash to run: true');
      await first.close();
      const restored = await open({ continuation });
      expect((await ask(restored, 'What is 2+2?')).usage).toMatchObject({ turns: 1, toolCalls: 0 });
      expect((await ask(restored, 'Fail with 429')).usage).toMatchObject({ turns: 0 });
    });

    it('interrupts a model that never answers', async () => {
      const conversation = await open();
      const host = new RecordingHost();
      const turn = ask(conversation, 'Hang', host);
      await model().untilRequest(({ question }) => question === 'Hang');
      host.interrupt();
      expect(await turn).toMatchObject({ outcome: 'interrupted' });
      expect(await ask(conversation, 'What is 2+2?')).toMatchObject({ finalOutput: '4' });
    });

    it('says how to log in, and takes an API key of the target without writing it down', async () => {
      const home = stage.file('codex-home');
      mkdirSync(home);
      const launch = { env: { ...env(), CODEX_HOME: home } };
      await expect(open({ launch })).rejects.toMatchObject({
        code: 'login_required',
        message: expect.stringMatching(/Run "\/\S+\/codex login".*OPENAI_API_KEY/),
      });
      await stage.place.ledger.untilCount(0);
      const conversation = await open({ launch: { env: { ...launch.env, OPENAI_API_KEY: 'sk-secret' } } });
      await conversation.close();
      expect(existsSync(join(home, 'auth.json'))).toBe(false);
    });

    it('says login_required when the model refuses the key', async () => {
      const conversation = await open();
      expect(await ask(conversation, 'Fail with 401')).toMatchObject({
        outcome: 'failed',
        error: { code: 'login_required', message: expect.stringContaining('codex login') },
      });
    });

    it.each([
      [{ sandbox: 'none' }, /"sandbox" is not an option/],
      [{ approval_policy: 'on-failure' }, /"approval_policy".*one of "untrusted"/],
      [{ sandbox_mode: 7 }, /"sandbox_mode".*one of "read-only"/],
      [{ plugins: 'yes' }, /"plugins".*true or false/],
    ])('refuses the target options %j', async (options, message) => {
      await expect(open({ options })).rejects.toMatchObject({
        code: 'target_invalid',
        message: expect.stringMatching(message),
      });
    });

    it('gives up an opening that is aborted, and leaves no process', async () => {
      const abort = new AbortController();
      const launch = { target: 't', harness: 'codex' as const, cwd: stage.cwd, env: env(), options: {} };
      const opening = stage.harness().open({ sessionId: 'ses_1', launch }, abort.signal);
      opening.catch(() => undefined);
      await stage.place.ledger.untilCount(1);
      abort.abort();
      await expect(opening).rejects.toMatchObject({ code: 'harness_failed' });
      expect(pidsMarked(stage.place.serverMark)).toEqual([]);
    });

    it('is found with its version', async () => {
      const [program] = await stage.harness().inspect(new AbortController().signal);
      expect(program).toMatchObject({
        name: 'Codex',
        found: true,
        version: '0.169.0',
        path: expect.stringMatching(/bin\/codex$/),
      });
    });
  });
});

function callTool(tools: readonly OfferedTool[], name: string, input: object): Reply {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`no tool ${name} was offered`);
  return { kind: 'answer', parts: [{ kind: 'call', tool, input: input as JsonObject }] };
}

/** Has one tool, which repeats its text and says what stands in its environment. */
const mcpServer = `
import { createInterface } from 'node:readline';
const schema = { type: 'object', properties: { text: { type: 'string' } } };
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'echo', version: '1' } }),
  'tools/list': () => ({ tools: [{ name: 'echo', description: 'Repeats a text', inputSchema: schema }] }),
  'tools/call': ({ arguments: { text } }) => ({ content: [{ type: 'text', text: text + ' ' + process.env.ANSWER }] }),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = answers[method]?.(params) ?? {};
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
});
`;
