import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/contract/index.js';
import type { JsonRoute, Query } from '../../support/http-client.js';
import { type InWorld, script } from './world.js';

const absurdNumbers = ['', ' ', '-1', 'NaN', '1.5', '1e3', '0x10', 'Infinity', '9'.repeat(30), 'ten', '１'];
const absurdIds = [
  'nonexistent-run',
  '.',
  '..%2f..%2fetc',
  '%00',
  "' OR 1=1 --",
  '🚢'.repeat(50),
  'x'.repeat(4000),
  'run_',
  '__proto__',
];

const paged: readonly [JsonRoute, 'none' | 'session'][] = [
  ['listProjects', 'none'],
  ['listSessions', 'none'],
  ['listRuns', 'none'],
  ['listPermissions', 'none'],
  ['listSessionRuns', 'session'],
];

const ofThings: readonly [JsonRoute, string, string][] = [
  ['getProject', 'projectId', 'project_not_found'],
  ['deleteProject', 'projectId', 'project_not_found'],
  ['getSession', 'sessionId', 'session_not_found'],
  ['deleteSession', 'sessionId', 'session_not_found'],
  ['archiveSession', 'sessionId', 'session_not_found'],
  ['unarchiveSession', 'sessionId', 'session_not_found'],
  ['pauseQueue', 'sessionId', 'session_not_found'],
  ['resumeQueue', 'sessionId', 'session_not_found'],
  ['interruptSession', 'sessionId', 'session_not_found'],
  ['listSessionRuns', 'sessionId', 'session_not_found'],
  ['listSessionEvents', 'sessionId', 'session_not_found'],
  ['getRun', 'runId', 'run_not_found'],
  ['waitForRun', 'runId', 'run_not_found'],
  ['listRunEvents', 'runId', 'run_not_found'],
  ['cancelRun', 'runId', 'run_not_found'],
];

export function describeParameters(world: InWorld): void {
  const refusedQuery = async (name: JsonRoute, params: Record<string, string>, query: Query) => {
    const { status, code, details } = await world().client.refused(name, { params, query });
    expect({ status, code }, JSON.stringify(query)).toEqual({ status: 400, code: 'validation_failed' });
    expect(details?.map(({ path }) => path)).toEqual(Object.keys(query).map((key) => `query.${key}`));
  };

  describe('parameters', () => {
    test.each(paged)('%s refuses a limit that is no number of rows', async (name, of) => {
      const params: Record<string, string> =
        of === 'session' ? { sessionId: await world().newSession() } : {};
      for (const limit of [...absurdNumbers, '0', String(limits.pageRowsMax + 1)]) {
        await refusedQuery(name, params, { limit });
      }
      await refusedQuery(name, params, { limit: ['1', '2'] });
      await refusedQuery(name, params, { cursor: 'x'.repeat(1000) });
      await refusedQuery(name, params, { cursor: ['a', 'b'] });
    });

    test('events refuse bounds and filters that are none', async () => {
      const { runId, sessionId } = await world().complete(script({ say: 'hi' }));
      for (const [name, params] of [
        ['listRunEvents', { runId }],
        ['listSessionEvents', { sessionId }],
      ] as const) {
        for (const field of ['limit', 'offset', 'after', 'before']) {
          for (const value of absurdNumbers) await refusedQuery(name, params, { [field]: value });
          await refusedQuery(name, params, { [field]: ['1', '2'] });
        }
        await refusedQuery(name, params, { limit: limits.eventsPageMax + 1 });
        await refusedQuery(name, params, { order: 'up' });
        await refusedQuery(name, params, { types: ['turn_start', 'turn_end'] });
        await refusedQuery(name, params, { types: 'x,'.repeat(limits.typesFilterMax + 1) });
        const far = { types: 'turn_start', offset: limits.filteredOffsetMax + 1 };
        expect((await world().client.refused(name, { params, query: far })).details?.[0]?.path).toBe(
          'query.offset',
        );
      }
    });

    test('a wait refuses a time that is none', async () => {
      const { runId } = await world().complete(script({ say: 'hi' }));
      for (const timeoutMs of [...absurdNumbers, String(limits.waitMsMax + 1)]) {
        await refusedQuery('waitForRun', { runId }, { timeoutMs });
      }
      await refusedQuery('waitForRun', { runId }, { timeoutMs: ['1', '2'] });
    });

    test('lists refuse filters that name no possible value', async () => {
      await refusedQuery('listRuns', {}, { status: 'sleeping' });
      await refusedQuery('listRuns', {}, { status: ['queued', 'running'] });
      await refusedQuery('listSessions', {}, { archived: 'maybe' });
      await refusedQuery('listPermissions', {}, { status: 'perhaps' });
    });

    test('unknown parameters are ignored', async () => {
      const query = { unknown: 'x', __proto__x: 'y', 'a[b]': '1' };
      expect(await world().client.ask('listRuns', { query })).toHaveProperty('total');
    });

    test('a filter that matches nothing gives an empty list', async () => {
      const { client } = world();
      expect(await client.ask('listSessions', { query: { projectId: 'nothing' } })).toEqual([]);
      const none = { runs: [], total: 0 };
      expect(await client.ask('listRuns', { query: { projectId: 'nothing' } })).toEqual(none);
      expect(await client.ask('listRuns', { query: { sessionId: 'nothing' } })).toEqual(none);
    });

    test.each(ofThings)('%s answers 404 to whatever is no id', async (name, key, code) => {
      for (const id of absurdIds) {
        const refusal = await world().client.refused(name, { params: { [key]: id } });
        expect(refusal, id).toMatchObject({ status: 404, code });
        if (code === 'run_not_found') expect(refusal.message).toBe('run not found');
        if (code === 'session_not_found') expect(refusal.message).toBe('session not found');
      }
    });

    test('a run that is not there answers exactly as the runbook says', async () => {
      const headers = { 'x-cp-token': world().server.token };
      for (const more of ['', '/events', '/wait', '/events/stream']) {
        const { status, text } = await world().client.raw({
          path: `/admin/runs/nonexistent-run${more}`,
          headers,
        });
        expect({ status, text }).toEqual({ status: 404, text: '{"error":"run not found"}' });
      }
    });
  });
}
