import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonRoute, Query } from '../../support/http-client.js';
import { type InWorld, script } from './world.js';

const toBuiltin = ['mock', 'playback', 'builtin'];
const elsewhere: readonly [string, string][] = [
  ['agent-sdk', 'claude'],
  ['agent-sdk-session', 'claude'],
  ['claude-agent-sdk', 'claude'],
  ['codex', 'codex'],
  ['pi', 'pi'],
  ['pi-sdk', 'pi'],
  ['acp', 'acp'],
];

export function describeSessions(world: InWorld): void {
  const ask = (name: JsonRoute, sessionId: string, body?: object) =>
    world().client.ask(name, { params: { sessionId }, ...(body === undefined ? {} : { body }) });
  const create = (body: object = {}) =>
    world().client.ask('createSession', { body: { projectId: world().project.projectId, ...body } });
  const get = (sessionId: string) => world().client.ask('getSession', { params: { sessionId } });

  describe('sessions', () => {
    test('a session can be opened without a run', async () => {
      const body = { name: 'Mine', metadata: { ticket: 7, deep: { a: [1] } }, model: 'any' };
      const session = await create(body);
      expect(session).toMatchObject({
        ...body,
        projectId: world().project.projectId,
        backendKind: 'asp',
        source: { kind: 'interactive' },
        harness: 'builtin',
        status: 'idle',
        headSeq: 0,
        queue: { paused: false, length: 0 },
      });
      expect(await get(session.sessionId)).toEqual(session);
    });

    test('a session that a run opened is a batch, with the name and target of the request', async () => {
      writeFileSync(
        join(world().project.root, 'asp-targets.toml'),
        'schema = 1\n[targets.smokey]\nharness = "builtin"\n',
      );
      const { sessionId, runId } = await world().start(script({ say: 'hi' }), undefined, {
        session: { policy: 'new', name: 'Smoke', aspTargetName: 'smokey' },
      });
      await world().ended(runId);
      const session = await get(sessionId);
      expect(session).toMatchObject({
        backendKind: 'asp',
        name: 'Smoke',
        aspTargetName: 'smokey',
        source: { kind: 'batch' },
        status: 'idle',
      });
      expect(session.headSeq).toBeGreaterThan(0);
      expect(session.lastActivityAt).toBeGreaterThanOrEqual(session.createdAt);
    });

    test.each(toBuiltin)('the kind "%s" chooses the built-in agent', async (backendKind) => {
      expect((await create({ backendKind })).harness).toBe('builtin');
    });

    test.each(elsewhere)(
      'the kind "%s" chooses %s, which this server must have',
      async (backendKind, agent) => {
        const { harnesses } = await world().client.ask('getStatus');
        const body = { projectId: world().project.projectId, backendKind };
        if ((harnesses as string[]).includes(agent)) {
          expect((await create({ backendKind })).harness).toBe(agent);
          return;
        }
        const run = { projectId: body.projectId, prompt: 'Hello', session: { backendKind } };
        for (const refusal of [
          await world().client.refused('createSession', { body }),
          await world().client.refused('createRun', { body: run }),
        ]) {
          expect(refusal).toMatchObject({ status: 409, code: 'harness_unavailable' });
          expect(refusal.message).toContain(agent);
          expect(refusal.message).toContain('builtin');
        }
      },
    );

    test('an unknown kind is refused, and the answer names those that are known', async () => {
      const body = { projectId: world().project.projectId, backendKind: 'gpt' };
      const { status, message } = await world().client.refused('createSession', { body });
      expect(status).toBe(400);
      for (const kind of ['asp', ...toBuiltin, ...elsewhere.map(([one]) => one)]) {
        expect(message).toContain(`"${kind}"`);
      }
    });

    test('an unknown target is refused, an unknown project is not found', async () => {
      const { projectId } = world().project;
      const target = { projectId, aspTargetName: 'nowhere' };
      const noTarget = await world().client.refused('createSession', { body: target });
      expect(noTarget).toMatchObject({ status: 400, code: 'target_not_found' });
      const noProject = await world().client.refused('createSession', { body: { projectId: 'nothing' } });
      expect(noProject).toMatchObject({ status: 404, code: 'project_not_found' });
    });

    test('name and metadata can be changed, each by itself, and the log says so', async () => {
      const { sessionId } = await create({ name: 'Old', metadata: { a: 1 } });
      expect(await ask('updateSession', sessionId, { name: 'New' })).toMatchObject({
        name: 'New',
        metadata: { a: 1 },
      });
      expect(await ask('updateSession', sessionId, { metadata: {} })).toMatchObject({
        name: 'New',
        metadata: {},
      });
      const { events } = await world().events({ params: { sessionId }, query: { types: 'session_updated' } });
      expect(events.map(({ event }) => event)).toMatchObject([{ name: 'New' }, { metadata: {} }]);
    });

    test.each([{ name: '' }, { name: 1 }, { metadata: 'x' }, { archived: 'yes' }])(
      'the change %o is refused',
      async (body) => {
        const { sessionId } = await create();
        const refusal = await world().client.refused('updateSession', { params: { sessionId }, body });
        expect(refusal).toMatchObject({ status: 400, code: 'validation_failed' });
      },
    );

    test('an archived session is kept, takes no runs and is listed only where asked for', async () => {
      const { sessionId } = await world().complete(script({ say: 'hi' }));
      const { projectId } = world().project;
      const listed = async (archived?: string) => {
        const query = { projectId, limit: 500, ...(archived === undefined ? {} : { archived }) };
        const sessions = await world().client.ask('listSessions', { query });
        return sessions.some((one) => one.sessionId === sessionId);
      };
      const archived = await ask('archiveSession', sessionId);
      expect(archived).toMatchObject({ status: 'archived', archivedAt: expect.any(Number) });
      expect([await listed(), await listed('true'), await listed('all'), await listed('false')]).toEqual([
        false,
        true,
        true,
        false,
      ]);
      const body = { projectId, prompt: 'Hello', session: { policy: 'resume', sessionId } };
      const refusal = await world().client.refused('createRun', { body });
      expect(refusal).toMatchObject({ status: 409, code: 'session_archived' });
      expect(await ask('unarchiveSession', sessionId)).not.toHaveProperty('archivedAt');
      expect(await listed()).toBe(true);
      const recalled = await world().complete('What was my previous question?', sessionId);
      expect(recalled.finalOutput).toContain('"say":"hi"');
    });

    test('a list may be of one status, one target, or a part of the name', async () => {
      const { projectId } = await world().newProject();
      const { sessionId } = await create({ projectId, name: 'Tidy the attic' });
      const put = await create({ projectId, name: 'Tidy the cellar' });
      await ask('archiveSession', put.sessionId);
      const ids = async (query: Query) =>
        (await world().client.ask('listSessions', { query: { projectId, ...query } })).map(
          (one) => one.sessionId,
        );
      expect(await ids({ status: 'idle', name: 'ATTIC' })).toEqual([sessionId]);
      expect(await ids({ status: 'archived' })).toEqual([put.sessionId]);
      expect(await ids({ name: 'tidy', archived: 'all' })).toEqual([put.sessionId, sessionId]);
      expect(await ids({ aspTargetName: put.aspTargetName })).toEqual([sessionId]);
      expect(await ids({ aspTargetName: 'another' })).toEqual([]);
    });

    test('archived is a field of the session as well', async () => {
      const { sessionId } = await create();
      expect(await ask('updateSession', sessionId, { archived: true })).toHaveProperty('archivedAt');
      expect(await ask('updateSession', sessionId, { archived: false })).not.toHaveProperty('archivedAt');
    });

    test('a session with open runs is neither archived nor removed', async () => {
      const { runId, sessionId, gate } = await world().hold();
      const params = { sessionId };
      const { client } = world();
      for (const refusal of [
        await client.refused('archiveSession', { params }),
        await client.refused('updateSession', { params, body: { archived: true } }),
        await client.refused('deleteSession', { params }),
      ]) {
        expect(refusal).toMatchObject({ status: 409, code: 'session_busy' });
      }
      gate.open();
      await world().ended(runId);
      expect(await client.ask('deleteSession', { params })).toEqual({ sessionId, deleted: true });
    });

    test('a session goes with its runs and its log', async () => {
      const { sessionId, runId } = await world().complete(script({ say: 'hi' }));
      await ask('deleteSession', sessionId);
      const { client } = world();
      for (const name of ['getSession', 'listSessionEvents', 'listSessionRuns', 'deleteSession'] as const) {
        const refusal = await client.refused(name, { params: { sessionId } });
        expect(refusal).toMatchObject({ status: 404, code: 'session_not_found' });
      }
      for (const name of ['getRun', 'listRunEvents', 'waitForRun', 'cancelRun'] as const) {
        const refusal = await client.refused(name, { params: { runId } });
        expect(refusal).toMatchObject({ status: 404, code: 'run_not_found' });
      }
      const { runs } = await client.ask('listRuns', { query: { sessionId } });
      expect(runs).toEqual([]);
    });
  });
}
