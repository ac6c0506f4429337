import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { type Harness, systemClock } from '../../src/core/index.js';
import { createAcpHarness } from '../../src/harness/acp/index.js';
import { createIsolation, type HarnessParts, probeIsolation } from '../../src/harness/process/index.js';
import { describeHarnessContract } from '../contract/harness/harness-contract.js';
import { gone, lineOf, pidsRunning } from '../contract/harness/processes.js';
import { ask, type Place, Stage } from '../contract/harness/stage.js';
import type { Scene } from '../contract/harness/subject.js';
import { makeGarblingProgram } from '../support/garbling-program.js';
import { describeWithAgent } from '../support/real-agents.js';
import { prepareScene, scriptedPrompts } from './scripted-agent.js';

/** Over what its settings say: whether it asks before it runs a shell. */
const shells = (answer: 'allow' | 'ask') => ({ OPENCODE_PERMISSION: JSON.stringify({ bash: answer }) });

/** Also over them: no request for a title beside the first answer. */
const noTitles = { OPENCODE_CONFIG_CONTENT: JSON.stringify({ agent: { title: { disable: true } } }) };

async function prepare(home: string): Promise<Scene> {
  const scene = await prepareScene('opencode', home);
  const env = { ...scene.launch?.env, ...noTitles };
  const options = { command: 'opencode', args: ['acp'] };
  return {
    ...scene,
    launch: { ...scene.launch, options, env: { ...env, ...shells('allow') } },
    asking: { ...scene.asking, env: { ...env, ...shells('ask') } },
  };
}

function openHarness(place: Place, more: Pick<HarnessParts, 'agentsDir'> & Partial<HarnessParts>): Harness {
  const { dataDir, serverMark, ledger } = place;
  return createAcpHarness({
    clientVersion: '0.0.0',
    dataDir,
    serverMark,
    baseEnv: process.env,
    ledger,
    clock: systemClock,
    terminateGraceMs: 1000,
    killMs: 5000,
    ...more,
  });
}

/** The first on the path is taken before one among the agents. */
function openGarbling(agentsDir: string, place: Place): Harness {
  const bin = join(place.dataDir, 'bin');
  makeGarblingProgram(join(bin, 'opencode'), join(agentsDir, 'opencode/node_modules/.bin/opencode'));
  return openHarness(place, { agentsDir, baseEnv: { ...process.env, PATH: `${bin}:${process.env.PATH}` } });
}

/** It takes seconds to start, and minutes beside other suites on a small machine. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const problem = await probeIsolation(process.env)();

describeWithAgent('opencode', (folder) => {
  const agentsDir = dirname(folder);
  // The bound of model turns, steering, subagents and the time at which a limit ends have no place in its dialect.
  const { steer, runShellTimes, runShellTimesThenHang, reachLimit, delegate, ...prompts } = scriptedPrompts;

  describeHarnessContract({
    name: 'opencode',
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
    openHarness: (place) => openHarness(place, { agentsDir }),
    openGarbling: (place) => openGarbling(agentsDir, place),
    prepare,
    // What the provider calls an error of its own, opencode tries again and again.
    prompts: { ...prompts, failModel: 'Fail with 401' },
    promises: { exitCode: true },
    otherModel: { chosen: 'scripted/scripted-2', called: 'scripted-2' },
    unknownContinuation: 'acp:ses_dfaae2fa2ffeqAN8KxZs8vkhaM',
  });

  it.skipIf(problem !== undefined)(
    `works in a process namespace of its own, and takes its tools with it${problem === undefined ? '' : `: ${problem}`}`,
    async () => {
      const isolation = await createIsolation('required', () => Promise.resolve(problem));
      const home = mkdtempSync(join(tmpdir(), 'opencode-isolated-'));
      const scene = await prepare(home);
      const stage = new Stage((place) => openHarness(place, { agentsDir, isolation }), scene);
      const conversation = await stage.open(stage.harness());
      const { question, previousQuestion, runShell } = scriptedPrompts;
      expect(await ask(conversation, question.prompt)).toMatchObject({ finalOutput: question.answer });
      const name = `isolated-${process.pid}`;
      const turn = ask(
        conversation,
        runShell(`env -i setsid sh -c 'echo up > up; : ${name}; sleep 1000; :'`),
      );
      await lineOf(stage.file('up'));
      const tools = pidsRunning(name);
      expect(tools.length).toBeGreaterThan(0);
      process.kill(stage.agentPid, 'SIGKILL');
      const { outcome, continuation } = await turn;
      expect(outcome).toBe('failed');
      await Promise.all(tools.map(gone));
      const restored = await stage.open(stage.harness(), { continuation });
      expect(await ask(restored, previousQuestion)).toMatchObject({
        finalOutput: expect.stringContaining(name),
      });
      await stage.close();
      rmSync(home, { recursive: true, force: true });
    },
  );
});
