import { join } from 'node:path';
import { systemClock } from '../../src/core/index.js';
import { createAcpHarness } from '../../src/harness/acp/index.js';
import { describeHarnessContract } from '../contract/harness/harness-contract.js';
import type { Scene } from '../contract/harness/subject.js';
import { describeWithAgent } from '../support/real-agents.js';
import { prepareScene, scriptedPrompts } from './scripted-agent.js';

/** Over what its settings say: whether it asks before it runs a shell. */
const shells = (answer: 'allow' | 'ask') => ({ OPENCODE_PERMISSION: JSON.stringify({ bash: answer }) });

const secondModel = {
  OPENCODE_CONFIG_CONTENT: JSON.stringify({ provider: { scripted: { models: { 'scripted-2': {} } } } }),
};

async function prepare(folder: string, home: string): Promise<Scene> {
  const scene = await prepareScene('opencode', home);
  const env = { ...scene.launch?.env, ...secondModel };
  const options = { command: join(folder, 'node_modules/.bin/opencode'), args: ['acp'] };
  return {
    ...scene,
    launch: { ...scene.launch, options, env: { ...env, ...shells('allow') } },
    asking: { ...scene.asking, env: { ...env, ...shells('ask') } },
  };
}

describeWithAgent('opencode', (folder) => {
  // The bound of model turns, steering and the time at which a limit ends have no place in its dialect.
  const { steer, runShellTimes, reachLimit, ...prompts } = scriptedPrompts;

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
    openHarness: ({ dataDir, serverMark, ledger }) =>
      createAcpHarness({
        clientVersion: '0.0.0',
        agentsDir: dataDir,
        dataDir,
        serverMark,
        baseEnv: process.env,
        ledger,
        clock: systemClock,
        terminateGraceMs: 1000,
        killMs: 5000,
      }),
    prepare: (home) => prepare(folder, home),
    prompts,
    promises: { exitCode: true },
    otherModel: { chosen: 'scripted/scripted-2', called: 'scripted-2' },
    unknownContinuation: 'acp:ses_dfaae2fa2ffeqAN8KxZs8vkhaM',
  });
});
