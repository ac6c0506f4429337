/**
 * kill -9 of the server at every step between an admission and a terminal event, and a start on the same home: what was
 * handed over fails, what was provably not is run, and nothing is run twice.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunStatus, RunSummary } from '../../src/contract/index.js';
import type { Store } from '../../src/core/index.js';
import { fresh, type Gate, script, type World } from '../contract/http/world.js';
import { isConnectionError } from '../support/http-client.js';
import { expectSound } from './log-rules.js';
import { Program } from './program.js';

const failingServer = join(import.meta.dirname, 'failing-server.mjs');

interface FailPoint {
  method: keyof Store;
  when: 'before' | 'after';
  nth: number;
}

/** Those of the session in the order in which they were admitted, and how often the first one's tool has run. */
interface Left {
  runs: RunSummary[];
  toolRuns: number;
}

describe('a server that is killed', () => {
  let program: Program;
  let world: World;

  beforeAll(async () => {
    program = await Program.start();
    world = program.world;
  });
  afterAll(() => program?.leave());

  /** Lets the server die there while it does what it is asked to, and starts it again. */
  async function dieAt(
    failPoint: FailPoint,
    act: (sessionId: string, prompt: string) => Promise<unknown>,
    afterwards: (sessionId: string) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<Left> {
    const sessionId = await world.newSession();
    const file = join(world.project.root, fresh('ran'));
    const command = `echo ran >> ${file}`;
    await program.kill();
    await program.startAgain({ program: failingServer, args: [JSON.stringify(failPoint)] });
    const acting = act(
      sessionId,
      script({ say: 'one' }, { tool: { name: 'Bash', input: { command } } }, { say: 'two' }),
    );
    const cut = acting.catch((error: unknown) => {
      if (!isConnectionError(error)) throw error;
    });
    expect((await program.exited).signal).toBe('SIGKILL');
    await cut;
    await program.startAgain();
    await afterwards(sessionId);
    return { runs: await settled(sessionId), toolRuns: linesOf(file) };
  }

  /** The session works: what is left in it has ended, and it takes another run. */
  async function settled(sessionId: string): Promise<RunSummary[]> {
    const ids = async () => (await world.client.ask('listRuns', { query: { sessionId } })).runs.reverse();
    for (const { runId } of await ids()) await world.client.ask('waitForRun', { params: { runId } });
    const runs = await ids();
    await world.complete('Hello', sessionId);
    await expectSound(world, sessionId);
    return runs;
  }

  const expectRun = (run: RunSummary | undefined, status: RunStatus) => {
    expect(run).toMatchObject({ status });
    if (status === 'failed') expect(run?.error?.code).toBe('interrupted_by_restart');
  };

  const start = (sessionId: string, prompt: string) => world.start(prompt, sessionId);

  test.each([
    ['before the admission is written', 'admitRun', 'before', 1, undefined, 0],
    ['when the admission is written and not answered', 'admitRun', 'after', 1, 'completed', 1],
    ['when the run is taken and no agent is there', 'claimRuns', 'after', 1, 'completed', 1],
    [
      'when the agent is there and nothing says that it has the prompt',
      'handOverRun',
      'before',
      1,
      'completed',
      1,
    ],
    ['when the hand-over is written and the agent has no prompt', 'handOverRun', 'after', 1, 'failed', 0],
    ['when the turn is over and its end is not written', 'finishRun', 'before', 1, 'failed', 1],
    ['when the end is written', 'finishRun', 'after', 1, 'completed', 1],
  ] as const)('%s', async (_name, method, when, nth, status, toolRuns) => {
    const left = await dieAt({ method, when, nth }, start);
    expect(left.runs).toHaveLength(status === undefined ? 0 : 1);
    if (status !== undefined) expectRun(left.runs[0], status);
    expect(left.toolRuns).toBe(toolRuns);
  });

  const hanging = script({ say: 'one' }, { hang: true });
  const streaming = script({ emit: { count: 200_000, bytes: 20 } });

  test.each([
    ['at the first sign of life', 'startRun', 1, hanging],
    ['when the conversation can be restored', 'observeContinuation', 1, hanging],
    ['at the first event', 'appendRunEvents', 1, hanging],
    ['in the middle of the events', 'appendRunEvents', 20, streaming],
  ] as const)('%s', async (_name, method, nth, prompt) => {
    const failPoint = { method, nth, when: 'after' } as const;
    const { runs } = await dieAt(failPoint, (sessionId) => start(sessionId, prompt));
    expectRun(runs[0], 'failed');
  });

  test.each([
    ['before a permission request is written', 'requestPermission', 'before'],
    ['when a permission request is written', 'requestPermission', 'after'],
    ['when a permission is given and the agent does not know', 'decidePermission', 'after'],
  ] as const)('%s', async (_name, method, when) => {
    const { runs, toolRuns } = await dieAt({ method, when, nth: 1 }, async (sessionId) => {
      const { runId } = await world.start(script({ ask: { toolName: 'Bash' } }), sessionId);
      const { requestId } = await world.asked(runId);
      await world.client.ask('decidePermission', { params: { requestId }, body: { decision: 'allow' } });
    });
    expectRun(runs[0], 'failed');
    expect(toolRuns).toBe(0);
    const { permissions } = await world.client.ask('listPermissions', { query: { status: 'pending' } });
    expect(permissions).toEqual([]);
  });

  test.each([
    ['before a cancel is written', 'requestCancel', 'before', 'failed'],
    ['when a cancel is written', 'requestCancel', 'after', 'cancelled'],
    ['when a cancelled turn is over', 'finishRun', 'before', 'cancelled'],
  ] as const)('%s', async (_name, method, when, status) => {
    const { runs } = await dieAt({ method, when, nth: 1 }, async (sessionId) => {
      const { runId } = await world.hold(sessionId);
      await world.client.ask('cancelRun', { params: { runId } });
    });
    expectRun(runs[0], status);
  });

  test.each([
    ['before a text for the turn is written', { method: 'admitRun', when: 'before', nth: 2 }, undefined],
    [
      'when a text for the turn is written and not told',
      { method: 'admitRun', when: 'after', nth: 2 },
      'failed',
    ],
    ['when a text was told and nothing says so', { method: 'settleSteer', when: 'before', nth: 1 }, 'failed'],
    [
      'when it is written that a text was taken',
      { method: 'settleSteer', when: 'after', nth: 1 },
      'completed',
    ],
  ] as const)('%s', async (_name, failPoint, status) => {
    const { runs, toolRuns } = await dieAt(failPoint, async (sessionId, prompt) => {
      await world.hold(sessionId);
      await world.start(prompt, sessionId, { delivery: 'steer' });
    });
    expectRun(runs[0], 'failed');
    expect(runs).toHaveLength(status === undefined ? 1 : 2);
    if (status !== undefined) expectRun(runs[1], status);
    expect(toolRuns).toBe(0);
  });

  /** It uses one tool too many, and ends when it is resumed. */
  function parkedRun() {
    const gate = world.gate();
    const bash = { tool: { name: 'Bash', input: { command: 'true' } } };
    const prompt = script(bash, bash, gate.step, { say: 'two tools' });
    const park = (sessionId: string) => world.start(prompt, sessionId, { budget: { maxToolCalls: 1 } });
    return { park, resume: (sessionId: string) => resumeParked(sessionId, gate) };
  }

  async function resumeParked(sessionId: string, gate: Gate): Promise<void> {
    gate.open();
    const { runs } = await world.client.ask('listRuns', { query: { sessionId } });
    const runId = runs.find(({ status }) => status === 'parked')?.runId ?? '';
    await world.client.ask('resumeRun', { params: { runId }, body: { raise: { maxToolCalls: 9 } } });
  }

  test('before a run whose budget is used up is parked', async () => {
    const { runs } = await dieAt({ method: 'parkRun', when: 'before', nth: 1 }, parkedRun().park);
    expectRun(runs[0], 'failed');
  });

  test.each([
    ['when a run is parked', 'parkRun', 'after'],
    ['before it is written that a parked run goes on', 'resumeRun', 'before'],
  ] as const)('%s', async (_name, method, when) => {
    const { park, resume } = parkedRun();
    const { runs } = await dieAt(
      { method, when, nth: 1 },
      async (sessionId) => {
        const { runId } = await park(sessionId);
        await world.reaches(runId, 'parked');
        await resume(sessionId);
      },
      resume,
    );
    expectRun(runs[0], 'completed');
    expect(runs).toHaveLength(1);
  });

  test('when it is written that a parked run goes on and nobody was told', async () => {
    const { park, resume } = parkedRun();
    const { runs } = await dieAt({ method: 'resumeRun', when: 'after', nth: 1 }, async (sessionId) => {
      await world.reaches((await park(sessionId)).runId, 'parked');
      await resume(sessionId);
    });
    expectRun(runs[0], 'completed');
  });

  test.each([
    ['when the hand-over is written and the agent has no prompt', 'handOverRun', 'after', 1],
    ['when the turn is over and its end is not written', 'finishRun', 'before', 2],
  ] as const)('%s, in a project that wants its agents to go on', async (_name, method, when, toolRuns) => {
    const params = { projectId: world.project.projectId };
    const onRestart = (policy: 'fail' | 'continue') =>
      world.client.ask('updateProject', { params, body: { onRestart: policy } });
    await onRestart('continue');
    try {
      const left = await dieAt({ method, when, nth: 1 }, start);
      expectRun(left.runs[0], 'completed');
      expect(left.toolRuns).toBe(toolRuns);
    } finally {
      await onRestart('fail');
    }
  });

  /** Behind a run that is active, two that wait; what becomes of the latter is their words. */
  async function dieAtEdit(failPoint: FailPoint, edit: (second: string) => Promise<unknown>): Promise<Left> {
    return dieAt(failPoint, async (sessionId) => {
      await world.hold(sessionId);
      await world.start(script({ say: 'first' }), sessionId);
      await edit((await world.start(script({ say: 'second' }), sessionId)).runId);
    });
  }

  const outputs = async ({ runs }: Left) => {
    const whole = await Promise.all(runs.slice(1).map(({ runId }) => world.run(runId)));
    const ended = [...whole].sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
    return ended.map(({ status, finalOutput }) => finalOutput ?? status);
  };

  test.each([
    ['before an edit is written', 'before', ['first', 'second']],
    ['when an edit is written and not answered', 'after', ['first', 'edited']],
  ] as const)('%s', async (_name, when, wanted) => {
    const left = await dieAtEdit({ method: 'editRun', when, nth: 1 }, (runId) =>
      world.client.ask('editRun', { params: { runId }, body: { prompt: script({ say: 'edited' }) } }),
    );
    expectRun(left.runs[0], 'failed');
    expect(await outputs(left)).toEqual(wanted);
  });

  test.each([
    ['before a move that interrupts is written', 'before', 'failed', ['first', 'second']],
    ['when a move that interrupts is written', 'after', 'cancelled', ['second', 'first']],
  ] as const)('%s', async (_name, when, active, wanted) => {
    const left = await dieAtEdit({ method: 'moveRun', when, nth: 1 }, (runId) =>
      world.client.ask('runNow', { params: { runId }, body: { interrupt: true } }),
    );
    expectRun(left.runs[0], active);
    expect(await outputs(left)).toEqual(wanted);
  });

  test('when a queue is cleared and nobody was told', async () => {
    const left = await dieAtEdit({ method: 'clearQueue', when: 'after', nth: 1 }, async (runId) => {
      const { sessionId } = await world.run(runId);
      await world.client.ask('clearQueue', { params: { sessionId } });
    });
    expectRun(left.runs[0], 'failed');
    expect(await outputs(left)).toEqual(['cancelled', 'cancelled']);
  });

  test.each(['before', 'after'] as const)(
    'again %s what it puts back in its queue is written',
    async (when) => {
      const again: FailPoint = { method: 'recoverRuns', when, nth: 1 };
      const { runs, toolRuns } = await dieAt(
        { method: 'claimRuns', when: 'after', nth: 1 },
        async (sessionId, prompt) => {
          await start(sessionId, prompt).catch((error: unknown) => {
            if (!isConnectionError(error)) throw error;
          });
          await program.exited;
          const restarting = program.startAgain({ program: failingServer, args: [JSON.stringify(again)] });
          await expect(restarting).rejects.toThrow('SIGKILL');
        },
      );
      expectRun(runs[0], 'completed');
      expect(toolRuns).toBe(1);
    },
  );
});

function linesOf(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}
