import { dirname } from 'node:path';
import { type Harness, systemClock } from '../../src/core/index.js';
import { createPiHarness } from '../../src/harness/pi/index.js';
import { describeHarnessContract } from '../contract/harness/harness-contract.js';
import type { Place } from '../contract/harness/stage.js';
import { describeWithAgent } from '../support/real-agents.js';
import { prepareScene, scriptedPrompts } from './scripted-agent.js';

describeWithAgent('pi', (folder) => {
  const openHarness = ({ dataDir, serverMark, ledger }: Place): Harness =>
    createPiHarness({
      clientVersion: '0.0.0',
      agentsDir: dirname(folder),
      dataDir,
      serverMark,
      baseEnv: process.env,
      ledger,
      clock: systemClock,
      terminateGraceMs: 300,
      killMs: 3000,
    });

  describeHarnessContract({
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
    openHarness,
    prepare: (home) => prepareScene('pi', home),
    prompts: scriptedPrompts,
    promises: { exitCode: true, tokens: true, denyReason: true },
    unknownContinuation: `pi_${'0'.repeat(32)}`,
    otherModel: { chosen: 'scripted/scripted-2', called: 'scripted-2' },
  });
});
