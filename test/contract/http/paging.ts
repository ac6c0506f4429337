import { describe, expect, test } from 'vitest';
import type { JsonRoute, Query } from '../../support/http-client.js';
import { fresh, type InWorld, script } from './world.js';

export function describePaging(world: InWorld): void {
  /** Follows the links to the end; the ids of each page. */
  async function pages(
    name: JsonRoute,
    params: Record<string, string>,
    query: Query,
    idsOf: (body: never) => string[],
  ): Promise<string[][]> {
    const found: string[][] = [];
    let next: Query | undefined = query;
    while (next !== undefined) {
      const { body, headers } = await world().client.call(name, { params, query: next });
      found.push(idsOf(body as never));
      next = linkedQuery(headers.link);
      if (found.length > 100) throw new Error('the links go on for ever');
    }
    return found;
  }

  function linkedQuery(link: string | string[] | undefined): Query | undefined {
    if (link === undefined) return undefined;
    const target = /^<([^>]+)>; rel="next"$/.exec(String(link))?.[1];
    if (target === undefined) throw new Error(`not a link to the next page: ${link}`);
    return Object.fromEntries(new URL(target, 'http://localhost').searchParams);
  }

  const sizes = (found: string[][]) => found.map((ids) => ids.length).filter((size) => size > 0);

  describe('paging', () => {
    test('projects, in the order of their ids', async () => {
      const made = [];
      for (let index = 0; index < 5; index += 1) made.push((await world().newProject()).projectId);
      const found = await pages('listProjects', {}, { limit: 2 }, (body: { projectId: string }[]) =>
        body.map(({ projectId }) => projectId),
      );
      const ids = found.flat();
      expect(ids).toEqual([...new Set(ids)].sort());
      for (const projectId of made) expect(ids).toContain(projectId);
      expect(Math.max(...sizes(found))).toBe(2);
    });

    test('sessions, newest first, keeping the filter', async () => {
      const project = await world().newProject();
      const made = [];
      for (let index = 0; index < 7; index += 1) made.unshift(await world().newSession(project));
      const { projectId } = project;
      const found = await pages(
        'listSessions',
        {},
        { limit: 3, projectId },
        (body: { sessionId: string }[]) => body.map(({ sessionId }) => sessionId),
      );
      expect(sizes(found)).toEqual([3, 3, 1]);
      expect(found.flat()).toEqual(made);
    });

    test('runs newest first, and those of a session oldest first, with the total on every page', async () => {
      const sessionId = await world().newSession();
      const started = [];
      for (let index = 0; index < 6; index += 1) started.push(await world().start(script(), sessionId));
      for (const { runId } of started) await world().ended(runId);
      const made = started.map(({ runId }) => runId);
      const idsOf = ({ runs, total }: { runs: { runId: string }[]; total: number }) => {
        expect(total).toBe(6);
        return runs.map(({ runId }) => runId);
      };
      const ofSession = await pages('listSessionRuns', { sessionId }, { limit: 4 }, idsOf);
      expect(sizes(ofSession)).toEqual([4, 2]);
      expect(ofSession.flat()).toEqual(made);
      const newest = await pages('listRuns', {}, { limit: 3, sessionId }, idsOf);
      expect(sizes(newest)).toEqual([3, 3]);
      expect(newest.flat()).toEqual([...made].reverse());
    });

    test('permissions, oldest first', async () => {
      const sessionId = await world().newSession();
      const ask = { ask: { toolName: fresh('Tool') } };
      const { runId } = await world().start(script(ask, ask, ask), sessionId);
      const made: string[] = [];
      for (let index = 0; index < 3; index += 1) {
        const { requestId } = await world().asked(runId);
        made.push(requestId);
        const body = { decision: 'allow' };
        await world().client.ask('decidePermission', { params: { requestId }, body });
      }
      await world().ended(runId);
      const found = await pages(
        'listPermissions',
        {},
        { limit: 1, status: 'decided' },
        ({ permissions }: { permissions: { requestId: string }[] }) =>
          permissions.map(({ requestId }) => requestId),
      );
      const ids = found.flat();
      expect(ids).toEqual([...new Set(ids)].sort());
      expect(ids.filter((id) => made.includes(id))).toEqual(made);
    });

    test('a cursor that names nothing does not break a list', async () => {
      for (const name of ['listProjects', 'listSessions', 'listRuns', 'listPermissions'] as const) {
        await world().client.call(name, { query: { cursor: 'nothing', limit: 5 } });
      }
    });

    test('the last page has no link', async () => {
      const { projectId } = await world().newProject();
      const query = { projectId, limit: 5 };
      const { headers, body } = await world().client.call('listSessions', { query });
      expect(body).toEqual([]);
      expect(headers.link).toBeUndefined();
    });
  });
}
