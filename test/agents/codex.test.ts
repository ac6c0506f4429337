import { resolve } from 'node:path';
import { systemClock } from '../../src/core/index.js';
import { createCodexHarness } from '../../src/harness/codex/index.js';
import { describeHarnessContract } from '../contract/harness/harness-contract.js';
import type { Place } from '../contract/harness/stage.js';
import type { HarnessSubject } from '../contract/harness/subject.js';
import { describeWithAgent } from '../support/real-agents.js';
import { prepareScene, scriptedPrompts } from './scripted-agent.js';

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
    openHarness: ({ dataDir, serverMark, ledger }: Place) =>
      createCodexHarness({
        clientVersion: '0.0.0',
        agentsDir: resolve(folder, '..'),
        dataDir,
        serverMark,
        baseEnv: process.env,
        ledger,
        clock: systemClock,
        terminateGraceMs: 1000,
        killMs: 3000,
      }),
    prepare: (home) => prepareScene('codex', home),
    prompts: scriptedPrompts,
    promises: { exactOutput: true, exitCode: true, tokens: true },
    unknownContinuation: 'codex:01a20553-43db-7d43-9f0d-3b22db0a6831',
    otherModel: { chosen: 'scripted-2', called: 'scripted-2' },
  };

  describeHarnessContract(subject);
});
