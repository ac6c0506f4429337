// A server that can be killed: starts a shell as an isolated agent, tells when it runs, and lives on.
// Arguments: the built module of processes, and a place as JSON.
const [processModule, place] = process.argv.slice(2);
const { cwd, mark, command } = JSON.parse(place);
const { createIsolation, probeIsolation, spawnAgent } = await import(processModule);

const isolation = await createIsolation('required', probeIsolation(process.env));
const agent = await spawnAgent({
  command: 'sh',
  args: ['-c', command],
  cwd,
  baseEnv: process.env,
  env: {},
  mark,
  harnessProcessId: 'hpr_1',
  ledger: { recordProcess: async () => undefined, forgetProcess: async () => undefined },
  isolation,
});
process.stdout.write(`${agent.pid}\n`);
setInterval(() => undefined, 1000);
