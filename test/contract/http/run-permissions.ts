import { describe, expect, test } from 'vitest';
import type { InWorld } from './world.js';

const shell = 'Use Bash to run: echo permitted';

export function describeRunPermissions(world: InWorld): void {
  const run = async (permissions: object | undefined, sessionId?: string) => {
    const more = permissions === undefined ? {} : { permissions };
    const started = await world().start(shell, sessionId, more);
    return { ...started, outcome: () => world().ended(started.runId) };
  };
  const decisions = async (runId: string) => {
    const { events } = await world().events({ params: { runId }, query: { types: 'permission_decision' } });
    return events.map(({ event }) => event);
  };

  describe('the permissions of a run', () => {
    test('hold for it alone, also where its conversation is open already', async () => {
      const { sessionId } = await world().complete(shell);
      const denied = await run({ mode: 'deny' }, sessionId);
      expect((await denied.outcome()).finalOutput).not.toContain('permitted\n');
      expect(await decisions(denied.runId)).toMatchObject([{ decision: 'deny', source: 'policy' }]);
      const detail = await world().run(denied.runId);
      expect(detail.permissions).toEqual({ mode: 'deny', rules: [] });
      expect(detail.resume).toEqual({ mode: 'native', reason: expect.stringContaining('permissions') });
      const after = await run(undefined, sessionId);
      expect((await after.outcome()).finalOutput).toContain('permitted');
      expect(await decisions(after.runId)).toEqual([]);
      expect((await world().run(after.runId)).permissions).toBeUndefined();
    });

    test('keep a conversation open that asks for the same, whatever holds while nobody is there', async () => {
      const policy = { mode: 'ask', rules: [{ tool: 'Bash', pattern: 'echo *', decision: 'allow' }] };
      const first = await run(policy);
      await first.outcome();
      const unattended = { timeoutMs: 1, decision: 'deny' };
      const second = await run({ ...policy, unattended }, first.sessionId);
      expect((await second.outcome()).finalOutput).toContain('permitted');
      expect((await world().run(second.runId)).resume?.mode).toBe('warm');
    });

    test('may let a person decide', async () => {
      const { runId } = await run({ mode: 'ask' });
      const { requestId } = await world().asked(runId);
      await world().client.ask('decidePermission', { params: { requestId }, body: { decision: 'allow' } });
      expect((await world().ended(runId)).finalOutput).toContain('permitted');
    });

    test.each([
      ['a misspelt key', { mod: 'deny' }, 'permissions'],
      [
        'a misspelt key of a rule',
        { rules: [{ tool: 'Bash', patern: 'rm *', decision: 'deny' }] },
        'permissions.rules.0',
      ],
      ['no decision', { rules: [{ tool: 'Bash' }] }, 'permissions.rules.0.decision'],
      ['another mode', { mode: 'maybe' }, 'permissions.mode'],
    ])('are refused with %s', async (_what, permissions, path) => {
      const { projectId } = world().project;
      const body = { projectId, prompt: shell, permissions };
      const refusal = await world().client.refused('createRun', { body });
      expect(refusal).toMatchObject({ status: 400, code: 'validation_failed' });
      expect(refusal.details?.map((detail) => detail.path)).toEqual([path]);
    });
  });
}
