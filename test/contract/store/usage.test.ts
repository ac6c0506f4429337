import { describe, expect, it } from 'vitest';
import { openWorld } from '../../support/store-world.js';
import { storesUnderTest } from '../../support/stores.js';

const dayMs = 86_400_000;
const anyDay = { fromDay: 0, toDay: 1_000_000, limit: 100 };
const used = {
  inputTokens: 100,
  outputTokens: 10,
  cachedInputTokens: 50,
  costUsd: 0.5,
  turns: 2,
  toolCalls: 3,
};

describe.each(storesUnderTest)('what runs used, in $name', (subject) => {
  it('is added up as runs end, whatever came of them', async () => {
    const world = await openWorld(subject);
    await world.project();
    const session = await world.session({ name: 'Sums', model: 'large' });
    const first = await world.running({ sessionId: session.sessionId });
    await world.finish(first, { usage: used, activeMs: 1500 });
    const second = await world.running({ sessionId: session.sessionId });
    const error = { code: 'agent_failed', message: 'no' };
    await world.finish(second, { outcome: { status: 'failed', error }, usage: used, activeMs: 500 });
    const { groups, total } = await world.store.sumUsage({ by: 'session', ...anyDay });
    const sums = {
      runs: 2,
      completed: 1,
      failed: 1,
      cancelled: 0,
      inputTokens: 200,
      outputTokens: 20,
      cachedInputTokens: 100,
      costUsd: 1,
      turns: 4,
      toolCalls: 6,
      activeMs: 2000,
    };
    expect(groups).toEqual([{ key: session.sessionId, name: 'Sums', ...sums }]);
    expect(total).toEqual(sums);
  });

  it('is told by day, project, agent and model, within days and of one project', async () => {
    const world = await openWorld(subject);
    await world.project('one');
    await world.project('two');
    const run = async (projectId: string, model: string | undefined) => {
      const newSession = model === undefined ? {} : { model };
      const claim = await world.running({ projectId, newSession });
      await world.finish(claim, { usage: used });
    };
    await run('one', 'large');
    world.clock.advance(dayMs);
    await run('one', undefined);
    await run('two', 'large');
    const keysBy = async (by: 'project' | 'harness' | 'model' | 'day', more: object = {}) => {
      const { groups } = await world.store.sumUsage({ by, ...anyDay, ...more });
      return groups.map(({ key, runs }) => [key, runs]);
    };
    const today = Math.floor(world.now / dayMs);
    const dayWords = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10);
    expect(await keysBy('project')).toEqual([
      ['one', 2],
      ['two', 1],
    ]);
    expect(await keysBy('harness')).toEqual([['builtin', 3]]);
    expect(await keysBy('model')).toEqual([
      ['large', 2],
      ['', 1],
    ]);
    expect(await keysBy('day')).toEqual([
      [dayWords(today), 2],
      [dayWords(today - 1), 1],
    ]);
    expect(await keysBy('day', { fromDay: today })).toEqual([[dayWords(today), 2]]);
    expect(await keysBy('model', { projectId: 'one' })).toEqual([
      ['', 1],
      ['large', 1],
    ]);
  });

  it('stays when a session is deleted, without its name', async () => {
    const world = await openWorld(subject);
    await world.project();
    const { sessionId } = await world.session({ name: 'Gone' });
    await world.finish(await world.running({ sessionId }), { usage: used });
    await world.store.deleteSession(sessionId);
    const { groups } = await world.store.sumUsage({ by: 'session', ...anyDay });
    expect(groups).toMatchObject([{ key: sessionId, inputTokens: 100 }]);
    expect(groups[0]).not.toHaveProperty('name');
  });
});
