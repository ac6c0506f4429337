import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/index.js';
import { type BuiltinHarness, createBuiltinHarness } from '../../../src/harness/builtin/index.js';
import { builtinAgentProgram } from './agent-program.js';
import { describeHarnessContract } from './harness-contract.js';
import { lineOf, pidsMarked } from './processes.js';
import { RecordingHost } from './recording-host.js';
import { ask, type Place, Stage } from './stage.js';

const script = (...steps: object[]) => JSON.stringify({ script: steps });

function openHarness({ dataDir, serverMark, ledger }: Place, program = builtinAgentProgram): BuiltinHarness {
  return createBuiltinHarness({
    program,
    dataDir,
    serverMark,
    baseEnv: process.env,
    ledger,
    clock: systemClock,
    terminateGraceMs: 300,
    killMs: 3000,
  });
}

describeHarnessContract({
  name: 'builtin',
  capabilities: {
    resume: true,
    fork: 'at_run',
    steer: true,
    permissions: true,
    partialOutput: true,
    models: false,
    images: true,
    maxTurns: true,
    subagents: false,
    cost: false,
  },
  openHarness,
  prompts: {
    question: { prompt: 'What is 2+2? Answer with just the number.', answer: '4' },
    previousQuestion: 'What was my previous question?',
    describeImages: 'What do you see?',
    talk: 'What can you do?',
    runShell: (command) => `Use Bash to run: ${command}`,
    runShellAsking: (command) => script({ tool: { name: 'Bash', input: { command }, ask: true } }),
    endless: 'Count slowly to 10000',
    deaf: (command) => script({ ignoreSignals: true }, { tool: { name: 'Bash', input: { command } } }),
    flood: (bytes) => script({ flood: { bytes } }),
    garbage: script({ say: 'before' }, { garbage: 'this is not JSON' }, { hang: true }),
    crash: (exitCode) => script({ say: 'last words' }, { crash: exitCode }),
    steer: { prompt: 'What is 40+2?', answer: '42' },
    runShellTimes: (times, command) =>
      script(...Array.from({ length: times }, () => ({ tool: { name: 'Bash', input: { command } } })), {
        say: 'done',
      }),
  },
  promises: { exactOutput: true, exitCode: true, exactTurns: true },
});

describe('the built-in agent', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage((place) => openHarness(place));
  });
  afterEach(() => stage.close());

  async function answer(prompt: string): Promise<string> {
    const result = await ask(await stage.open(stage.harness()), prompt);
    return result.outcome === 'completed' ? result.finalOutput : JSON.stringify(result);
  }

  it('serves many conversations with one process', async () => {
    const harness = stage.harness();
    const conversations = await Promise.all(Array.from({ length: 20 }, () => stage.open(harness)));
    await Promise.all(conversations.map((conversation) => ask(conversation, 'Hello')));
    expect(stage.place.ledger.processes.length).toBe(1);
    expect(pidsMarked(stage.place.serverMark).length).toBe(1);
  });

  it('records its process with its start time and mark', async () => {
    await stage.open(stage.harness());
    const [recorded] = stage.place.ledger.processes;
    expect(recorded?.startTicks).toBeGreaterThan(0);
    expect(recorded?.mark).toBe(`${stage.place.serverMark}/${recorded?.harnessProcessId}`);
  });

  it('knows what was asked in a turn that was interrupted, failed, or never ended', async () => {
    const harness = stage.harness();
    const conversation = await stage.open(harness);
    const previous = 'What was my previous question?';
    const host = new RecordingHost();
    const counting = ask(conversation, 'Count slowly to 100 every 20 ms', host);
    await host.first('message_update');
    host.interrupt();
    await counting;
    expect(await ask(conversation, 'What did you answer before?')).toMatchObject({
      finalOutput: expect.stringMatching(/cut short \(the turn was interrupted\): "1/),
    });
    await ask(conversation, 'Fail with a loud bang');
    expect(await ask(conversation, previous)).toMatchObject({
      finalOutput: expect.stringContaining('a loud bang'),
    });
    const { continuation = '' } = await ask(conversation, script({ say: 'going' }, { crash: 1 }));
    const restored = await stage.open(harness, { continuation });
    expect(await ask(restored, previous)).toMatchObject({
      finalOutput: expect.stringContaining('"crash":1'),
    });
  });

  it('drops a last line that a crash cut in two, and goes on behind it', async () => {
    const harness = stage.harness();
    const first = await stage.open(harness);
    await ask(first, 'What is 1+1?');
    const { continuation = '' } = await ask(first, 'What is 2+2?');
    await first.close();
    const file = join(stage.place.dataDir, `${continuation}.jsonl`);
    truncateSync(file, readFileSync(file).length - 3);
    const second = await stage.open(harness, { continuation });
    expect(await ask(second, 'What was my previous question?')).toMatchObject({
      finalOutput: 'Your previous question was: "What is 2+2?"',
    });
    await second.close();
    const third = await stage.open(harness, { continuation });
    expect(await ask(third, 'How many questions have I asked?')).toMatchObject({
      finalOutput: 'You have sent 3 messages before this one.',
    });
  });

  it('says resume_lost of a file that is broken or belongs to another conversation', async () => {
    const harness = stage.harness();
    const { continuation = '' } = await ask(await stage.open(harness), 'Hello');
    const content = readFileSync(join(stage.place.dataDir, `${continuation}.jsonl`), 'utf8');
    const broken: [string, string][] = [
      ['a', content.replace('{', '')],
      ['b', content],
      ['c', ''],
    ];
    for (const [digit, text] of broken) {
      const id = `cnv_${digit.repeat(32)}`;
      writeFileSync(join(stage.place.dataDir, `${id}.jsonl`), text);
      await expect(stage.open(harness, { continuation: id })).rejects.toMatchObject({ code: 'resume_lost' });
    }
  });

  it('writes conversations where nobody else can read them', async () => {
    await ask(await stage.open(stage.harness()), 'Hello');
    expect(readdirSync(stage.place.dataDir).length).toBe(1);
    expect(readdirSync(stage.cwd)).toEqual([]);
  });

  it('ends background processes of a command that ended', async () => {
    const conversation = await stage.open(stage.harness());
    const host = new RecordingHost();
    await ask(conversation, 'Use Bash to run: sleep 1000 & echo $!', host);
    const [block] = host.all('tool_execution_end')[0]?.result.content ?? [];
    const pid = block?.type === 'text' ? Number(block.text) : 0;
    expect(pid).toBeGreaterThan(0);
    expect(pidsMarked(stage.place.serverMark)).not.toContain(pid);
  });

  it('keeps head and tail of 100 MB of output and says how much was cut', async () => {
    const conversation = await stage.open(stage.harness());
    const host = new RecordingHost();
    const bytes = 100 * 1024 * 1024;
    const command = `echo first; head -c ${bytes} /dev/zero | tr '\\0' x; echo; echo last`;
    const result = await ask(conversation, `Use Bash to run: ${command}`, host);
    expect(result.outcome).toBe('completed');
    const [end] = host.all('tool_execution_end');
    const [block] = end?.result.content ?? [];
    const text = block?.type === 'text' ? block.text : '';
    expect(text).toMatch(/^first\nx+\n\[… \d+ bytes cut …\]\nx+\nlast\n$/);
    expect(text.length).toBeLessThan(65 * 1024);
    expect(end?.result.details).toMatchObject({ cutBytes: bytes + 12 - 64 * 1024 });
  });

  it('reads and writes files of the project and of no other place', async () => {
    writeFileSync(join(stage.folder, 'secret.txt'), 'hidden');
    symlinkSync(join(stage.folder, 'secret.txt'), stage.file('link.txt'));
    symlinkSync(stage.folder, stage.file('out'));
    symlinkSync(join(stage.folder, 'new.txt'), stage.file('dangling.txt'));
    mkdirSync(stage.file('folder'));
    expect(await answer('Write notes/day.txt: remember the milk')).toBe('Wrote 17 bytes to notes/day.txt.');
    expect(await answer('Read notes/day.txt')).toBe('notes/day.txt holds:\nremember the milk');
    for (const name of ['../secret.txt', 'link.txt', 'out/secret.txt', join(stage.folder, 'secret.txt')]) {
      expect(await answer(`Read ${name}`)).toMatch(/^I could not read it: .*outside of the project's folder/);
      expect(await answer(`Write ${name}: x`)).toMatch(
        /^I could not write it: .*outside of the project's folder/,
      );
    }
    expect(await answer('Write dangling.txt: x')).toMatch(/^I could not write it/);
    expect(await answer('Read folder')).toMatch(/^I could not read it: "folder" is not a regular file/);
    expect(readFileSync(join(stage.folder, 'secret.txt'), 'utf8')).toBe('hidden');
    expect(readdirSync(stage.folder)).not.toContain('new.txt');
  });

  it('takes a steered text between two numbers, answers it when it has counted, and remembers it', async () => {
    const conversation = await stage.open(stage.harness());
    const host = new RecordingHost();
    const turn = ask(conversation, 'Count slowly to 5 every 50 ms', host);
    await host.first('message_update');
    expect(await conversation.steer('What is 40+2?')).toBe('injected');
    expect(await turn).toMatchObject({ outcome: 'completed', finalOutput: '42', checkpoint: '2' });
    const said = host.all('message_end').map(({ message }) => message.content);
    expect(said.slice(0, 1)).toEqual(['Count slowly to 5 every 50 ms']);
    expect(said.slice(2, 3)).toEqual(['What is 40+2?']);
    expect([said[1], said[3]].join('')).toBe('1 2 3 4 5');
    expect(host.said().fromDeltas).toEqual(host.said().ended);
    expect(await ask(conversation, 'What was my previous question?')).toMatchObject({
      finalOutput: 'Your previous question was: "What is 40+2?"',
    });
  });

  it('takes steered texts in their order while a script waits, and runs one that is a script', async () => {
    const conversation = await stage.open(stage.harness());
    const host = new RecordingHost();
    const turn = ask(conversation, script({ say: 'waiting' }, { waitFor: 'go' }, { say: 'went' }), host);
    await host.first('message_end');
    const second = script({ say: 'second' });
    const steered = ['What is 40+2?', second].map((prompt) => conversation.steer(prompt));
    expect(await Promise.all(steered)).toEqual(['injected', 'injected']);
    writeFileSync(stage.file('go'), '');
    expect(await turn).toMatchObject({ outcome: 'completed', finalOutput: 'second' });
    expect(host.said().ended).toEqual(['waiting', 'went', '42', 'second']);
  });

  it('misses what a turn had not taken when its agent died', async () => {
    const conversation = await stage.open(stage.harness());
    const turn = ask(conversation, 'Use Bash to run: echo up > up; exec sleep 1000');
    await lineOf(stage.file('up'));
    const steering = conversation.steer('What is 40+2?');
    process.kill(stage.agentPid, 'SIGKILL');
    expect(await turn).toMatchObject({ error: { code: 'agent_died' } });
    expect(await steering).toBe('missed');
  });

  it('copies no conversation as it was after a turn that it had not', async () => {
    const harness = stage.harness();
    const { continuation, checkpoint } = await ask(await stage.open(harness), 'Hello');
    expect(checkpoint).toBe('1');
    for (const wrong of ['2', '0', 'x', '../1']) {
      await expect(stage.open(harness, { continuation, fork: { checkpoint: wrong } })).rejects.toMatchObject({
        code: 'resume_lost',
      });
    }
    expect(readdirSync(stage.place.dataDir).length).toBe(1);
  });

  it('is always found, and needs no login', async () => {
    const programs = await openHarness(stage.place).inspect(new AbortController().signal);
    expect(programs).toMatchObject([{ found: true, path: builtinAgentProgram[1], login: 'not_needed' }]);
  });

  it('stops after the turns that it was given', async () => {
    const conversation = await stage.open(stage.harness());
    const bash = { tool: { name: 'Bash', input: { command: 'true' } } };
    const two = await ask(conversation, script(bash, bash, { say: 'done' }), new RecordingHost(), {
      maxTurns: 2,
    });
    expect(two).toMatchObject({ outcome: 'completed', usage: { turns: 2, toolCalls: 2 } });
    const three = await ask(conversation, script(bash, bash, bash), new RecordingHost(), { maxTurns: 2 });
    expect(three).toMatchObject({ outcome: 'failed', error: { code: 'max_turns_reached' } });
  });

  it('runs the script of a target instead of every prompt, and asks before tools that the target names', async () => {
    const harness = stage.harness();
    const scripted = await stage.open(harness, { options: { script: [{ say: 'from the target' }] } });
    expect(await ask(scripted, 'Hello')).toMatchObject({ finalOutput: 'from the target' });
    const asking = await stage.open(harness, { options: { askBefore: ['Bash'] } });
    const host = new RecordingHost({ answer: () => ({ decision: 'deny' }) });
    await ask(asking, 'Use Bash to run: touch x', host);
    expect(host.asked.length).toBe(1);
    expect(readdirSync(stage.cwd)).toEqual([]);
  });

  it.each([
    [{ scrip: [] }, '"scrip" is not an option'],
    [{ script: 'x' }, '"script" must be a list'],
    [{ askBefore: [1] }, '"askBefore" must be a list'],
  ])('refuses the target options %j', async (options, words) => {
    await expect(stage.open(stage.harness(), { options })).rejects.toMatchObject({
      code: 'target_invalid',
      message: expect.stringContaining(words),
    });
  });

  it('emits exactly as many events as a script asks for', async () => {
    const conversation = await stage.open(stage.harness());
    const host = new RecordingHost();
    await ask(conversation, script({ emit: { count: 5000, bytes: 10, type: 'notice' } }), host);
    expect(host.all('notice').length).toBe(5000);
  });

  it('waits for a file that a script names, and not outside of the project', async () => {
    const harness = stage.harness();
    const conversation = await stage.open(harness);
    const host = new RecordingHost();
    const waiting = ask(
      conversation,
      script({ say: 'waiting' }, { waitFor: 'deep/go' }, { say: 'went' }),
      host,
    );
    await host.first('message_end');
    mkdirSync(stage.file('deep'));
    writeFileSync(stage.file('deep/go'), '');
    expect(await waiting).toMatchObject({ finalOutput: 'went' });
    expect(await ask(conversation, script({ waitFor: '../x' }))).toMatchObject({ outcome: 'failed' });
  });

  it('is there at once after a warm-up', async () => {
    const harness = openHarness(stage.place);
    await harness.warmUp();
    expect(stage.place.ledger.processes.length).toBe(1);
    await harness.close();
  });

  it('says so when its program is missing, is not a program of ours, or never answers', async () => {
    const [node = ''] = builtinAgentProgram;
    const start = (program: string[]) => stage.open(openHarness(stage.place, program));
    await expect(start(['/nonexistent/node'])).rejects.toMatchObject({ code: 'harness_unavailable' });
    await expect(start([node, '/nonexistent/main.js'])).rejects.toMatchObject({
      code: 'harness_failed',
      message: expect.stringContaining('exit code 1'),
    });
    await expect(start([node, '-e', 'console.log("hello")'])).rejects.toMatchObject({
      code: 'harness_failed',
    });
  });

  it('gives up an opening that is aborted, and leaves no process of it', async () => {
    const [node = ''] = builtinAgentProgram;
    const harness = openHarness(stage.place, [node, '-e', 'setInterval(() => undefined, 1000)']);
    const abort = new AbortController();
    const launch = { target: 't', harness: 'builtin' as const, cwd: stage.cwd, env: {}, options: {} };
    const opening = harness.open({ sessionId: 'ses_1', launch }, abort.signal);
    opening.catch(() => undefined);
    await stage.place.ledger.untilCount(1);
    abort.abort();
    await expect(opening).rejects.toMatchObject({ code: 'harness_failed' });
    await stage.place.ledger.untilCount(0);
    await harness.close();
    expect(pidsMarked(stage.place.serverMark)).toEqual([]);
  });

  it('opens a conversation right behind one that was given up while the agent started', async () => {
    const harness = openHarness(stage.place);
    const abort = new AbortController();
    const launch = { target: 't', harness: 'builtin' as const, cwd: stage.cwd, env: {}, options: {} };
    const opening = harness.open({ sessionId: 'ses_1', launch }, abort.signal);
    const refused = expect(opening).rejects.toMatchObject({ code: 'harness_failed' });
    await stage.place.ledger.untilCount(1);
    abort.abort();
    await refused;
    const next = await harness.open({ sessionId: 'ses_2', launch }, new AbortController().signal);
    expect(await ask(next, 'What is 2+2?')).toMatchObject({ outcome: 'completed', finalOutput: '4' });
    await harness.close();
  });
});
