import { describe, expect, it } from 'vitest';
import type { ClaimedRun, ForkRequest } from '../../../src/core/index.js';
import { expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

const record = { scope: 'POST /admin/sessions/:sessionId/fork', key: 'k', bodyHash: 'hash' };

describe.each(storesUnderTest)('forks of sessions in $name', (subject) => {
  async function worldWithProject(): Promise<StoreWorld> {
    const world = await openWorld(subject);
    await world.project();
    return world;
  }

  function fork(
    world: StoreWorld,
    sessionId: string,
    wanted: Partial<ForkRequest> = {},
    key?: typeof record,
  ) {
    const own = { sessionId: world.clock.newId('ses'), name: 'A fork', metadata: {}, at: world.now };
    return world.store.forkSession({ sessionId, canForkAt: 'at_run', fork: own, ...wanted }, key);
  }

  /** A run that ended; `place` is its checkpoint, absent where the agent gave none. */
  async function run(world: StoreWorld, sessionId: string, place?: string): Promise<ClaimedRun> {
    const claimed = await world.running({ sessionId });
    const continuation = { provider: 'unknown', key: `talk of ${sessionId}` } as const;
    await world.finish(claimed, { continuation, ...(place === undefined ? {} : { checkpoint: place }) });
    return claimed;
  }

  function park(world: StoreWorld, claim: ClaimedRun): Promise<void> {
    const parking = { reason: 'budget', scope: 'run', message: 'Used up.' } as const;
    return world.store.parkRun(claim, { parking, activeMs: 0, toolHistory: [], at: world.now });
  }

  async function sourceWithRuns(world: StoreWorld, ...places: (string | undefined)[]) {
    const { sessionId } = await world.session();
    const runIds: string[] = [];
    for (const place of places) runIds.push((await run(world, sessionId, place)).runId);
    return { sessionId, runIds, continuation: `talk of ${sessionId}` };
  }

  /** The first run of a fork, claimed. */
  async function begin(world: StoreWorld, sessionId: string, freshContext = false): Promise<ClaimedRun> {
    await world.admit({ sessionId, freshContext });
    return world.claimOne();
  }

  it('has its settings from the source, a place of its own, and the lineage of both', async () => {
    const world = await worldWithProject();
    const queue = { pauseOnFailure: true, delivery: 'steer' } as const;
    const budget = { maxTokens: 9 };
    const of = { model: 'big', direct: true, metadata: { a: 1 }, queue, budget };
    const source = await world.session(of);
    const { runId } = await run(world, source.sessionId, 'p1');
    const made = await fork(world, source.sessionId);
    const { projectId, aspTargetName, harness } = source;
    const forkedFrom = { sessionId: source.sessionId, runId };
    const same = { projectId, aspTargetName, harness, model: 'big', budget };
    expect(made).toMatchObject({ ...same, name: 'A fork', metadata: {}, queue, forkedFrom, headSeq: 1 });
    expect(await world.store.findSession(made.sessionId)).toEqual(made);
    expect(await begin(world, made.sessionId)).toMatchObject({ direct: true, session: { model: 'big' } });
  });

  it('begins its log with the place in the log of its source', async () => {
    const world = await worldWithProject();
    const { sessionId, runIds } = await sourceWithRuns(world, 'p1', 'p2');
    const made = await fork(world, sessionId, { atRunId: runIds[0] ?? '' });
    const ofRun = await world.log(sessionId, runIds[0]);
    const [first] = await world.log(made.sessionId);
    expect(JSON.parse(first?.json ?? '')).toEqual({
      type: 'session_forked',
      fromSessionId: sessionId,
      fromRunId: runIds[0],
      fromSeq: ofRun.at(-1)?.seq,
      forkedAt: made.createdAt,
    });
  });

  it('gives its runs what to copy until there is a continuation of its own', async () => {
    const world = await worldWithProject();
    const { sessionId, runIds, continuation } = await sourceWithRuns(world, 'p1', 'p2');
    const made = await fork(world, sessionId, { atRunId: runIds[0] ?? '' });
    const origin = { sessionId, runId: runIds[0], continuation, checkpoint: 'p1' };
    const failing = await begin(world, made.sessionId);
    expect(failing.fork).toEqual(origin);
    expect(failing.continuation).toBeUndefined();
    await world.begin(failing);
    await world.fail(failing);
    const dying = await begin(world, made.sessionId);
    await world.begin(dying);
    if (subject.keepsData) await world.reopen();
    await world.store.recoverRuns(world.now);
    const third = await begin(world, made.sessionId);
    expect(third.fork).toEqual(origin);
    await world.begin(third);
    await world.store.observeContinuation(third, { provider: 'unknown', key: 'own' }, world.now);
    await world.fail(third);
    const fourth = await begin(world, made.sessionId);
    expect(fourth).toMatchObject({ continuation: 'own' });
    expect(fourth.fork).toBeUndefined();
    expect((await world.store.findSession(made.sessionId))?.forkedFrom).toEqual({
      sessionId,
      runId: runIds[0],
    });
  });

  it('keeps the answer to its idempotency key', async () => {
    const world = await worldWithProject();
    const { sessionId } = await sourceWithRuns(world, 'p1');
    const made = await fork(world, sessionId, {}, record);
    expect((await world.store.findAnswer(record.scope, record.key))?.response).toEqual(made);
    await expectRefusal(fork(world, sessionId, {}, record), 'idempotency_conflict');
    expect(await world.store.listSessions({}, { limit: 9 })).toHaveLength(2);
  });

  it('is of the last run that reached the agent and ended, where none is named', async () => {
    const world = await worldWithProject();
    const { sessionId, runIds } = await sourceWithRuns(world, 'p1');
    const queued = await world.admit({ sessionId });
    await world.cancel(queued.runId);
    const unopened = await begin(world, sessionId);
    await world.fail(unopened);
    await world.running({ sessionId });
    expect((await fork(world, sessionId)).forkedFrom?.runId).toBe(runIds[0]);
  });

  it('is refused where there is nothing to fork, and the source stays as it is', async () => {
    const world = await worldWithProject();
    const { sessionId, runIds } = await sourceWithRuns(world, undefined, 'p2');
    const other = await sourceWithRuns(world, 'p1');
    const empty = await world.session();
    const active = await world.running({ sessionId });
    const queued = await world.admit({ sessionId });
    const log = await world.log(sessionId);
    const at = (atRunId = '') => fork(world, sessionId, { atRunId });
    await expectRefusal(fork(world, 'ses_none'), 'session_not_found');
    await expectRefusal(fork(world, empty.sessionId), 'no_fork_point');
    await expectRefusal(at(runIds[0]), 'no_fork_point');
    await expectRefusal(at('run_none'), 'run_not_found');
    await expectRefusal(at(other.runIds[0]), 'no_fork_point');
    await expectRefusal(at(active.runId), 'run_not_ended');
    await expectRefusal(at(queued.runId), 'run_not_ended');
    await world.cancel(queued.runId);
    await expectRefusal(at(queued.runId), 'no_fork_point');
    await world.fail(active);
    expect(await world.log(sessionId)).toHaveLength(log.length + 3);
  });

  it('names the run whose turn took a steered one in', async () => {
    const world = await worldWithProject();
    const { sessionId } = await sourceWithRuns(world, 'p1');
    const into = (await world.running({ sessionId })).runId;
    const { runId } = await world.deliver({ sessionId, delivery: 'steer', steerable: () => true });
    await world.store.settleSteer(runId, { outcome: 'injected', into }, undefined, world.now);
    await expect(fork(world, sessionId, { atRunId: runId })).rejects.toThrow(into);
  });

  describe('of agents that copy only what is now', () => {
    const latest = { canForkAt: 'latest' } as const;

    it('are at the last run, and not while one is active', async () => {
      const world = await worldWithProject();
      const { sessionId, runIds, continuation } = await sourceWithRuns(world, undefined, undefined);
      await expectRefusal(fork(world, sessionId, { ...latest, atRunId: runIds[0] ?? '' }), 'unsupported');
      const made = await fork(world, sessionId, { ...latest, atRunId: runIds[1] ?? '' });
      const claimed = await begin(world, made.sessionId);
      expect(claimed.fork).toEqual({ sessionId, runId: runIds[1], continuation });
      await world.begin(claimed);
      await world.finish(claimed);
      await world.running({ sessionId });
      await expectRefusal(fork(world, sessionId, latest), 'session_busy');
    });

    it('are handed no prompt when the source has gone on, unless the run wants a new context', async () => {
      const world = await worldWithProject();
      const { sessionId } = await sourceWithRuns(world, undefined);
      const [refused, anew] = [await fork(world, sessionId, latest), await fork(world, sessionId, latest)];
      const going = await world.running({ sessionId });
      const first = await begin(world, refused.sessionId);
      await expectRefusal(world.store.handOverRun(first, world.now), 'resume_lost');
      await world.finish(going);
      await expectRefusal(world.store.handOverRun(first, world.now), 'resume_lost');
      expect(await world.types(refused.sessionId, first.runId)).not.toContain('agent_start');
      await world.begin(await begin(world, anew.sessionId, true));
    });

    it('are handed their prompt when what came to the source since never reached its agent', async () => {
      const world = await worldWithProject();
      const { sessionId } = await sourceWithRuns(world, undefined);
      const made = await fork(world, sessionId, latest);
      const unopened = await begin(world, sessionId);
      await world.fail(unopened);
      await world.begin(await begin(world, made.sessionId));
    });

    it('are not at a run before one that was parked, whose agent has begun with it', async () => {
      const world = await worldWithProject();
      const { sessionId, runIds, continuation } = await sourceWithRuns(world, undefined);
      const made = await fork(world, sessionId, latest);
      const before = { ...latest, atRunId: runIds[0] ?? '' };
      const parked = await world.running({ sessionId });
      await park(world, parked);
      await expectRefusal(fork(world, sessionId, latest), 'session_busy');
      await expectRefusal(fork(world, sessionId, before), 'session_busy');
      const first = await begin(world, made.sessionId);
      await expectRefusal(world.store.handOverRun(first, world.now), 'resume_lost');
      await world.cancel(parked.runId);
      await expectRefusal(fork(world, sessionId, before), 'unsupported');
      const after = await fork(world, sessionId, latest);
      expect(after.forkedFrom).toEqual({ sessionId, runId: parked.runId });
      expect((await begin(world, after.sessionId)).fork).toMatchObject({ continuation });
    });

    it('are not while a run that was interrupted waits to go on', async () => {
      const world = await worldWithProject();
      const { sessionId } = await sourceWithRuns(world, undefined);
      await world.store.updateProject('rex', { onRestart: 'continue' }, world.now);
      await world.running({ sessionId });
      await world.store.recoverRuns(world.now);
      await expectRefusal(fork(world, sessionId, latest), 'session_busy');
    });

    it('come also of an agent that can do more, at a last run without a place', async () => {
      const world = await worldWithProject();
      const { sessionId, continuation, runIds } = await sourceWithRuns(world, 'p1', undefined);
      const made = await fork(world, sessionId);
      const claimed = await begin(world, made.sessionId);
      expect(claimed.fork).toEqual({ sessionId, runId: runIds[1], continuation });
    });
  });

  it('keeps its source from being deleted until it has begun, and goes with its project', async () => {
    const world = await worldWithProject();
    const { sessionId, continuation } = await sourceWithRuns(world, 'p1');
    await world.store.updateSession(sessionId, { archived: true }, world.now);
    const made = await fork(world, sessionId);
    await expectRefusal(world.store.deleteSession(sessionId), 'session_busy');
    expect(await world.store.deleteArchived(world.now + 1)).toBeUndefined();
    const claimed = await begin(world, made.sessionId);
    await world.begin(claimed);
    await world.finish(claimed, { continuation: { provider: 'unknown', key: 'own' } });
    expect((await world.store.deleteArchived(world.now + 1))?.continuations).toEqual([continuation]);
    const child = await fork(world, made.sessionId);
    const removed = await world.store.deleteProject('rex');
    expect(new Set(removed.map((one) => one.sessionId))).toEqual(new Set([made.sessionId, child.sessionId]));
  });

  it('is deleted without its source, which is free again', async () => {
    const world = await worldWithProject();
    const { sessionId } = await sourceWithRuns(world, 'p1');
    const made = await fork(world, sessionId);
    expect((await world.store.deleteSession(made.sessionId)).continuations).toEqual([]);
    await world.store.deleteSession(sessionId);
  });
});
