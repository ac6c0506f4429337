/** What the suites of all real agents share: a scripted model to talk to, and the prompts that its rules know. */

import type { Scene, SubjectPrompts } from '../contract/harness/subject.js';
import { createAgentWorld } from '../support/agent-worlds.js';
import type { AgentName } from '../support/real-agents.js';
import { startScriptedModel } from '../support/scripted-model/index.js';

/** A model of its own for each test, and an agent whose settings know no other. */
export async function prepareScene(name: AgentName, home: string): Promise<Scene> {
  const model = await startScriptedModel();
  const { env } = createAgentWorld(name, model.url, home);
  return {
    model,
    launch: { env, permissions: { mode: 'bypass', rules: [] } },
    asking: { permissions: { mode: 'ask', rules: [] } },
    close: () => model.close(),
  };
}

export const scriptedPrompts = {
  question: { prompt: 'What is 2+2? Answer with just the number.', answer: '4' },
  previousQuestion: 'What was my previous question?',
  talk: 'Hello there',
  runShell: (command) => `Use Bash to run: ${command}`,
  runShellAsking: (command) => `Use Bash to run: ${command}`,
  runShellTimes: (times, command) => `Use Bash ${times} times to run: ${command}`,
  runShellTimesThenHang: (times, command) => `Use Bash ${times} times and hang to run: ${command}`,
  nameModel: 'Which model are you?',
  endless: 'Count slowly to 10000',
  think: { prompt: 'Think first, then answer.', thought: 'Let me think about it.' },
  delegate: (command) => `Delegate: Use Bash to run: ${command}`,
  spend: 'Hello there',
  describeImages: 'Describe the image.',
  steer: { prompt: 'Also say pineapple', answer: 'pineapple' },
  failModel: 'Fail with 400',
  reachLimit: 'Fail with 429',
  garbage: 'Garble',
} satisfies SubjectPrompts;
