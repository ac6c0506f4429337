import { describe, expect, it } from 'vitest';
import type { QueuePlace } from '../../../src/core/index.js';
import { SeededRandom } from '../../support/store-random.js';
import { expectRefusal, openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('editing a queue in $name', (subject) => {
  /** A session with so many queued runs. */
  async function queueOf(length: number) {
    const world = await openWorld(subject);
    await world.project();
    const { sessionId } = await world.session();
    const runIds: string[] = [];
    for (let n = 0; n < length; n += 1) runIds.push((await world.admit({ sessionId })).runId);
    return { world, sessionId, runIds };
  }

  async function listed(world: StoreWorld, sessionId: string): Promise<string[]> {
    const { runs } = await world.store.readQueue(sessionId, { limit: 500 });
    expect(runs.map(({ queuePosition }) => queuePosition)).toEqual(runs.map((_, index) => index + 1));
    return runs.map(({ runId }) => runId);
  }

  const move = (world: StoreWorld, runId: string | undefined, place: QueuePlace, interrupt = false) =>
    world.store.moveRun(runId ?? '', place, interrupt, world.now);

  async function lastEvent(world: StoreWorld, sessionId: string): Promise<unknown> {
    return JSON.parse((await world.log(sessionId)).at(-1)?.json ?? '');
  }

  it('lists the queued runs in order, with what each waits for', async () => {
    const { world, sessionId, runIds } = await queueOf(3);
    const before = await world.store.readQueue(sessionId, { limit: 10 });
    expect(before).toMatchObject({ sessionId, paused: false, pauseOnFailure: false, total: 3 });
    expect(before.runs.map(({ waitingFor }) => waitingFor)).toEqual(['slot', 'turn', 'turn']);
    const { runId } = await world.claimOne();
    const { runs, activeRunId } = await world.store.readQueue(sessionId, { limit: 10 });
    expect(activeRunId).toBe(runId);
    expect(runs.map((run) => [run.runId, run.waitingFor])).toEqual([
      [runIds[1], 'turn'],
      [runIds[2], 'turn'],
    ]);
    await world.store.setQueuePaused(sessionId, true, 'lunch', world.now);
    const paused = await world.store.readQueue(sessionId, { limit: 1 });
    expect(paused).toMatchObject({ paused: true, pausedReason: 'lunch', total: 2 });
    expect(paused.runs).toMatchObject([{ runId: runIds[1], waitingFor: 'paused' }]);
    const rest = await world.store.readQueue(sessionId, { limit: 9, cursor: runIds[1] ?? '' });
    expect(rest.runs.map((run) => run.runId)).toEqual([runIds[2]]);
    expect((await world.store.readQueue(sessionId, { limit: 9, cursor: 'run_none' })).runs).toEqual([]);
    await expectRefusal(world.store.readQueue('ses_none', { limit: 9 }), 'session_not_found');
  });

  it.each<[string, number, (ids: readonly string[]) => QueuePlace, number[]]>([
    ['to the front', 3, () => ({ to: 'first' }), [3, 0, 1, 2, 4]],
    ['to the end', 1, () => ({ to: 'last' }), [0, 2, 3, 4, 1]],
    ['before one ahead of it', 3, (ids) => ({ before: ids[1] ?? '' }), [0, 3, 1, 2, 4]],
    ['before one behind it', 0, (ids) => ({ before: ids[3] ?? '' }), [1, 2, 0, 3, 4]],
    ['after one ahead of it', 4, (ids) => ({ after: ids[0] ?? '' }), [0, 4, 1, 2, 3]],
    ['after one behind it', 0, (ids) => ({ after: ids[4] ?? '' }), [1, 2, 3, 4, 0]],
  ])('moves a run %s, says so in the log, and claims in the new order', async (_, from, place, order) => {
    const { world, sessionId, runIds } = await queueOf(5);
    const runId = runIds[from] ?? '';
    await move(world, runId, place(runIds));
    const expected = order.map((index) => runIds[index]);
    expect(await listed(world, sessionId)).toEqual(expected);
    const queuePosition = order.indexOf(from) + 1;
    const moved = { type: 'run_moved', runId, queuePosition, movedAt: world.now };
    expect(await lastEvent(world, sessionId)).toEqual(moved);
    const claimed: string[] = [];
    for (const _run of runIds) {
      const run = await world.claimOne();
      claimed.push(run.runId);
      await world.finish(run);
    }
    expect(claimed).toEqual(expected);
  });

  it('writes nothing when a run is moved to where it is', async () => {
    const { world, sessionId, runIds } = await queueOf(3);
    const before = await world.log(sessionId);
    await move(world, runIds[0], { to: 'first' });
    await move(world, runIds[2], { to: 'last' });
    await move(world, runIds[1], { after: runIds[0] ?? '' });
    await move(world, runIds[1], { before: runIds[2] ?? '' });
    await move(world, runIds[1], { before: runIds[1] ?? '' });
    expect(await world.log(sessionId)).toEqual(before);
  });

  it('edits and moves only what is queued, next to what is queued in the same session', async () => {
    const { world, sessionId, runIds } = await queueOf(2);
    const other = await world.admit();
    const active = await world.claimOne();
    const before = await world.log(sessionId);
    for (const runId of [active.runId, 'run_none']) {
      const code = runId === 'run_none' ? 'run_not_found' : 'run_not_queued';
      await expectRefusal(move(world, runId, { to: 'first' }), code);
      await expectRefusal(world.store.editRun(runId, 'x', world.now), code);
    }
    for (const neighbour of [active.runId, other.runId, 'run_none']) {
      await expectRefusal(move(world, runIds[1], { before: neighbour }), 'run_not_queued');
    }
    expect(await world.log(sessionId)).toEqual(before);
  });

  it('gives the edited prompt to whoever claims the run', async () => {
    const { world, sessionId, runIds } = await queueOf(1);
    const runId = runIds[0] ?? '';
    await world.store.editRun(runId, 'roll over', world.now);
    const input = { content: 'roll over' };
    expect(await world.store.findRun(runId)).toMatchObject({ input, inputPreview: 'roll over' });
    const edited = { type: 'run_edited', runId, input, editedAt: world.now };
    expect(await lastEvent(world, sessionId)).toEqual(edited);
    expect((await world.claimOne()).prompt).toBe('roll over');
  });

  it('asks the active run to end in the transaction that puts another one first', async () => {
    const { world, sessionId, runIds } = await queueOf(3);
    const active = await world.claimOne();
    await move(world, runIds[2], { to: 'first' }, true);
    expect(await world.store.findRunState(active.runId)).toMatchObject({ cancelRequested: true });
    expect(await listed(world, sessionId)).toEqual([runIds[2], runIds[1]]);
  });

  it('clears a queue, one terminal event each, and leaves the active run alone', async () => {
    const { world, sessionId, runIds } = await queueOf(4);
    const active = await world.claimOne();
    expect(await world.store.clearQueue(sessionId, world.now)).toBe(3);
    expect(await world.store.clearQueue(sessionId, world.now)).toBe(0);
    expect(await world.status(active.runId)).toBe('injecting');
    for (const runId of runIds.slice(1)) {
      expect(await world.types(sessionId, runId)).toEqual(['run_queued', 'run_cancelled']);
    }
    await expectRefusal(world.store.clearQueue('ses_none', world.now), 'session_not_found');
  });

  it('clears what stands behind a run, not what was admitted after it', async () => {
    const { world, sessionId, runIds } = await queueOf(4);
    await move(world, runIds[3], { to: 'first' });
    await world.cancel(runIds[0] ?? '', 'clear');
    expect(await listed(world, sessionId)).toEqual([runIds[3]]);
  });

  it('puts a run that was claimed back in front of runs that were moved meanwhile', async () => {
    const { world, sessionId, runIds } = await queueOf(4);
    const claimed = await world.claimOne();
    await move(world, runIds[3], { to: 'first' });
    await world.store.requeueRun(claimed, 'a test', world.now);
    expect(await listed(world, sessionId)).toEqual([runIds[0], runIds[3], runIds[1], runIds[2]]);
    expect((await world.claimOne()).runId).toBe(runIds[0]);
  });

  it('pauses the queue when a run fails, where the session asks for it, and names the run', async () => {
    const world = await openWorld(subject);
    await world.project();
    const { sessionId } = await world.session({ queue: { pauseOnFailure: true } });
    await world.admit({ sessionId });
    const behind = await world.admit({ sessionId });
    const claimed = await world.claimOne();
    await world.begin(claimed);
    await world.fail(claimed);
    const failedRunId = claimed.runId;
    expect(await world.store.findSession(sessionId)).toMatchObject({
      queue: { paused: true, pausedReason: 'a run failed', failedRunId, pauseOnFailure: true },
    });
    expect((await world.types(sessionId)).slice(-2)).toEqual(['run_failed', 'queue_paused']);
    expect(await world.claim()).toEqual([]);
    const resumed = await world.store.setQueuePaused(sessionId, false, '', world.now);
    expect(resumed.queue).not.toHaveProperty('failedRunId');
    expect((await world.claimOne()).runId).toBe(behind.runId);
  });

  it('sets up the queue of a session, and the log says what was changed', async () => {
    const { world, sessionId } = await queueOf(0);
    const change = { queue: { delivery: 'reject' as const } };
    expect((await world.store.updateSession(sessionId, change, world.now)).queue).toMatchObject({
      delivery: 'reject',
      pauseOnFailure: false,
    });
    expect(await lastEvent(world, sessionId)).toMatchObject({ type: 'session_updated', ...change });
    await world.store.updateSession(sessionId, { queue: { pauseOnFailure: true } }, world.now);
    const session = await world.store.findSession(sessionId);
    expect(session?.queue).toMatchObject({ delivery: 'reject', pauseOnFailure: true });
  });

  it.each([1, 2, 3, 4])('claims what a plain list would give, whatever is moved (seed %i)', async (seed) => {
    const { world, sessionId } = await queueOf(0);
    const random = new SeededRandom(seed);
    let expected: string[] = [];
    const steps: readonly (() => Promise<unknown>)[] = [
      async () => expected.push((await world.admit({ sessionId })).runId),
      async () => expected.push((await world.admit({ sessionId })).runId),
      async () => {
        if (expected.length === 0) return;
        const runId = random.pick(expected);
        const others = expected.filter((other) => other !== runId);
        const at = random.int(others.length + 1);
        const place: QueuePlace = random.pick([
          { to: 'first' },
          { to: 'last' },
          { before: others[at] ?? runId },
          { after: others[at] ?? runId },
        ]);
        await move(world, runId, place);
        expected = movedInList(expected, runId, place);
      },
      async () => {
        const [run] = await world.claim();
        expect(run?.runId).toBe(expected[0]);
        if (run === undefined) return;
        if (random.int(3) === 0) {
          await world.store.requeueRun(run, 'a test', world.now);
          return;
        }
        expected.shift();
        await world.finish(run);
      },
      async () => {
        if (expected.length === 0 || random.int(2) === 0) return;
        const runId = random.pick(expected);
        await world.cancel(runId);
        expected = expected.filter((other) => other !== runId);
      },
    ];
    for (let n = 0; n < 150; n += 1) {
      await random.pick(steps)();
      expect(await listed(world, sessionId)).toEqual(expected);
    }
  });
});

function movedInList(list: readonly string[], runId: string, place: QueuePlace): string[] {
  const others = list.filter((other) => other !== runId);
  if ('to' in place) return place.to === 'first' ? [runId, ...others] : [...others, runId];
  const neighbour = 'before' in place ? place.before : place.after;
  if (neighbour === runId) return [...list];
  const index = others.indexOf(neighbour) + ('before' in place ? 0 : 1);
  return [...others.slice(0, index), runId, ...others.slice(index)];
}
