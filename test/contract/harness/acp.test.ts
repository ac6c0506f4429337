import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, type LaunchPlan, systemClock } from '../../../src/core/index.js';
import { createAcpHarness } from '../../../src/harness/acp/index.js';
import { describeHarnessContract } from './harness-contract.js';
import { pidsMarked } from './processes.js';
import { RecordingHost } from './recording-host.js';
import { ask, type Place, Stage } from './stage.js';

const program = resolve(import.meta.dirname, '../../support/acp-agent/acp-agent.mjs');

function createHarness({ dataDir, serverMark, ledger }: Place): Harness {
  return createAcpHarness({
    clientVersion: '0.0.0',
    agentsDir: dataDir,
    dataDir,
    serverMark,
    baseEnv: process.env,
    ledger,
    clock: systemClock,
    terminateGraceMs: 300,
    killMs: 3000,
  });
}

/** Every target of this harness names the test agent, unless the test says another program. */
function openHarness(place: Place, flags: string[] = [], plan: Partial<LaunchPlan> = {}): Harness {
  const harness = createHarness(place);
  const named = { command: process.execPath, args: [program, place.dataDir, ...flags] };
  return {
    name: harness.name,
    capabilities: harness.capabilities,
    checkOptions: (launch) => harness.checkOptions(launch),
    open: ({ launch, ...request }, signal) => {
      const options = { ...named, ...launch.options };
      return harness.open({ ...request, launch: { ...launch, ...plan, options } }, signal);
    },
    inspect: (signal) => harness.inspect(signal),
    forget: (continuation) => harness.forget(continuation),
    close: () => harness.close(),
  };
}

describeHarnessContract({
  name: 'acp',
  capabilities: {
    resume: true,
    fork: 'latest',
    steer: false,
    permissions: true,
    partialOutput: true,
    models: true,
    images: true,
    maxTurns: false,
    subagents: true,
    cost: true,
  },
  openHarness,
  prompts: {
    question: { prompt: 'What is 2+2? Answer with just the number.', answer: '4' },
    previousQuestion: 'What was my previous question?',
    talk: 'What can you do?',
    runShell: (command) => `Use Bash to run: ${command}`,
    runShellAsking: (command) => `Ask, then use Bash to run: ${command}`,
    endless: 'Count slowly to 10000',
    deaf: (command) => `Do not stop, and use Bash to run: ${command}`,
    flood: (bytes) => `Flood ${bytes}`,
    garbage: 'Write garbage: this is not JSON',
    crash: (exitCode) => `Crash with ${exitCode}`,
    think: { prompt: 'Think', thought: 'Hm.' },
    delegate: (command) => `Delegate to run: ${command}`,
    spend: 'Spend 2',
    describeImages: 'Describe the image',
    nameModel: 'Which model are you?',
    failModel: 'Refuse with {"code":500}',
  },
  promises: { exactOutput: true, exitCode: true },
  unknownContinuation: 'acp:gone',
  otherModel: { chosen: 'large', called: 'large' },
});

describe('an agent that speaks ACP', () => {
  let stage: Stage;
  let flags: string[];
  let plan: Partial<LaunchPlan>;
  beforeEach(() => {
    flags = [];
    plan = {};
    stage = new Stage((place) => openHarness(place, flags, plan));
  });
  afterEach(() => stage.close());
  const open = (continuation?: string) =>
    stage.open(stage.harness(), continuation === undefined ? {} : { continuation });

  it('has a process for each conversation, known by its name', async () => {
    const harness = stage.harness();
    const [one, other] = [await stage.open(harness), await stage.open(harness)];
    expect(stage.place.ledger.processes.length).toBe(2);
    expect(one.process).toMatchObject({ provider: 'acp-test-agent', frontend: 'acp' });
    await one.close();
    expect(stage.place.ledger.processes.length).toBe(1);
    expect(await ask(other, 'What is 2+2?')).toMatchObject({ finalOutput: '4' });
  });

  it.each([['load'], ['resume']])(
    'restores by session/%s, and reports nothing that is replayed',
    async (flag) => {
      flags = [flag];
      const { continuation } = await ask(await open(), 'What is 2+2?');
      const host = new RecordingHost();
      const restored = await ask(await open(continuation), 'What was my previous question?', host);
      expect(restored).toMatchObject({
        finalOutput: 'Your previous question was: "What is 2+2?"',
        continuation,
      });
      expect(host.all('message_start').length).toBe(2);
    },
  );

  it('says resume_lost of a session that the agent does not know, and of an agent that can restore none', async () => {
    const words = {
      code: 'resume_lost',
      message: expect.stringMatching(/no session "gone".*resume "fresh"/),
    };
    await expect(open('acp:gone')).rejects.toMatchObject(words);
    flags = ['forgetful'];
    await expect(open('acp:gone')).rejects.toMatchObject({ code: 'resume_lost' });
    expect(stage.place.ledger.processes).toEqual([]);
  });

  it.each([
    ['always_allow', 'z'],
    ['allow', 'y'],
    ['deny', 'n'],
  ] as const)('answers a question with the option whose kind is that of %s', async (decision, optionId) => {
    flags = ['quietAsk'];
    const host = new RecordingHost({ answer: () => ({ decision }) });
    const result = await ask(await open(), 'Ask, then use Bash to run: date', host);
    expect(result).toMatchObject({ finalOutput: `Answered with ${optionId}.` });
    expect(host.asked).toMatchObject([{ toolName: 'Bash', toolInput: { command: 'date' } }]);
    expect(host.all('tool_execution_end')).toMatchObject([{ isError: decision === 'deny' }]);
  });

  it('begins a tool only when its input is known', async () => {
    const host = new RecordingHost({ answer: () => ({ decision: 'allow' }) });
    await ask(await open(), 'Ask, then use Bash to run: true', host);
    expect(host.all('tool_execution_start')).toMatchObject([{ input: { command: 'true' } }]);
  });

  it('gives instructions and priming prompt before the first question, and the MCP servers that the agent can use', async () => {
    const bundle = {
      instructions: 'Be brief.',
      skills: [],
      commands: [],
      agents: [],
      mcpServers: {
        files: { kind: 'stdio' as const, command: 'files', args: ['-v'], env: { A: 'b' } },
        web: { kind: 'http' as const, url: 'http://127.0.0.1:1/', headers: {} },
        old: { kind: 'sse' as const, url: 'http://127.0.0.1:1/', headers: {} },
      },
    };
    plan = { primingPrompt: 'You are Rex.', bundle };
    const conversation = await open();
    const host = new RecordingHost();
    const given = async () => {
      const result = await ask(conversation, 'What were you given?', host);
      return JSON.parse(result.outcome === 'completed' ? result.finalOutput : '{}') as object;
    };
    expect(await given()).toMatchObject({
      texts: ['Be brief.\n\nYou are Rex.', 'What were you given?'],
      servers: [
        { name: 'files', command: 'files', args: ['-v'], env: [{ name: 'A', value: 'b' }] },
        { type: 'http', name: 'web', url: 'http://127.0.0.1:1/' },
      ],
    });
    expect(host.all('notice')).toMatchObject([{ message: expect.stringContaining('"old"') }]);
    expect(await given()).toMatchObject({ texts: ['What were you given?'] });
  });

  it.each([
    ['max_turn_requests', { outcome: 'failed', error: { code: 'max_turns_reached' } }],
    ['refusal', { outcome: 'failed', error: { code: 'agent_failed' } }],
    ['cancelled', { outcome: 'failed', error: { code: 'agent_failed' } }],
    ['max_tokens', { outcome: 'completed' }],
  ])('ends a turn by its stop reason: %s', async (reason, end) => {
    expect(await ask(await open(), `Stop with ${reason}`)).toMatchObject(end);
  });

  it('reports thoughts apart from the answer', async () => {
    const host = new RecordingHost();
    expect(await ask(await open(), 'Think', host)).toMatchObject({ finalOutput: 'Thought.' });
    expect(host.all('message_update').map(({ thinkingDelta }) => thinkingDelta)).toEqual(['Hm.', undefined]);
  });

  it('tells what a turn cost, out of what the conversation cost', async () => {
    const conversation = await open();
    const host = new RecordingHost();
    expect(await ask(conversation, 'Spend 2', host)).toMatchObject({ usage: { costUsd: 2, toolCalls: 0 } });
    expect(host.all('native_event')).toContainEqual(
      expect.objectContaining({
        name: 'usage_update',
        payload: expect.objectContaining({ used: 10, size: 100 }),
      }),
    );
    expect(await ask(conversation, 'Spend 5')).toMatchObject({ usage: { costUsd: 3 } });
  });

  it.each([
    [{ code: -32000 }, 'login_required'],
    [{ code: -32603, data: { errorName: 'ProviderAuthError' } }, 'login_required'],
    [{ code: 429 }, 'usage_limit_reached'],
    [{ code: -32603, data: { statusCode: 429 } }, 'usage_limit_reached'],
    [{ code: -32603, data: { status: 503 } }, 'model_failed'],
    [{ code: -32603, data: { errorName: 'APIError' } }, 'model_failed'],
    [{ code: -32603, data: { details: '429 too many requests' } }, 'agent_failed'],
  ])('knows a refusal by its code and data: %j', async (refusal, code) => {
    const result = await ask(await open(), `Refuse with ${JSON.stringify(refusal)}`);
    expect(result).toMatchObject({ outcome: 'failed', error: { code }, continuation: expect.any(String) });
  });

  it.each([[[]], [['listed']]])('sets the model and the mode that the target names: %j', async (given) => {
    flags = given;
    plan = { model: 'large' };
    const conversation = await stage.open(stage.harness(), { options: { mode: 'read' } });
    const { continuation } = await ask(conversation, 'Which model are you?');
    await conversation.close();
    const restored = await stage.open(stage.harness(), { continuation, options: { mode: 'read' } });
    expect(await ask(restored, 'Which model are you?')).toMatchObject({ finalOutput: 'large to read' });
  });

  it.each([
    [[], { model: 'huge' }, undefined, /no model "huge".*small, large/],
    [[], {}, 'fly', /no mode "fly".*write, read/],
    [['listed'], {}, 'fly', /no mode "fly".*write, read/],
    [['plain'], { model: 'large' }, undefined, /no choice of a model/],
  ])('refuses a choice that the agent does not offer: %j %j %s', async (given, launch, mode, words) => {
    flags = given;
    plan = launch;
    await expect(stage.open(stage.harness(), { options: { mode } })).rejects.toMatchObject({
      code: 'target_invalid',
      message: expect.stringMatching(words),
    });
    expect(stage.place.ledger.processes).toEqual([]);
  });

  it('copies no conversation of an agent that cannot, and none as it was before', async () => {
    const { continuation } = await ask(await open(), 'What is 2+2?');
    const fork = (at: object) => stage.open(stage.harness(), { continuation, fork: at });
    await expect(fork({ checkpoint: 'turn_1' })).rejects.toMatchObject({ code: 'unsupported' });
    flags = ['forgetful'];
    await expect(fork({})).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('says that images were left out for an agent that takes none', async () => {
    flags = ['blind'];
    const host = new RecordingHost();
    const images = [{ mimeType: 'image/png', data: '', url: '/media/1' }];
    const result = await ask(await open(), 'Describe the image', host, { images });
    expect(result).toMatchObject({ finalOutput: 'I was given none.' });
    expect(host.all('notice')).toMatchObject([{ message: expect.stringContaining('images') }]);
  });

  it('puts together what a subagent says, apart from what the agent says', async () => {
    const host = new RecordingHost();
    expect(await ask(await open(), 'Delegate to run: true', host)).toMatchObject({
      finalOutput: 'Delegated.',
    });
    expect(host.all('tool_execution_start')).toMatchObject([
      { toolUseId: 'task-1' },
      { toolUseId: 'shell-1', parentToolUseId: 'task-1' },
    ]);
    const ended = host.all('message_end').slice(1);
    expect(ended.map(({ message, parentToolUseId }) => [message.content, parentToolUseId])).toEqual([
      ['I look inside.', 'task-1'],
      ['Delegated.', undefined],
    ]);
  });

  it('finds a program among the installed agents, tells of the known ones, and says how to install them', async () => {
    const bin = join(stage.place.dataDir, 'opencode/node_modules/.bin');
    const folder = join(stage.place.dataDir, 'opencode/node_modules/opencode-ai');
    for (const path of [bin, folder]) mkdirSync(path, { recursive: true });
    const script = `#!/bin/sh\nexec '${process.execPath}' "$@"\n`;
    writeFileSync(join(folder, 'package.json'), '{"name":"opencode-ai","version":"1.2.3"}');
    writeFileSync(join(folder, 'run'), script, { mode: 0o755 });
    symlinkSync('../opencode-ai/run', join(bin, 'opencode'));
    const harness = openHarness(stage.place);
    const conversation = await stage.open(harness, { options: { command: 'opencode' } });
    expect(await ask(conversation, 'What is 2+2?')).toMatchObject({ finalOutput: '4' });
    await harness.close();
    const programs = await harness.inspect(new AbortController().signal);
    expect(programs[0]).toEqual({
      name: 'opencode',
      found: true,
      path: join(bin, 'opencode'),
      version: '1.2.3',
      login: 'unknown',
      installCommand: `npm install --prefix ${stage.place.dataDir}/opencode opencode-ai`,
    });
    const opening = stage.open(stage.harness(), { options: { command: 'pi-acp' } });
    await expect(opening).rejects.toMatchObject({
      code: 'harness_unavailable',
      message: expect.stringContaining(`npm install --prefix ${stage.place.dataDir}/pi-acp pi-acp`),
    });
    expect(programs.find(({ name }) => name.startsWith('Pi'))).toMatchObject({ found: false });
  });

  it('says that it knows no bound of turns', async () => {
    const host = new RecordingHost();
    await ask(await open(), 'What is 2+2?', host, { maxTurns: 3 });
    expect(host.all('notice')).toMatchObject([{ message: expect.stringContaining('maxTurns') }]);
  });

  it('refuses the agent what it did not offer, and goes on', async () => {
    expect(await ask(await open(), 'Ask for a file')).toMatchObject({ finalOutput: 'refused with -32601' });
  });

  it('passes on why a prompt failed and the last words of an agent that died, and stays usable after the former', async () => {
    const conversation = await open();
    expect(await ask(conversation, 'Fail')).toMatchObject({
      outcome: 'failed',
      error: { code: 'agent_failed', message: expect.stringContaining('a loud bang') },
    });
    expect(await ask(conversation, 'Crash with 3')).toMatchObject({
      error: { code: 'agent_died', message: expect.stringContaining('these are my last words') },
    });
  });

  it('spares a helper of the agent that ran before the turn that was interrupted', async () => {
    const conversation = await open();
    await ask(conversation, 'Use Bash to run: sleep 1000 > /dev/null 2>&1 &');
    const before = pidsMarked(stage.place.serverMark);
    const host = new RecordingHost();
    const turn = ask(conversation, 'Use Bash to run: touch started; exec sleep 1000', host);
    await host.first('tool_execution_start');
    host.interrupt();
    await turn;
    await conversation.clearProcesses();
    expect(pidsMarked(stage.place.serverMark)).toEqual(before);
    expect(before.length).toBe(2);
  });

  it.each([
    [{ command: undefined }, /which program.*\[targets.contract.acp\]/],
    [{ command: 7 }, /which program/],
    [{ args: 'acp' }, /"args" must be a list/],
    [{ comand: 'x' }, /"comand" is not an option/],
    [{ mode: 3 }, /"mode" must be/],
  ])('refuses the target options %j', async (options, message) => {
    const opening = stage.open(stage.harness(), { options });
    await expect(opening).rejects.toMatchObject({
      code: 'target_invalid',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [['loggedOut'], 'login_required', /not logged in.*agent login/],
    [['future'], 'harness_unavailable', /speaks version 2/],
  ])('says what is wrong with an agent that is %j', async (given, code, message) => {
    flags = given;
    await expect(open()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(stage.place.ledger.processes).toEqual([]);
  });

  it('names a program that is not there, and one that is no agent', async () => {
    const start = (command: string, ...args: string[]) =>
      stage.open(stage.harness(), { options: { command, args } });
    await expect(start('/nonexistent/agent')).rejects.toMatchObject({
      code: 'harness_unavailable',
      message: expect.stringContaining('/nonexistent/agent'),
    });
    await expect(start(process.execPath, '/nonexistent/main.js')).rejects.toMatchObject({
      code: 'harness_failed',
      message: expect.stringContaining('exit code 1'),
    });
    await expect(start(process.execPath, '-e', 'console.log("hello")')).rejects.toMatchObject({
      code: 'harness_failed',
      message: expect.stringContaining('protocol'),
    });
  });

  it('gives up an opening that is aborted, and one whose harness is closed, and leaves no process of them', async () => {
    const { ledger } = stage.place;
    const harness = openHarness(stage.place, ['silent']);
    const abort = new AbortController();
    const launch = { target: 't', harness: 'acp' as const, cwd: stage.cwd, env: {}, options: {} };
    const aborted = harness.open({ sessionId: 'ses_1', launch }, abort.signal);
    const closed = harness.open({ sessionId: 'ses_2', launch }, new AbortController().signal);
    closed.catch(() => undefined);
    await ledger.untilCount(2);
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'harness_failed' });
    await ledger.untilCount(1);
    await harness.close();
    await expect(closed).rejects.toMatchObject({ code: 'harness_failed' });
    expect(pidsMarked(stage.place.serverMark)).toEqual([]);
    expect(existsSync(stage.place.dataDir)).toBe(false);
  });
});
