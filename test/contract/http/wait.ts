import { describe, expect, test } from 'vitest';
import { type InWorld, script } from './world.js';

export function describeWait(world: InWorld): void {
  const wait = (runId: string, timeoutMs: number) =>
    world().client.ask('waitForRun', { params: { runId }, query: { timeoutMs } });

  describe('wait', () => {
    test('a run that has ended is answered at once, however long one would wait', async () => {
      const { runId, sessionId } = await world().complete(script({ say: 'done' }));
      const outcome = {
        runId,
        sessionId,
        status: 'completed',
        finalOutput: 'done',
        completedAt: expect.any(Number),
      };
      expect(await wait(runId, 600_000)).toEqual(outcome);
      expect(await wait(runId, 0)).toEqual(outcome);
    });

    test('at the timeout the answer is the present state', async () => {
      const { runId, sessionId, gate } = await world().hold();
      const queued = await world().start(script({ say: 'later' }), sessionId);
      for (const timeoutMs of [0, 1, 60]) {
        expect(await wait(runId, timeoutMs)).toEqual({ runId, sessionId, status: 'running', timedOut: true });
        expect(await wait(queued.runId, timeoutMs)).toMatchObject({ status: 'queued', timedOut: true });
      }
      gate.open();
      await world().ended(queued.runId);
    });

    test('all who wait are answered when the run ends', async () => {
      const { runId, gate } = await world().hold();
      const waiting = Array.from({ length: 50 }, () => wait(runId, 45_000));
      gate.open();
      const outcomes = await Promise.all(waiting);
      expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
      expect(outcomes[0]).toMatchObject({ status: 'completed', finalOutput: 'let go' });
    });

    test('one who goes away cancels nothing', async () => {
      const { runId, gate } = await world().hold();
      const leaving = new AbortController();
      const gone = world().client.call('waitForRun', { params: { runId }, signal: leaving.signal });
      // The server holds the wait by the time it has answered what was asked after it.
      await wait(runId, 20);
      leaving.abort();
      await expect(gone).rejects.toThrow();
      expect((await wait(runId, 0)).status).toBe('running');
      gate.open();
      await world().ended(runId);
    });
  });
}
