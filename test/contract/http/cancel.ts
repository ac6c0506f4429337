import { describe, expect, test } from 'vitest';
import { isTerminalEventType } from '../../../src/contract/index.js';
import { type InWorld, script } from './world.js';

export function describeCancel(world: InWorld): void {
  const cancel = (runId: string, body?: object) =>
    world().client.ask('cancelRun', { params: { runId }, ...(body === undefined ? {} : { body }) });
  const terminalEvents = async (runId: string) => {
    const { events } = await world().events({ params: { runId }, query: { limit: 1000 } });
    return events.filter(({ type }) => isTerminalEventType(type)).map(({ type }) => type);
  };

  describe('cancel', () => {
    test('a queued run is cancelled at once and leaves the active one alone', async () => {
      const { runId, sessionId, gate } = await world().hold();
      const queued = await world().start('Hello', sessionId);
      expect(await cancel(queued.runId)).toEqual({ runId: queued.runId, status: 'cancelled' });
      expect(await terminalEvents(queued.runId)).toEqual(['run_cancelled']);
      expect((await world().run(runId)).status).toBe('running');
      gate.open();
      await world().ended(runId);
    });

    test('a running run is cancelled, its words stay, and the session goes on with its context', async () => {
      const { runId, sessionId } = await world().hold();
      expect(await cancel(runId)).toEqual({ runId, status: 'cancelled' });
      expect(await terminalEvents(runId)).toEqual(['run_cancelled']);
      const { events } = await world().events({ params: { runId }, query: { types: 'message_end' } });
      expect(JSON.stringify(events)).toContain('holding');
      const { finalOutput } = await world().complete('What was my previous question?', sessionId);
      expect(finalOutput).toContain('holding');
    });

    test('a run that waits for permission is cancelled, and its request denied', async () => {
      const { runId } = await world().start(script({ ask: { toolName: 'Bash' } }));
      const { requestId } = await world().asked(runId);
      expect((await world().run(runId)).status).toBe('awaiting_permission');
      expect((await cancel(runId)).status).toBe('cancelled');
      const { events } = await world().events({ params: { runId }, query: { types: 'permission_decision' } });
      expect(events.map(({ event }) => event)).toMatchObject([
        { requestId, decision: 'deny', source: 'cancel' },
      ]);
      const refusal = await world().client.refused('decidePermission', {
        params: { requestId },
        body: { decision: 'allow' },
      });
      expect(refusal.code).toBe('permission_already_decided');
    });

    test('a cancel may be repeated', async () => {
      const { runId } = await world().hold();
      const first = await cancel(runId);
      expect(await cancel(runId)).toEqual(first);
      expect(await cancel(runId, { queue: 'clear' })).toEqual(first);
      expect(await terminalEvents(runId)).toEqual(['run_cancelled']);
    });

    test('a run that completed or failed is not cancelled any more', async () => {
      const { runId: completed } = await world().complete('Hello');
      const { runId: failed } = await world().start('Fail with x');
      await world().ended(failed, 'failed');
      for (const runId of [completed, failed]) {
        const refusal = await world().client.refused('cancelRun', { params: { runId } });
        expect(refusal).toMatchObject({ status: 409, code: 'run_already_ended' });
      }
    });

    test('the queue behind a cancelled run goes on, is cleared or is paused, as asked', async () => {
      for (const queue of ['keep', 'clear', 'pause'] as const) {
        const { runId, sessionId } = await world().hold();
        const behind = await world().start('Hello', sessionId);
        await cancel(runId, { queue });
        const params = { sessionId };
        if (queue === 'pause') {
          expect(await world().client.ask('getSession', { params })).toMatchObject({
            queue: { paused: true, length: 1 },
          });
          await world().client.ask('resumeQueue', { params });
        }
        await world().ended(behind.runId, queue === 'clear' ? 'cancelled' : 'completed');
        expect(await terminalEvents(behind.runId)).toHaveLength(1);
      }
    });

    test('an interrupt cancels what is active, if anything', async () => {
      const { runId, sessionId } = await world().hold();
      const behind = await world().start('Hello', sessionId);
      const interrupt = () => world().client.ask('interruptSession', { params: { sessionId } });
      expect(await interrupt()).toEqual({ sessionId, runId, status: 'cancelled' });
      await world().ended(behind.runId);
      expect(await interrupt()).toEqual({ sessionId });
    });

    test('an interrupt that clears the queue clears it also when nothing is active', async () => {
      const sessionId = await world().newSession();
      const params = { sessionId };
      await world().client.ask('pauseQueue', { params });
      const { runId } = await world().start('Hello', sessionId);
      const answer = await world().client.ask('interruptSession', { params, body: { queue: 'clear' } });
      expect(answer).toEqual({ sessionId });
      expect((await world().run(runId)).status).toBe('cancelled');
    });

    test('twenty cancels at once are one', async () => {
      const { runId } = await world().hold();
      const answers = await Promise.all(Array.from({ length: 20 }, () => cancel(runId)));
      expect(answers).toEqual(answers.map(() => ({ runId, status: 'cancelled' })));
      expect(await terminalEvents(runId)).toEqual(['run_cancelled']);
    });
  });
}
