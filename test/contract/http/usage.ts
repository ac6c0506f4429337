import { describe, expect, test } from 'vitest';
import type { InWorld } from './world.js';

export function describeUsage(inWorld: InWorld): void {
  describe('usage', () => {
    test('counts the runs of a session, by whatever it is asked for', async () => {
      const world = inWorld();
      const { sessionId } = await world.complete('What is 2+2?');
      const { projectId } = world.project;
      for (const by of ['project', 'session', 'harness', 'model', 'day'] as const) {
        const report = await world.client.ask('getUsage', { query: { by, sessionId } });
        expect(report).toMatchObject({ by, groups: [{ runs: 1, completed: 1 }], total: { runs: 1 } });
      }
      const { groups } = await world.client.ask('getUsage', {
        query: { by: 'project', projectId, sessionId },
      });
      expect(groups[0]).toMatchObject({ key: projectId, failed: 0, cancelled: 0 });
    });

    test('has nothing of days before and after', async () => {
      const world = inWorld();
      const { sessionId } = await world.complete('What is 2+2?');
      const report = await world.client.ask('getUsage', { query: { sessionId, to: '2001-01-01' } });
      expect(report).toMatchObject({ groups: [], total: { runs: 0, costUsd: 0 } });
    });

    test.each(['2026-13-01', '2026-02-30', 'today', '20261123'])('refuses %s as a day', async (from) => {
      const refusal = await inWorld().client.refused('getUsage', { query: { from } });
      expect(refusal).toMatchObject({ status: 400, code: 'validation_failed' });
    });
  });
}
