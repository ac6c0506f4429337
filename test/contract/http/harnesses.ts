import { describe, expect, test } from 'vitest';
import type { InWorld } from './world.js';

export function describeHarnesses(world: InWorld): void {
  describe('the agents of the server', () => {
    test('are those of its status, each with what it can do and whether it is there', async () => {
      const { harnesses } = await world().client.ask('listHarnesses');
      const status = await world().client.ask('getStatus');
      expect(harnesses.map(({ name }) => name)).toEqual(status.harnesses);
      const builtin = harnesses.find(({ name }) => name === 'builtin');
      expect(builtin?.capabilities).toMatchObject({ resume: true, permissions: true });
      expect(builtin?.programs).toMatchObject([{ found: true, login: 'not_needed' }]);
    });

    test('each have a number of slots, and a run that is active takes one', async () => {
      const { gate, runId } = await world().hold();
      const status = await world().client.ask('getStatus');
      gate.open();
      await world().ended(runId);
      expect(status.slots.map(({ harness }) => harness)).toEqual(status.harnesses);
      expect(status.activeRuns).toBe(1);
      expect(status.slots).toContainEqual({
        harness: 'builtin',
        activeRuns: 1,
        activeRunsMax: status.activeRunsMax,
      });
    });
  });
}
