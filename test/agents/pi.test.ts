import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, type LaunchBundle, type PermissionPolicy, systemClock } from '../../src/core/index.js';
import { createPiHarness } from '../../src/harness/pi/index.js';
import { describeHarnessContract } from '../contract/harness/harness-contract.js';
import { lineOf } from '../contract/harness/processes.js';
import { RecordingHost } from '../contract/harness/recording-host.js';
import { ask, type Place, Stage } from '../contract/harness/stage.js';
import type { HarnessSubject, Scene } from '../contract/harness/subject.js';
import { describeWithAgent } from '../support/real-agents.js';
import { prepareScene, scriptedPrompts } from './scripted-agent.js';

const mischief = resolve(import.meta.dirname, '../support/pi-mischief.mjs');
const question = 'What is 2+2?';

function openHarness(
  { dataDir, serverMark, ledger }: Place,
  agentsDir: string,
  path = process.env.PATH,
): Harness {
  return createPiHarness({
    clientVersion: '0.0.0',
    agentsDir,
    dataDir,
    serverMark,
    baseEnv: { ...process.env, PATH: path, HOME: dataDir },
    ledger,
    clock: systemClock,
    terminateGraceMs: 300,
    killMs: 3000,
  });
}

async function prepare(home: string): Promise<Scene> {
  const scene = await prepareScene('pi', home);
  return { ...scene, launch: { ...scene.launch, options: { args: ['--extension', mischief] } } };
}

/** Into one of Pi's own files of settings. */
function change<T>({ launch }: Scene, file: string, edit: (content: T) => void): void {
  const path = join(launch?.env?.PI_CODING_AGENT_DIR ?? '', file);
  const content = JSON.parse(readFileSync(path, 'utf8')) as T;
  edit(content);
  writeFileSync(path, JSON.stringify(content));
}

/** Into what Pi knows of its models. */
function describeModel(scene: Scene, facts: object): void {
  change<{ providers: { scripted: { models: object[] } } }>(scene, 'models.json', ({ providers }) => {
    for (const model of providers.scripted.models) Object.assign(model, facts);
  });
}

describeWithAgent('pi', (folder) => {
  const agentsDir = dirname(folder);
  const subject: HarnessSubject = {
    name: 'pi',
    capabilities: {
      resume: true,
      fork: 'at_run',
      steer: true,
      permissions: true,
      partialOutput: true,
      models: true,
      images: true,
      maxTurns: true,
      subagents: false,
      cost: true,
    },
    openHarness: (place) => openHarness(place, agentsDir),
    prepare,
    prompts: {
      ...scriptedPrompts,
      deaf: (command) => `Do not stop, and run: cd "$PWD"; ${command}`,
      garbage: 'Write garbage',
      crash: (exitCode) => `Crash with ${exitCode}`,
    },
    promises: { exitCode: true, tokens: true, resumesAt: true, denyReason: true },
    unknownContinuation: `pi_${'0'.repeat(32)}`,
    otherModel: { chosen: 'scripted/scripted-2', called: 'scripted-2' },
  };

  describeHarnessContract(subject);

  describe('Pi by itself', () => {
    let stage: Stage;
    beforeEach(async () => {
      stage = await Stage.of(subject);
    });
    afterEach(() => stage.close());

    it('has a process for each conversation, that names the provider of its model', async () => {
      const harness = stage.harness();
      const [one] = [await stage.open(harness), await stage.open(harness)];
      expect(stage.place.ledger.processes.length).toBe(2);
      expect(one.process).toMatchObject({ provider: 'scripted', frontend: 'pi' });
    });

    it('is found with its version, and says how to install it where it is not', async () => {
      const { signal } = new AbortController();
      expect(await stage.harness().inspect(signal)).toMatchObject([
        { name: 'Pi', found: true, version: '0.74.2', login: 'unknown' },
      ]);
      const missing = openHarness(stage.place, join(stage.folder, 'nowhere'), '/nonexistent');
      const command = /npm install --prefix \S+nowhere\/pi @earendil-works\/pi-coding-agent@0\.74\.2/;
      const found = { found: false, installCommand: expect.stringMatching(command) };
      expect(await missing.inspect(signal)).toMatchObject([found]);
      const words = { code: 'harness_unavailable', message: expect.stringMatching(command) };
      await expect(stage.open(missing)).rejects.toMatchObject(words);
    });

    it('takes instructions, priming prompt, skills and commands, and names what it has no way to take', async () => {
      const [skill, command] = [stage.file('tidy'), stage.file('greet.md')];
      mkdirSync(skill);
      writeFileSync(join(skill, 'SKILL.md'), '---\nname: tidy\ndescription: How we tidy up.\n---\nTidy.');
      writeFileSync(command, 'Say hello to $1');
      const bundle: LaunchBundle = {
        instructions: 'Be brief.',
        skills: [{ name: 'tidy', path: skill }],
        commands: [{ name: 'greet', path: command }],
        agents: [{ name: 'critic', path: stage.file('critic.md') }],
        mcpServers: { web: { kind: 'http', url: 'http://127.0.0.1:1/', headers: {} } },
      };
      const launch = { bundle, primingPrompt: 'You are Rex.' };
      const harness = stage.harness();
      const host = new RecordingHost();
      const conversation = await stage.open(harness, { launch });
      const { continuation } = await ask(conversation, '/greet Ann', host);
      expect(host.all('notice').map(({ message }) => message)).toEqual([
        'Agents of spaces have no effect on Pi.',
        'MCP servers of spaces have no effect on Pi.',
      ]);
      expect(host.all('message_end')[0]?.message.content).toBe('/greet Ann');
      await conversation.close();
      await ask(await stage.open(harness, { continuation, launch }), question);
      const requests = stage.scene.model?.requests ?? [];
      expect(requests.map((request) => request.question)).toEqual(['Say hello to Ann', question]);
      for (const { instructions } of requests) {
        expect(instructions.split('Be brief.\n\nYou are Rex.').length).toBe(2);
        expect(instructions).toContain('How we tidy up.');
      }
    });

    it('loads the extensions of spaces, which may refuse a tool before anybody is asked', async () => {
      const extension = stage.file('guard.ts');
      writeFileSync(
        extension,
        'export default (pi: { on(event: string, then: () => object): void }) => pi.on("tool_call", () => ({ block: true, reason: "not in this house" }));',
      );
      const bundle: LaunchBundle = {
        instructions: '',
        skills: [],
        commands: [],
        agents: [],
        mcpServers: {},
        piExtensions: [extension],
      };
      const conversation = await stage.open(stage.harness(), { asking: true, launch: { bundle } });
      const host = new RecordingHost();
      await ask(conversation, scriptedPrompts.runShell('touch unwanted.txt'), host);
      expect(host.asked).toEqual([]);
      expect(JSON.stringify(host.all('tool_execution_end'))).toContain('not in this house');
    });

    it('passes on how much to think, and tells what a run cost where the price is known', async () => {
      describeModel(stage.scene, {
        reasoning: true,
        cost: { input: 1_000_000, output: 0, cacheRead: 0, cacheWrite: 0 },
      });
      const options = { thinking: 'high', args: [] };
      const { usage } = await ask(await stage.open(stage.harness(), { options }), question);
      expect(stage.scene.model?.requests[0]?.body.reasoning_effort).toBe('high');
      expect(usage?.costUsd).toBe(usage?.inputTokens);
    });

    it.each<[PermissionPolicy, number]>([
      [{ mode: 'bypass', rules: [] }, 0],
      [{ mode: 'bypass', rules: [{ tool: 'bash', decision: 'ask' }] }, 1],
      [{ mode: 'deny', rules: [] }, 1],
    ])('with the policy %j it asks %i times', async (permissions, times) => {
      const host = new RecordingHost({ answer: () => ({ decision: 'deny' }) });
      const conversation = await stage.open(stage.harness(), { launch: { permissions } });
      await ask(conversation, 'Use tool read with {"path":"greet.md"}', host);
      expect(host.asked.map(({ toolName, toolInput }) => [toolName, toolInput])).toEqual(
        Array.from({ length: times }, () => ['read', { path: 'greet.md' }]),
      );
    });

    it('lets extensions of the user ask for a yes, and dismisses what nobody can be asked', async () => {
      const conversation = await stage.open(stage.harness());
      const host = new RecordingHost({ answer: () => ({ decision: 'allow' }) });
      expect(await ask(conversation, 'Ask me whether', host)).toMatchObject({ outcome: 'completed' });
      expect(host.asked).toMatchObject([{ toolName: 'confirm', toolInput: { title: 'Whether?' } }]);
      await ask(conversation, 'Ask me to choose', host);
      const said = host.all('notice').map(({ message }) => message);
      expect(said[0]).toBe('It came to true.');
      expect(said.slice(1)).toEqual([expect.stringContaining('dismissed'), 'It came to undefined.']);
    });

    it('forgets a text that came too late for its turn', async () => {
      const conversation = await stage.open(stage.harness());
      const host = new RecordingHost();
      stage.scene.model?.hold();
      const turn = ask(conversation, 'Count slowly to 100', host);
      await host.first('message_update');
      const steering = conversation.steer('Also say pineapple');
      host.interrupt();
      expect(await turn).toMatchObject({ outcome: 'interrupted' });
      expect(await steering).toBe('missed');
      const next = new RecordingHost();
      expect(await ask(conversation, 'What was my previous question?', next)).toMatchObject({
        finalOutput: expect.stringContaining('Count slowly'),
      });
      expect(next.all('message_end').length).toBe(2);
    });

    it('tells that it tries a failing model again, and is not over before it has', async () => {
      const host = new RecordingHost();
      const result = await ask(await stage.open(stage.harness()), 'Fail with 503', host);
      expect(result).toMatchObject({ outcome: 'failed', error: { code: 'model_failed' } });
      expect(host.all('notice')).toMatchObject([{ message: expect.stringContaining('tries again') }]);
      expect(stage.scene.model?.requests.length).toBe(2);
    });

    it('is not over before a compaction is, and goes on behind it', async () => {
      describeModel(stage.scene, { contextWindow: 4000 });
      change<object>(stage.scene, 'settings.json', (settings) =>
        Object.assign(settings, { compaction: { enabled: true, reserveTokens: 3990, keepRecentTokens: 1 } }),
      );
      const conversation = await stage.open(stage.harness());
      const host = new RecordingHost();
      expect(await ask(conversation, 'Hello there', host)).toMatchObject({ outcome: 'completed' });
      expect(await ask(conversation, question, host)).toMatchObject({ finalOutput: '4' });
      const names = host.all('native_event').map(({ name }) => name);
      expect(names.filter((name) => name === 'compaction_start').length).toBeGreaterThan(0);
      expect(names.filter((name) => name === 'compaction_end').length).toBe(names.length / 2);
      expect(host.events.at(-1)).toMatchObject({ type: 'turn_end' });
    });

    it('goes on behind a last line that a crash cut in two, in a folder that was moved', async () => {
      const harness = stage.harness();
      const first = await stage.open(harness);
      const { continuation = '' } = await ask(first, question);
      await first.close();
      const file = join(stage.place.dataDir, 'pi', `${continuation}.jsonl`);
      truncateSync(file, readFileSync(file).length - 3);
      const moved = mkdtempSync(join(stage.folder, 'moved-'));
      const second = await stage.open(harness, { continuation, launch: { cwd: moved } });
      await ask(second, 'Use Bash to run: pwd > here');
      expect(await lineOf(join(moved, 'here'))).toBe(moved);
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      expect(lines.map((line) => typeof JSON.parse(line))).toEqual(lines.map(() => 'object'));
      expect(await ask(second, 'What was my previous question?')).toMatchObject({
        finalOutput: expect.stringContaining('pwd > here'),
      });
    });

    it('removes the file of a conversation that is forgotten, and of one that could not begin', async () => {
      const harness = stage.harness();
      const conversation = await stage.open(harness);
      const { continuation = '' } = await ask(conversation, question);
      await conversation.close();
      await harness.forget(continuation);
      await harness.forget('../../etc/passwd');
      const opening = stage.open(harness, { continuation });
      await expect(opening).rejects.toMatchObject({ code: 'resume_lost' });
    });

    it('asks for a login where no model has a key, and names a model that there is not', async () => {
      const agentDir = mkdtempSync(join(stage.folder, 'empty-'));
      const env = { ...stage.scene.launch?.env, PI_CODING_AGENT_DIR: agentDir };
      await expect(stage.open(stage.harness(), { launch: { env } })).rejects.toMatchObject({
        code: 'login_required',
        message: expect.stringMatching(/Run "\/\S+\/\.bin\/pi" as the user .* \/login/),
      });
      const options = { provider: 'nobody', model: 'none', args: [] };
      await expect(stage.open(stage.harness(), { options })).rejects.toMatchObject({
        code: 'harness_failed',
        message: expect.stringContaining('nobody'),
      });
      rmSync(agentDir, { recursive: true });
    });
  });
});
