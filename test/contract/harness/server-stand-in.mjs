// A server that can be killed: opens a conversation with the built-in agent and gives it one prompt.
// Arguments: the built harness module, the agent's program, and a place as JSON. It prints what it records.
import { randomUUID } from 'node:crypto';

const [harnessModule, agentProgram, place] = process.argv.slice(2);
const { dataDir, serverMark, cwd, prompt } = JSON.parse(place);
const { createBuiltinHarness } = await import(harnessModule);

const ledger = {
  recordProcess: async (recorded) => process.stdout.write(`${JSON.stringify(recorded)}\n`),
  forgetProcess: async () => undefined,
};
const clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  newId: (prefix) => `${prefix}_${randomUUID()}`,
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};
const host = {
  signal: new AbortController().signal,
  emit: async () => undefined,
  acknowledge: () => undefined,
  permit: async () => ({ decision: 'deny' }),
};

const harness = createBuiltinHarness({
  program: [process.execPath, agentProgram],
  dataDir,
  serverMark,
  baseEnv: process.env,
  ledger,
  clock,
  terminateGraceMs: 300,
  killMs: 3000,
});
const launch = { target: 'contract', harness: 'builtin', cwd, env: {}, options: {} };
const conversation = await harness.open({ sessionId: 'ses_1', launch }, host.signal);
await conversation.turn({ runId: 'run_1', prompt }, host);
