import { describe, expect, it } from 'vitest';
import { limits, run as runSchema, runStatuses, runSummary } from '../../../src/contract/index.js';
import { liveThrough } from '../../support/store-history.js';
import { SeededRandom } from '../../support/store-random.js';
import { openWorld, type StoreWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

describe.each(storesUnderTest)('lists of runs in $name', (subject) => {
  /** Three sessions of one project with runs in many states, and a few runs of two other projects. */
  async function worldWithRuns(): Promise<{ world: StoreWorld; sessionIds: string[]; runIds: string[] }> {
    const world = await openWorld(subject);
    for (const projectId of ['ace', 'max', 'rex']) await world.project(projectId);
    const { sessionIds, runIds } = await liveThrough(world, new SeededRandom(21), {
      sessions: 3,
      steps: 150,
    });
    for (const projectId of ['ace', 'ace', 'max']) runIds.push((await world.admit({ projectId })).runId);
    return { world, sessionIds: [...sessionIds, 'ses_none'], runIds };
  }

  it.each([1, 3, 500])(
    'every combination of filters, page by page of %i, equals the whole list',
    async (limit) => {
      const { world, sessionIds, runIds } = await worldWithRuns();
      const all = await Promise.all(runIds.map((runId) => world.store.findRun(runId)));
      const newestFirst = all.flatMap((run) => (run === undefined ? [] : [run])).reverse();
      for (const sessionId of [undefined, ...sessionIds]) {
        for (const projectId of [undefined, 'ace', 'rex', 'none']) {
          for (const status of [undefined, ...runStatuses]) {
            const filter = Object.fromEntries(
              Object.entries({ sessionId, projectId, status }).filter(([, value]) => value !== undefined),
            );
            const expected = newestFirst.filter(
              (run) =>
                (sessionId === undefined || run.sessionId === sessionId) &&
                (projectId === undefined || run.projectId === projectId) &&
                (status === undefined || run.status === status),
            );
            const listed: string[] = [];
            for (let cursor: string | undefined; ; cursor = listed.at(-1)) {
              const page = cursor === undefined ? { limit } : { limit, cursor };
              const { runs, total } = await world.store.listRuns(filter, page);
              expect(total, JSON.stringify(filter)).toBe(expected.length);
              listed.push(...runs.map(({ runId }) => runId));
              if (runs.length < limit) break;
            }
            expect(listed, JSON.stringify(filter)).toEqual(expected.map(({ runId }) => runId));
          }
        }
      }
    },
  );

  it('shows in a list what the run itself says', async () => {
    const { world, runIds } = await worldWithRuns();
    const { runs } = await world.store.listRuns({}, { limit: 500 });
    expect(runs).toHaveLength(runIds.length);
    for (const summary of runs) {
      const run = await world.store.findRun(summary.runId);
      expect(runSchema.parse(run)).toEqual(run);
      expect(runSummary.parse(run)).toEqual(summary);
    }
  });

  it.each([1, 4, 500])('lists a session’s runs oldest first, page by page of %i', async (limit) => {
    const { world, sessionIds, runIds } = await worldWithRuns();
    for (const sessionId of sessionIds.slice(0, 3)) {
      const states = await Promise.all(runIds.map((runId) => world.store.findRunState(runId)));
      const expected = states.flatMap((s) => (s?.sessionId === sessionId ? [s.runId] : []));
      const listed: string[] = [];
      for (let cursor: string | undefined; ; cursor = listed.at(-1)) {
        const page = cursor === undefined ? { limit } : { limit, cursor };
        const { runs, total } = await world.store.listSessionRuns(sessionId, page);
        expect(total).toBe(expected.length);
        listed.push(...runs.map(({ runId }) => runId));
        if (runs.length < limit) break;
      }
      expect(listed).toEqual(expected);
    }
  });

  it('cuts long texts in a session’s list and says so, and has them whole in the run', async () => {
    const world = await openWorld(subject);
    await world.project();
    const long = 'x'.repeat(limits.listedTextCharsMax + 1);
    const claimed = await world.running({ prompt: long });
    await world.finish(claimed, { outcome: { status: 'completed', finalOutput: long } });
    const cut = { content: long.slice(0, limits.listedTextCharsMax), truncated: true };
    const [listed] = (await world.store.listSessionRuns(claimed.session.sessionId, { limit: 10 })).runs;
    expect(listed).toMatchObject({ input: cut, response: cut });
    expect(JSON.stringify(listed)).not.toContain(long);
    expect(await world.store.findRun(claimed.runId)).toMatchObject({
      input: { content: long },
      response: { content: long },
      finalOutput: long,
    });
  });

  it('answers nothing for a run that does not exist', async () => {
    const world = await openWorld(subject);
    expect(await world.store.findRun('run_none')).toBeUndefined();
    expect(await world.store.findRunState('run_none')).toBeUndefined();
  });
});
