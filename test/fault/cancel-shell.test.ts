/** Cancel against what does not want to end: rule 3 of the lifecycle. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fresh, script, type World } from '../contract/http/world.js';
import { agentOf, processesNamed, until } from '../support/processes.js';
import { expectSound } from './log-rules.js';
import { Program } from './program.js';

/** Keeps a process alive under a name; `sleep` is its child and has no name of ours. */
const deafLoop = (name: string) => `trap "" TERM INT HUP; while :; do sleep 1; : ${name}; done`;

/** How a shell command gets a process out of its reach, by name. */
const escapes: Record<string, (name: string) => string> = {
  'ignores every polite signal': (name) => deafLoop(name),
  'has a child in the background': (name) => `sh -c '${deafLoop(name)}' & ${deafLoop(name)}`,
  'has a child under nohup': (name) => `nohup sh -c '${deafLoop(name)}' >/dev/null 2>&1 & ${deafLoop(name)}`,
  'has a child in a session of its own': (name) => `setsid sh -c '${deafLoop(name)}' & ${deafLoop(name)}`,
  'has forked twice': (name) =>
    `sh -c "setsid sh -c '${deafLoop(name).replaceAll('"', '\\"')}' >/dev/null 2>&1 &"; ${deafLoop(name)}`,
  'has an orphan that holds its output': (name) => `(setsid sh -c '${deafLoop(name)}' &); ${deafLoop(name)}`,
};

describe('a cancelled run whose shell', () => {
  let program: Program;
  let world: World;

  beforeAll(async () => {
    program = await Program.start(['--cancel-grace-ms', '500']);
    world = program.world;
  });
  afterAll(() => program?.leave());

  async function cancel(runId: string): Promise<void> {
    const answer = await world.client.ask('cancelRun', { params: { runId } });
    expect(answer).toEqual({ runId, status: 'cancelled' });
  }

  const expectContext = async (sessionId: string, asked: string) => {
    const { finalOutput } = await world.complete('What was my previous question?', sessionId);
    expect(finalOutput).toContain(asked);
    await expectSound(world, sessionId);
  };

  test.each(Object.entries(escapes))(
    '%s leaves no process, and the session its context',
    async (_how, make) => {
      const name = fresh('deaf');
      const { sessionId, runId } = await world.start(`Use Bash to run: ${make(name)}`);
      const wanted = make(name).split(name).length - 1;
      await until('the shell and its children run', () => processesNamed(name).length >= wanted);
      await cancel(runId);
      expect(processesNamed(name)).toEqual([]);
      await expectContext(sessionId, name);
    },
  );

  test('runs under an agent that ignores the interrupt leaves no process, and the session its context', async () => {
    const name = fresh('deaf');
    const tool = {
      tool: { name: 'Bash', input: { command: `setsid sh -c '${deafLoop(name)}' & ${deafLoop(name)}` } },
    };
    const { sessionId, runId } = await world.start(script({ ignoreSignals: true }, tool));
    await until('the shell and its child run', () => processesNamed(name).length >= 2);
    await cancel(runId);
    expect(processesNamed(name)).toEqual([]);
    await expectContext(sessionId, name);
  });

  test('runs beside those of other sessions does not touch them', async () => {
    const [one, other] = [fresh('deaf'), fresh('deaf')];
    const cancelled = await world.start(`Use Bash to run: ${deafLoop(one)}`);
    const kept = await world.start(`Use Bash to run: ${deafLoop(other)}`);
    await until('both run', () => processesNamed(one).length > 0 && processesNamed(other).length > 0);
    await cancel(cancelled.runId);
    expect(processesNamed(one)).toEqual([]);
    expect(processesNamed(other).length).toBeGreaterThan(0);
    expect((await world.run(kept.runId)).status).toBe('running');
    await cancel(kept.runId);
    expect(processesNamed(other)).toEqual([]);
  });

  test('is started by an agent that is stopped is cancelled by force, and the next run works', async () => {
    const { sessionId, runId } = await world.hold();
    process.kill((await agentOf(program.pid)).pid, 'SIGSTOP');
    await cancel(runId);
    await expectContext(sessionId, 'holding');
  });

  test('had children that ended with the turn leaves none behind either', async () => {
    const name = fresh('left');
    await world.complete(`Use Bash to run: (setsid sh -c '${deafLoop(name)}' >/dev/null 2>&1 &); echo done`);
    const { sessionId, runId } = await world.complete(
      `Use Bash to run: sh -c '${deafLoop(name)}' & echo done`,
    );
    expect((await world.run(runId)).status).toBe('completed');
    await world.client.ask('deleteSession', { params: { sessionId } });
  });
});
