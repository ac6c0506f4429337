/** Ctrl-C in a real terminal, in every state that a run can be in while somebody watches. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunStatus } from '../../src/contract/index.js';
import { script, type World } from '../contract/http/world.js';
import { Program } from '../fault/program.js';
import { describeInTerminal, type PseudoTerminal } from '../support/pseudo-terminal.js';

type Phase = Extract<RunStatus, 'queued' | 'injecting' | 'running' | 'awaiting_permission'>;
const phases: readonly Phase[] = ['queued', 'injecting', 'running', 'awaiting_permission'];

interface Held {
  runId: string;
  sessionId: string;
}

describeInTerminal('Ctrl-C', (openTerminal) => {
  let program: Program;
  let world: World;

  beforeAll(async () => {
    program = await Program.start();
    world = program.world;
    // An agent that never opens a conversation keeps its run in "injecting".
    const slow = [
      '[targets.slow]',
      'harness = "acp"',
      '[targets.slow.acp]',
      'command = "sleep"',
      'args = ["300"]',
    ];
    const targets = ['schema = 1', '[targets.quick]', 'harness = "builtin"', ...slow].join('\n');
    writeFileSync(join(world.project.root, 'asp-targets.toml'), `${targets}\n`);
  });
  afterAll(() => program?.leave());

  function open(...args: readonly string[]): PseudoTerminal {
    const { baseUrl, token } = world.server;
    return openTerminal(args, { QUARTERDECK_URL: baseUrl, QUARTERDECK_TOKEN: token });
  }

  const never = { waitFor: 'never' };
  const prompts: Record<Phase, string> = {
    queued: 'Hello',
    injecting: 'Hello',
    running: script({ say: 'working' }, never),
    awaiting_permission: 'Use Bash to run: echo no',
  };

  /** A session of that target, whose queue stands still in the phase "queued". */
  async function sessionFor(phase: Phase): Promise<string> {
    const { projectId } = world.project;
    const aspTargetName = phase === 'injecting' ? 'slow' : 'quick';
    const { sessionId } = await world.client.ask('createSession', { body: { projectId, aspTargetName } });
    if (phase === 'queued') await world.client.ask('pauseQueue', { params: { sessionId } });
    return sessionId;
  }

  async function hold(phase: Phase): Promise<Held> {
    const sessionId = await sessionFor(phase);
    const asking = phase === 'awaiting_permission' ? { permissions: { mode: 'ask' } } : {};
    const { runId } = await world.start(prompts[phase], sessionId, asking);
    await world.reaches(runId, phase);
    return { runId, sessionId };
  }

  async function end({ runId }: Held): Promise<void> {
    await world.client.ask('cancelRun', { params: { runId } });
    await world.ended(runId, 'cancelled');
  }

  it.each(phases)('leaves "wait" with 130 while a run is %s, and the run goes on', async (phase) => {
    const held = await hold(phase);
    const terminal = open('wait', held.runId);
    await terminal.shows(/ · \d+ s/);
    terminal.press('C-c');
    const screen = await terminal.shows(/left with 130/);
    expect(screen).toContain(`The run goes on: quarterdeck wait ${held.runId}, or cancel ${held.runId}`);
    expect((await world.run(held.runId)).status).toBe(phase);
    await end(held);
  });

  it.each(phases)(
    'leaves "run --follow" with 130 while its run is %s, and the run goes on',
    async (phase) => {
      const sessionId = await sessionFor(phase);
      if (phase === 'awaiting_permission') {
        // A run of the command line has the policy of its target; this one joins a run that asks.
        const { runId } = await world.start(prompts[phase], sessionId, { permissions: { mode: 'ask' } });
        await world.reaches(runId, phase);
      }
      const terminal = open('run', '--session', sessionId, '--follow', prompts[phase]);
      const state = {
        queued: 'queued',
        injecting: 'starting',
        running: 'running',
        awaiting_permission: 'queued',
      };
      await terminal.shows(new RegExp(`${state[phase]} · \\d+ s`));
      terminal.press('C-c');
      await terminal.shows(/The run goes on[\s\S]*left with 130/);
      const { runs } = await world.client.ask('listSessionRuns', { params: { sessionId } });
      // What waits goes first: it would begin, and end, as soon as what is before it has ended.
      for (const { runId, status } of runs.reverse()) {
        expect(['queued', phase]).toContain(status);
        await end({ runId, sessionId });
      }
    },
  );

  it.each(phases)('leaves "tail" with 0 while a run is %s, and the run goes on', async (phase) => {
    const held = await hold(phase);
    const terminal = open('tail', held.sessionId, '--after', '0');
    await terminal.shows(/ · \d+ s/);
    terminal.press('C-c');
    await terminal.shows(/left with 0/);
    expect((await world.run(held.runId)).status).toBe(phase);
    await end(held);
  });

  it.each(phases.filter((phase) => phase !== 'queued'))(
    'interrupts the run in "attach" while it is %s, and leaves when it comes twice',
    async (phase) => {
      const held = await hold(phase);
      const terminal = open('attach', held.sessionId);
      await terminal.shows(phase === 'awaiting_permission' ? /\[y\]es/ : /working > $/m);
      terminal.press('C-c');
      await terminal.shows(/cancelled\nidle > $/m);
      expect((await world.run(held.runId)).status).toBe('cancelled');
      terminal.press('C-c');
      await terminal.shows(/left with 0/);
    },
  );

  it('cancels nothing in "attach" while all that there is waits', async () => {
    const held = await hold('queued');
    const terminal = open('attach', held.sessionId);
    await terminal.shows(/idle > $/m);
    terminal.press('C-c');
    await terminal.shows(/Ctrl-C again leaves/);
    terminal.press('C-c');
    await terminal.shows(/left with 0/);
    expect((await world.run(held.runId)).status).toBe('queued');
    await end(held);
  });
});
