import { describe, expect, test } from 'vitest';
import type { EventEnvelope } from '../../../src/contract/index.js';
import { isTerminalEventType, limits } from '../../../src/contract/index.js';
import { type InWorld, script } from './world.js';

export function describeQueue(world: InWorld): void {
  const session = (sessionId: string) => world().client.ask('getSession', { params: { sessionId } });
  const queueBehind = async (sessionId: string, count: number) => {
    const runIds: string[] = [];
    for (let n = 0; n < count; n += 1) {
      runIds.push((await world().start(script({ say: `${n}` }), sessionId)).runId);
    }
    return runIds;
  };
  const allEvents = async (sessionId: string) => {
    const events: EventEnvelope[] = [];
    for (let more = true; more; ) {
      const query = { limit: 1000, after: events.at(-1)?.seq ?? 0 };
      const page = await world().events({ params: { sessionId }, query });
      events.push(...page.events);
      more = page.hasMore;
    }
    return events;
  };

  describe('the queue of a session', () => {
    test('a hundred runs posted at once run one at a time, in the order in which they were queued', async () => {
      const sessionId = await world().newSession();
      const started = await Promise.all(
        Array.from({ length: 100 }, (_, index) => world().start(script({ say: `${index}` }), sessionId)),
      );
      await Promise.all(started.map(({ runId }) => world().ended(runId)));
      const events = await allEvents(sessionId);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      const runsOf = (fits: (type: string) => boolean) =>
        events.filter(({ type }) => fits(type)).map(({ runId }) => runId);
      const queued = runsOf((type) => type === 'run_queued');
      expect(queued).toHaveLength(100);
      expect(runsOf((type) => type === 'run_completed')).toEqual(queued);
      let active: string | undefined;
      for (const { type, runId } of events) {
        if (type === 'run_injecting') {
          expect(active).toBeUndefined();
          active = runId;
        } else if (isTerminalEventType(type)) {
          expect(runId).toBe(active);
          active = undefined;
        } else if (type !== 'run_queued' && runId !== undefined) {
          expect(runId).toBe(active);
        }
      }
    });

    test('queued runs know their position, and the session its length', async () => {
      const { sessionId, runId, gate } = await world().hold();
      const behind = [];
      for (let index = 0; index < 3; index += 1) behind.push(await world().start('Hello', sessionId));
      const positions = await Promise.all(
        behind.map(async (one) => (await world().run(one.runId)).queuePosition),
      );
      expect(positions).toEqual([1, 2, 3]);
      expect(await session(sessionId)).toMatchObject({ status: 'running', queue: { length: 3 } });
      expect(await world().run(runId)).not.toHaveProperty('queuePosition');
      await world().client.ask('cancelRun', { params: { runId: behind[0]?.runId ?? '' } });
      expect((await world().run(behind[2]?.runId ?? '')).queuePosition).toBe(2);
      gate.open();
      for (const one of behind.slice(1)) await world().ended(one.runId);
      expect(await session(sessionId)).toMatchObject({ status: 'idle', queue: { length: 0 } });
    });

    test('a paused queue starts nothing, lets the active run go on, and goes on when it is resumed', async () => {
      const { sessionId, runId, gate } = await world().hold();
      const params = { sessionId };
      const { client } = world();
      expect(await client.ask('pauseQueue', { params })).toMatchObject({ queue: { paused: true } });
      expect(await client.ask('pauseQueue', { params })).toMatchObject({ queue: { paused: true } });
      const behind = await world().start('Hello', sessionId);
      gate.open();
      await world().ended(runId);
      const waited = { params: { runId: behind.runId }, query: { timeoutMs: 100 } };
      expect(await client.ask('waitForRun', waited)).toMatchObject({ status: 'queued' });
      expect(await session(sessionId)).toMatchObject({
        status: 'queued',
        queue: { paused: true, length: 1 },
      });
      expect(await client.ask('resumeQueue', { params })).toMatchObject({ queue: { paused: false } });
      await world().ended(behind.runId);
      const types = (await allEvents(sessionId)).map(({ type }) => type);
      expect(types.filter((type) => type === 'queue_paused' || type === 'queue_resumed')).toEqual([
        'queue_paused',
        'queue_resumed',
      ]);
    });

    test('a queue is a list in order, with what each run waits for', async () => {
      const { sessionId, runId, gate } = await world().hold();
      const behind = await queueBehind(sessionId, 3);
      const params = { sessionId };
      const queue = await world().client.ask('getQueue', { params });
      expect(queue).toMatchObject({ sessionId, paused: false, activeRunId: runId, total: 3 });
      expect(queue.runs).toMatchObject(
        behind.map((one, index) => ({ runId: one, queuePosition: index + 1, waitingFor: 'turn' })),
      );
      const first = await world().client.call('getQueue', { params, query: { limit: 2 } });
      expect(first.body.runs.map((run) => run.runId)).toEqual(behind.slice(0, 2));
      expect(first.headers.link).toContain(`cursor=${behind[1]}`);
      await world().client.ask('pauseQueue', { params });
      const { pausedReason, runs } = await world().client.ask('getQueue', { params });
      expect(pausedReason).toBe('paused by request');
      expect(runs.map(({ waitingFor }) => waitingFor)).toEqual(['paused', 'paused', 'paused']);
      expect(await world().client.ask('clearQueue', { params })).toEqual({ sessionId, cancelled: 3 });
      gate.open();
      await world().ended(runId);
      for (const one of behind) await world().ended(one, 'cancelled');
    });

    test('a queued run is reworded and moved, and runs so', async () => {
      const { sessionId, runId, gate } = await world().hold();
      const behind = await queueBehind(sessionId, 4);
      const [a = '', b = '', c = '', d = ''] = behind;
      const edited = await world().client.ask('editRun', {
        params: { runId: b },
        body: { prompt: script({ say: 'reworded' }) },
      });
      expect(edited).toMatchObject({ status: 'queued', queuePosition: 2 });
      const move = (id: string, body: object) =>
        world().client.ask('moveRun', { params: { runId: id }, body });
      expect((await move(d, { to: 'first' })).queuePosition).toBe(1);
      expect((await move(a, { to: 'last' })).queuePosition).toBe(4);
      expect((await move(b, { after: c })).queuePosition).toBe(3);
      expect((await move(c, { before: d })).queuePosition).toBe(1);
      gate.open();
      for (const one of [runId, ...behind]) await world().ended(one);
      expect((await world().run(b)).finalOutput).toBe('reworded');
      const events = await allEvents(sessionId);
      const ended = events.filter(({ type }) => isTerminalEventType(type)).map((event) => event.runId);
      expect(ended).toEqual([runId, c, d, b, a]);
      const edits = events.filter(({ type }) => type === 'run_edited' || type === 'run_moved');
      expect(edits.map((event) => [event.type, event.runId])).toEqual([
        ['run_edited', b],
        ['run_moved', d],
        ['run_moved', a],
        ['run_moved', b],
        ['run_moved', c],
      ]);
    });

    test('what is not queued is neither reworded nor moved, and a move names one place', async () => {
      const { sessionId, runId, gate } = await world().hold();
      const [queued = ''] = await queueBehind(sessionId, 1);
      const { client } = world();
      const params = { runId };
      for (const refusal of [
        await client.refused('editRun', { params, body: { prompt: 'Hello' } }),
        await client.refused('moveRun', { params, body: { to: 'first' } }),
        await client.refused('runNow', { params }),
        await client.refused('moveRun', { params: { runId: queued }, body: { after: runId } }),
      ]) {
        expect(refusal).toMatchObject({ status: 409, code: 'run_not_queued' });
      }
      for (const body of [{}, { to: 'middle' }, { to: 'first', before: runId }]) {
        const refusal = await client.refused('moveRun', { params: { runId: queued }, body });
        expect(refusal).toMatchObject({ status: 400, code: 'validation_failed' });
      }
      const unknown = { runId: 'run_none' };
      const notFound = await client.refused('moveRun', { params: unknown, body: { to: 'first' } });
      expect(notFound.code).toBe('run_not_found');
      const body = { prompt: 'x'.repeat(limits.promptBytesMax + 1) };
      const tooLarge = await client.refused('editRun', { params: { runId: queued }, body });
      expect(tooLarge.code).toBe('prompt_too_large');
      gate.open();
      await world().ended(queued);
    });

    test('run-now goes first, and cancels what is active when asked to', async () => {
      const { sessionId, runId } = await world().hold();
      const [a = '', b = '', c = ''] = await queueBehind(sessionId, 3);
      const runNow = (id: string, body?: object) =>
        world().client.ask('runNow', { params: { runId: id }, ...(body === undefined ? {} : { body }) });
      expect(await runNow(b)).toMatchObject({ status: 'queued', queuePosition: 1, waitingFor: 'turn' });
      expect((await world().run(runId)).status).toBe('running');
      await runNow(c, { interrupt: true });
      await world().ended(runId, 'cancelled');
      for (const one of [a, b, c]) await world().ended(one);
      const ended = (await allEvents(sessionId)).filter(({ type }) => isTerminalEventType(type));
      expect(ended.map((event) => event.runId)).toEqual([runId, c, b, a]);
    });

    test('run-now leaves a paused queue paused, and says that the run waits for it', async () => {
      const sessionId = await world().newSession();
      const params = { sessionId };
      await world().client.ask('pauseQueue', { params });
      const [, b = ''] = await queueBehind(sessionId, 2);
      const first = await world().client.ask('runNow', { params: { runId: b } });
      expect(first).toMatchObject({ queuePosition: 1, waitingFor: 'paused' });
      await world().client.ask('resumeQueue', { params });
      await world().ended(b);
    });

    test('a failed run pauses the queue of a session that wants it, until somebody resumes it', async () => {
      const body = { projectId: world().project.projectId, queue: { pauseOnFailure: true } };
      const { sessionId, queue } = await world().client.ask('createSession', { body });
      expect(queue).toEqual({ paused: false, pauseOnFailure: true, delivery: 'queue', length: 0 });
      const { runId } = await world().start('Fail with x', sessionId);
      const [behind = ''] = await queueBehind(sessionId, 1);
      await world().ended(runId, 'failed');
      const paused = { paused: true, pausedReason: 'a run failed', failedRunId: runId };
      expect((await session(sessionId)).queue).toMatchObject(paused);
      expect(await world().run(behind)).toMatchObject({ status: 'queued', waitingFor: 'paused' });
      await world().client.ask('resumeQueue', { params: { sessionId } });
      await world().ended(behind);
      const change = { params: { sessionId }, body: { queue: { pauseOnFailure: false } } };
      expect((await world().client.ask('updateSession', change)).queue.pauseOnFailure).toBe(false);
      await world().ended((await world().start('Fail with x', sessionId)).runId, 'failed');
      expect((await session(sessionId)).queue.paused).toBe(false);
    });

    test('a session does not wait for another', async () => {
      const held = await world().hold();
      await world().complete('Hello');
      expect((await world().run(held.runId)).status).toBe('running');
      held.gate.open();
      await world().ended(held.runId);
    });
  });
}
