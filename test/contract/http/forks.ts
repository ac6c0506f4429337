import { describe, expect, test } from 'vitest';
import { fresh, type InWorld, script } from './world.js';

const previous = 'What was my previous question?';

export function describeForks(world: InWorld): void {
  const fork = (sessionId: string, body: object = {}) =>
    world().client.ask('forkSession', { params: { sessionId }, body });
  const refused = (sessionId: string, body: object = {}) =>
    world().client.refused('forkSession', { params: { sessionId }, body });
  const ask = async (sessionId: string) => (await world().complete(previous, sessionId)).finalOutput;

  async function threeRuns() {
    const first = await world().complete('Remember 1');
    const { sessionId } = first;
    const second = await world().complete('Remember 2', sessionId);
    const third = await world().complete('Remember 3', sessionId);
    return { sessionId, runIds: [first.runId, second.runId, third.runId] as const };
  }

  describe('forks', () => {
    test('a fork at the first of three runs knows the first alone, and the source goes on', async () => {
      const { sessionId, runIds } = await threeRuns();
      const made = await fork(sessionId, { atRunId: runIds[0], name: 'Other way', metadata: { a: 1 } });
      const source = await world().client.ask('getSession', { params: { sessionId } });
      expect(made).toMatchObject({
        name: 'Other way',
        metadata: { a: 1 },
        forkedFrom: { sessionId, runId: runIds[0] },
        status: 'idle',
        projectId: source.projectId,
        harness: source.harness,
        aspTargetName: source.aspTargetName,
        runtime: { continuationKeyPresent: false },
      });
      expect(source.forkedFrom).toBeUndefined();

      const asked = await world().complete(previous, made.sessionId);
      expect(asked.finalOutput).toContain('"Remember 1"');
      expect((await world().run(asked.runId)).resume).toEqual({
        mode: 'native',
        reason: `forked from session ${sessionId} after run ${runIds[0]}`,
        forkedFrom: { sessionId, runId: runIds[0] },
      });
      expect(await ask(sessionId)).toContain('"Remember 3"');
      expect(await ask(made.sessionId)).toContain(previous);
      expect((await world().client.ask('listSessionRuns', { params: { sessionId } })).total).toBe(4);
    });

    test('its log begins with where it comes from, and the history is at the source', async () => {
      const { sessionId, runIds } = await threeRuns();
      const made = await fork(sessionId, { atRunId: runIds[1] });
      expect(made.headSeq).toBe(1);
      const { events } = await world().events({ params: { sessionId: made.sessionId } });
      expect(events).toMatchObject([
        { seq: 1, event: { type: 'session_forked', fromSessionId: sessionId, fromRunId: runIds[1] } },
      ]);
      const [first] = events;
      if (first?.event.type !== 'session_forked') throw new Error('it begins with something else');
      const query = { before: first.event.fromSeq + 1, order: 'desc', limit: 1 };
      const history = await world().events({ params: { sessionId }, query });
      expect(history.events).toMatchObject([{ event: { type: 'run_completed', runId: runIds[1] } }]);
    });

    test('without a run it is the last one that the agent has ended, also while another is active', async () => {
      const { sessionId, runId } = await world().complete('Remember 1');
      const { gate, runId: active } = await world().hold(sessionId);
      const made = await fork(sessionId);
      expect(made.forkedFrom).toEqual({ sessionId, runId });
      expect(await ask(made.sessionId)).toContain('"Remember 1"');
      gate.open();
      await world().ended(active);
    });

    test('a fork can be forked once it has begun', async () => {
      const { sessionId, runIds } = await threeRuns();
      const child = await fork(sessionId, { atRunId: runIds[0] });
      expect(await refused(child.sessionId)).toMatchObject({ status: 409, code: 'no_fork_point' });
      const { runId } = await world().complete('Remember 7', child.sessionId);
      const grandchild = await fork(child.sessionId);
      expect(grandchild.forkedFrom).toEqual({ sessionId: child.sessionId, runId });
      expect(await ask(grandchild.sessionId)).toContain('"Remember 7"');
      expect(await ask(sessionId)).toContain('"Remember 3"');
    });

    test('a first run that wants a new context gets one, and the fork is over', async () => {
      const { sessionId } = await world().complete('Remember 1');
      const made = await fork(sessionId);
      const { runId } = await world().start(previous, made.sessionId, { resume: 'fresh' });
      expect((await world().ended(runId)).finalOutput).not.toContain('Remember 1');
      expect((await world().run(runId)).resume?.mode).toBe('fresh');
      await world().client.ask('deleteSession', { params: { sessionId } });
    });

    test('what cannot be forked is refused in words', async () => {
      expect(await refused(fresh('ses'))).toMatchObject({ status: 404, code: 'session_not_found' });
      const empty = await world().newSession();
      expect(await refused(empty)).toMatchObject({ status: 409, code: 'no_fork_point' });
      const { sessionId } = await world().complete('Hello');
      const other = await world().complete('Hello');
      expect(await refused(sessionId, { atRunId: fresh('run') })).toMatchObject({ code: 'run_not_found' });
      expect(await refused(sessionId, { atRunId: other.runId })).toMatchObject({ code: 'no_fork_point' });
      const { gate, runId } = await world().hold(sessionId);
      const queued = await world().start(script({ say: 'later' }), sessionId);
      for (const atRunId of [runId, queued.runId])
        expect(await refused(sessionId, { atRunId })).toMatchObject({ status: 409, code: 'run_not_ended' });
      await world().client.ask('cancelRun', { params: { runId: queued.runId }, body: {} });
      expect(await refused(sessionId, { atRunId: queued.runId })).toMatchObject({ code: 'no_fork_point' });
      gate.open();
      await world().ended(runId);
    });

    test('the source of a fork that has not begun is not deleted; the words name the fork', async () => {
      const { sessionId } = await world().complete('Remember 1');
      const made = await fork(sessionId);
      const refusal = await world().client.refused('deleteSession', { params: { sessionId } });
      expect(refusal).toMatchObject({ status: 409, code: 'session_busy' });
      expect(refusal.message).toContain(made.sessionId);
      expect(await ask(made.sessionId)).toContain('"Remember 1"');
      await world().client.ask('deleteSession', { params: { sessionId } });
      expect(await ask(made.sessionId)).toContain(previous);
      const { forkedFrom } = await world().client.ask('getSession', {
        params: { sessionId: made.sessionId },
      });
      expect(forkedFrom?.sessionId).toBe(sessionId);
    });
  });
}
