import { describe, expect, test } from 'vitest';
import type { Answer, CallOptions, JsonRoute } from '../../support/http-client.js';
import { fresh, type InWorld, script } from './world.js';

type Post = { name: JsonRoute; options: CallOptions; other?: object };

export function describeIdempotency(world: InWorld): void {
  const call = (post: Post, key: string): Promise<Answer<unknown>> =>
    world().client.call(post.name, { ...post.options, key });
  const runBody = (more: object = {}) => ({
    projectId: world().project.projectId,
    prompt: script({ say: 'hi' }),
    ...more,
  });

  /** One request for every POST, each on things of its own. */
  const posts: Record<string, () => Promise<Post>> = {
    createRun: async () => ({
      name: 'createRun',
      options: { body: runBody() },
      other: runBody({ metadata: { a: 1 } }),
    }),
    createSession: async () => ({
      name: 'createSession',
      options: { body: { projectId: world().project.projectId } },
      other: { projectId: world().project.projectId, name: 'Other' },
    }),
    createProject: async () => {
      const body = { projectId: fresh('once'), root: world().folder() };
      return { name: 'createProject', options: { body }, other: { ...body, name: 'Other' } };
    },
    cancelRun: async () => {
      const { runId } = await world().hold();
      return { name: 'cancelRun', options: { params: { runId }, body: {} }, other: { queue: 'clear' } };
    },
    interruptSession: async () => {
      const { sessionId } = await world().hold();
      const options = { params: { sessionId }, body: {} };
      return { name: 'interruptSession', options, other: { queue: 'clear' } };
    },
    forkSession: async () => {
      const { sessionId } = await world().complete('Hello');
      const options = { params: { sessionId }, body: {} };
      return { name: 'forkSession', options, other: { name: 'Other' } };
    },
    archiveSession: async () => ofSession('archiveSession'),
    unarchiveSession: async () => ofSession('unarchiveSession'),
    pauseQueue: async () => ofSession('pauseQueue'),
    resumeQueue: async () => ofSession('resumeQueue'),
    decidePermission: async () => {
      const { runId } = await world().start(script({ ask: { toolName: 'Bash' } }));
      const { requestId } = await world().asked(runId);
      const options = { params: { requestId }, body: { decision: 'allow' } };
      return { name: 'decidePermission', options, other: { decision: 'deny' } };
    },
  };

  async function ofSession(name: JsonRoute): Promise<Post> {
    const options = { params: { sessionId: await world().newSession() }, body: {} };
    return { name, options, other: { other: true } };
  }

  describe('idempotency', () => {
    test.each(Object.entries(posts))('%s: the same key gives the first answer again', async (_name, make) => {
      const post = await make();
      const key = fresh('key');
      const first = await call(post, key);
      expect(first.headers['idempotent-replayed']).toBeUndefined();
      const again = await call(post, key);
      expect(again.headers['idempotent-replayed']).toBe('true');
      expect({ status: again.status, body: again.body }).toEqual({ status: first.status, body: first.body });
      const options = { ...post.options, body: post.other, key };
      const refusal = await world().client.refused(post.name, options);
      expect(refusal).toMatchObject({ status: 409, code: 'idempotency_conflict' });
    });

    test.each(Object.entries(posts))(
      '%s: twenty equal requests at once get one answer',
      async (_name, make) => {
        const post = await make();
        const key = fresh('key');
        const answers = await Promise.all(Array.from({ length: 20 }, () => call(post, key)));
        expect(answers.map(({ body }) => body)).toEqual(answers.map(() => answers[0]?.body));
        const replayed = answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true');
        expect(replayed).toHaveLength(19);
      },
    );

    test('twenty equal posts at once create one run, one session and one event', async () => {
      const { projectId } = await world().newProject();
      const key = fresh('key');
      const body = runBody({ projectId });
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => world().client.ask('createRun', { body, key })),
      );
      const { runId, sessionId } = answers[0] ?? { runId: '', sessionId: '' };
      await world().ended(runId);
      const { client } = world();
      expect((await client.ask('listRuns', { query: { projectId } })).total).toBe(1);
      expect(await client.ask('listSessions', { query: { projectId } })).toHaveLength(1);
      const query = { types: 'run_queued' };
      expect((await world().events({ params: { sessionId }, query })).total).toBe(1);
    });

    test('of twenty different posts with one key one wins and the others are refused', async () => {
      const { projectId } = await world().newProject();
      const key = fresh('key');
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) =>
          world().client.ask('createRun', { body: runBody({ projectId, metadata: { index } }), key }),
        ),
      );
      const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
      expect(won).toHaveLength(1);
      for (const { runId } of won.map(({ value }) => value)) await world().ended(runId);
      expect((await world().client.ask('listRuns', { query: { projectId } })).total).toBe(1);
    });

    test('a key counts for its route and its things only', async () => {
      const key = fresh('key');
      const first = await world().newSession();
      const second = await world().newSession();
      for (const name of ['pauseQueue', 'resumeQueue'] as const) {
        for (const sessionId of [first, second]) {
          const { headers, body } = await world().client.call(name, { params: { sessionId }, key });
          expect(headers['idempotent-replayed']).toBeUndefined();
          expect(body).toMatchObject({ sessionId, queue: { paused: name === 'pauseQueue' } });
        }
      }
    });

    test('a request that was refused may succeed under its key later', async () => {
      const { sessionId, runId, gate } = await world().hold();
      const body = runBody({ session: { policy: 'resume', sessionId }, delivery: 'reject' });
      const key = fresh('key');
      expect((await world().client.refused('createRun', { body, key })).code).toBe('session_busy');
      gate.open();
      await world().ended(runId);
      const { runId: later } = await world().client.ask('createRun', { body, key });
      await world().ended(later);
    });

    test('the first answer stands although the thing has changed or gone since', async () => {
      const key = fresh('key');
      const body = { projectId: world().project.projectId };
      const session = await world().client.ask('createSession', { body, key });
      await world().client.ask('deleteSession', { params: { sessionId: session.sessionId } });
      expect(await world().client.ask('createSession', { body, key })).toEqual(session);
    });

    test.each([[''], ['x'.repeat(256)]])('the key "%s" is refused', async (key) => {
      const refusal = await world().client.refused('createRun', { body: runBody(), key });
      expect(refusal.details?.[0]?.path).toBe('headers.idempotency-key');
    });
  });
}
