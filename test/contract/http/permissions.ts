import { describe, expect, test } from 'vitest';
import { fresh, type InWorld, script } from './world.js';

export function describePermissions(world: InWorld): void {
  const decide = (requestId: string, body: object) =>
    world().client.ask('decidePermission', { params: { requestId }, body });
  const ask = (toolName: string) => ({ ask: { toolName, toolInput: { command: 'ls' } } });
  const list = async (status?: string) => {
    const query = { limit: 500, ...(status === undefined ? {} : { status }) };
    return (await world().client.ask('listPermissions', { query })).permissions;
  };

  describe('permissions', () => {
    test('a request is seen in the state of the run, in the list and in the log', async () => {
      const { runId, sessionId } = await world().start(script(ask('Bash')));
      const request = await world().asked(runId);
      const { requestId, toolUseId } = request;
      expect(request).toMatchObject({
        runId,
        sessionId,
        projectId: world().project.projectId,
        toolName: 'Bash',
        toolInput: { command: 'ls' },
        status: 'pending',
      });
      expect((await world().run(runId)).status).toBe('awaiting_permission');
      const session = await world().client.ask('getSession', { params: { sessionId } });
      expect(session.status).toBe('awaiting_permission');
      const { events } = await world().events({ params: { runId }, query: { types: 'permission_request' } });
      expect(events.map(({ event }) => event)).toMatchObject([
        { requestId, toolUseId, toolInput: { command: 'ls' }, runId },
      ]);
      await decide(requestId, { decision: 'allow' });
      await world().ended(runId);
    });

    test.each(['allow', 'deny'])('"%s" reaches the agent, and the run goes on', async (decision) => {
      const { runId } = await world().start(script(ask('Bash')));
      const { requestId } = await world().asked(runId);
      const message = 'because I say so';
      const decided = await decide(requestId, { decision, message });
      expect(decided).toMatchObject({
        requestId,
        status: 'decided',
        decision,
        decidedAt: expect.any(Number),
      });
      const { finalOutput } = await world().ended(runId);
      expect(finalOutput).toContain(`${decision} (${message})`);
      expect(await list('decided')).toContainEqual(decided);
      expect(await list()).toContainEqual(decided);
      expect((await list('pending')).some((one) => one.requestId === requestId)).toBe(false);
      const { events } = await world().events({ params: { runId }, query: { types: 'permission_decision' } });
      expect(events.map(({ event }) => event)).toMatchObject([
        { requestId, decision, message, source: 'api' },
      ]);
    });

    test('a tool that was denied is not used', async () => {
      const file = fresh('denied');
      const input = { command: `touch ${file}` };
      const { runId } = await world().start(script({ tool: { name: 'Bash', input, ask: true } }));
      const { requestId } = await world().asked(runId);
      await decide(requestId, { decision: 'deny' });
      await world().ended(runId);
      expect((await world().run(runId)).toolHistory).toMatchObject([{ isError: true }]);
      const { finalOutput } = await world().complete(`Use Bash to run: ls`);
      expect(finalOutput).not.toContain(file);
    });

    test('"always_allow" holds for that tool in that session', async () => {
      const { runId, sessionId } = await world().start(script(ask('Bash'), ask('Bash')));
      const { requestId } = await world().asked(runId);
      await decide(requestId, { decision: 'always_allow' });
      await world().ended(runId);
      await world().complete(script(ask('Bash')), sessionId);
      const { events } = await world().events({
        params: { sessionId },
        query: { types: 'permission_decision' },
      });
      expect(events.map(({ event }) => event)).toMatchObject([
        { decision: 'always_allow', source: 'api' },
        { decision: 'allow', source: 'rule' },
        { decision: 'allow', source: 'rule' },
      ]);
      for (const [tool, where] of [
        ['Write', sessionId],
        ['Bash', undefined],
      ] as const) {
        const other = await world().start(script(ask(tool)), where);
        await decide((await world().asked(other.runId)).requestId, { decision: 'deny' });
        await world().ended(other.runId);
      }
    });

    test('the first answer wins, also of twenty at once', async () => {
      const { runId } = await world().start(script(ask('Bash')));
      const params = { requestId: (await world().asked(runId)).requestId };
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) =>
          decide(params.requestId, { decision: index % 2 === 0 ? 'allow' : 'deny' }),
        ),
      );
      const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
      expect(won).toHaveLength(1);
      const refusal = await world().client.refused('decidePermission', {
        params,
        body: { decision: 'allow' },
      });
      expect(refusal).toMatchObject({ status: 409, code: 'permission_already_decided' });
      const { finalOutput } = await world().ended(runId);
      expect(finalOutput).toContain(`was: ${won[0]?.value.decision}`);
    });

    test('several requests, each answered by itself', async () => {
      const { runId } = await world().start(script(ask('Bash'), ask('Write'), { say: 'through' }));
      for (const toolName of ['Bash', 'Write']) {
        const request = await world().asked(runId);
        expect(request.toolName).toBe(toolName);
        await decide(request.requestId, { decision: 'allow' });
      }
      expect((await world().ended(runId)).finalOutput).toBe('through');
    });

    test('a request that is not there cannot be answered, and an answer must be one', async () => {
      const { client } = world();
      const params = { requestId: 'nothing' };
      const unknown = await client.refused('decidePermission', { params, body: { decision: 'allow' } });
      expect(unknown).toMatchObject({ status: 404, code: 'permission_not_found' });
      for (const body of [{}, { decision: 'maybe' }, { decision: 'allow', message: 1 }]) {
        expect((await client.refused('decidePermission', { params, body })).status).toBe(400);
      }
    });
  });
}
