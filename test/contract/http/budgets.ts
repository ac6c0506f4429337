/** Budgets hold, whoever sets them: the run is parked, says which one it was, and goes on when that is raised. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Budget } from '../../../src/contract/index.js';
import { type InWorld, script } from './world.js';

const targets = `
schema = 1
[targets.tools.limits]
maxToolCalls = 1
[targets.time.limits]
maxDurationMs = 50
[targets.turns.limits]
maxTurns = 1
`;
const tool = { tool: { name: 'Read', input: { path: 'nothing' } } };

export function describeBudgets(world: InWorld): void {
  /** A run of a target, in a project of its own; what stands behind `gate` waits until it is open. */
  async function start(aspTargetName: string, steps: (gate: unknown) => unknown[], more: object = {}) {
    const project = await world().newProject();
    const { projectId, root } = project;
    writeFileSync(join(root, 'asp-targets.toml'), targets);
    const { step, open } = world().gate(project);
    const session = { policy: 'new', aspTargetName };
    const started = await world().start(script(...steps(step)), undefined, { projectId, session, ...more });
    return { ...started, projectId, open };
  }

  const resume = (runId: string, raise?: Budget) =>
    world().client.ask('resumeRun', {
      params: { runId },
      ...(raise === undefined ? {} : { body: { raise } }),
    });

  describe('budgets', () => {
    test('of a target park a run that uses more tools, and raising them lets it go on', async () => {
      const started = await start('tools', (gate) => [tool, tool, gate, { say: 'done' }]);
      const { runId, sessionId, projectId } = started;
      const { parked } = await world().reaches(runId, 'parked');
      const behind = await world().start('What is 1+1?', sessionId, { projectId });
      expect(parked).toMatchObject({ reason: 'budget', scope: 'run', autoResume: false });
      expect(parked?.message).toContain('maxToolCalls');
      expect(await world().client.ask('getQueue', { params: { sessionId } })).toMatchObject({
        parkedRunId: runId,
        runs: [{ runId: behind.runId, waitingFor: 'budget' }],
      });
      started.open();
      expect(await resume(runId, { maxToolCalls: 10 })).toMatchObject({
        runId,
        budget: { maxToolCalls: 10 },
      });
      expect((await world().ended(runId)).finalOutput).toBe('done');
      const run = await world().run(runId);
      expect(run).toMatchObject({ usage: { toolCalls: 4 }, resume: { mode: 'warm' } });
      expect((await world().ended(behind.runId)).finalOutput).toBe('2');
      const { events } = await world().events({ params: { runId }, query: { types: 'message_start' } });
      expect(JSON.stringify(events)).toContain('you were given the request below before');
    });

    test('of a target leave a run alone that keeps to them', async () => {
      const { runId } = await start('tools', () => [tool, { say: 'done' }]);
      expect((await world().ended(runId)).finalOutput).toBe('done');
    });

    test('of a target park a run that takes too long, and it can be cancelled then', async () => {
      const { runId } = await start('time', () => [{ say: 'working' }, { hang: true }]);
      const { parked } = await world().reaches(runId, 'parked');
      expect(parked?.message).toContain('maxDurationMs');
      expect(await world().client.ask('cancelRun', { params: { runId } })).toEqual({
        runId,
        status: 'cancelled',
      });
      const refusal = await world().client.refused('resumeRun', { params: { runId } });
      expect(refusal.code).toBe('run_not_parked');
    });

    test('of a target are weaker than those of the run, whose maxTurns is a bound of its own', async () => {
      const { runId } = await start('turns', () => [tool, tool], { maxTurns: 5 });
      expect((await world().reaches(runId, 'parked')).parked?.message).toContain('1 of 1 turns');
      const budget = { maxTurns: 9 };
      const own = await start('turns', () => [tool, tool, { say: 'done' }], { budget });
      expect((await world().ended(own.runId)).finalOutput).toBe('done');
      const asked = await start('turns', () => [tool, tool], { budget, maxTurns: 1 });
      expect((await world().ended(asked.runId, 'failed')).error?.code).toBe('max_turns_reached');
      await world().client.ask('cancelRun', { params: { runId } });
    });

    test('of a project for a day are set, read, reached and taken away', async () => {
      const project = await world().newProject();
      const { projectId } = project;
      const gate = world().gate(project);
      const update = (body: object) => world().client.ask('updateProject', { params: { projectId }, body });
      const rules = { dailyBudget: { maxToolCalls: 1 }, autoResume: true, onRestart: 'continue' };
      expect(await update(rules)).toMatchObject(rules);
      const prompt = script(tool, tool, gate.step, { say: 'done' });
      const { runId } = await world().start(prompt, undefined, { projectId });
      const { parked } = await world().reaches(runId, 'parked');
      expect(parked).toMatchObject({ scope: 'day', autoResume: true, resumesAt: expect.any(Number) });
      const query = { status: 'parked', projectId };
      expect(await world().client.ask('listRuns', { query })).toMatchObject({
        runs: [{ runId, parked: { scope: 'day' } }],
        total: 1,
      });
      const off = await world().client.ask('editRun', { params: { runId }, body: { autoResume: false } });
      expect(off.parked?.autoResume).toBe(false);
      const cleared = await update({ dailyBudget: null, autoResume: false, onRestart: 'fail' });
      expect(Object.keys(cleared)).not.toEqual(expect.arrayContaining(['dailyBudget']));
      expect(cleared).not.toHaveProperty('onRestart');
      gate.open();
      await resume(runId);
      expect((await world().ended(runId)).finalOutput).toBe('done');
    });

    test('of a session are set with it, changed, and taken away', async () => {
      const { projectId } = world().project;
      const { sessionId, ...created } = await world().client.ask('createSession', {
        body: { projectId, budget: { maxTurns: 7 } },
      });
      expect(created.budget).toEqual({ maxTurns: 7 });
      const update = (budget: Budget | null) =>
        world().client.ask('updateSession', { params: { sessionId }, body: { budget } });
      expect((await update({ maxTokens: 5, maxCostUsd: 0.5 })).budget).toEqual({
        maxTokens: 5,
        maxCostUsd: 0.5,
      });
      expect(await update(null)).not.toHaveProperty('budget');
    });

    test('that make no sense are refused', async () => {
      const { projectId } = world().project;
      for (const budget of [{ maxTurns: 0 }, { maxCostUsd: -1 }, { maxTokens: 1.5 }, { maxCostUSD: 1 }, 5]) {
        const refused = await world().client.refused('createRun', {
          body: { projectId, prompt: 'Hello', budget },
        });
        expect(refused.code).toBe('validation_failed');
      }
      const { runId } = await world().complete('Hello');
      const params = { runId };
      expect((await world().client.refused('editRun', { params, body: {} })).code).toBe('validation_failed');
      expect((await world().client.refused('editRun', { params, body: { autoResume: true } })).code).toBe(
        'run_already_ended',
      );
      const none = await world().client.refused('resumeRun', { params: { runId: 'run_none' } });
      expect(none.code).toBe('run_not_found');
    });

    test('a usage limit of the provider parks a run, and it says everywhere when the limit ends', async () => {
      const resumesAt = 4_000_000_000_000;
      const { runId, sessionId } = await world().start(script({ fail: 'enough for today', resumesAt }));
      const limit = { reason: 'usage_limit', message: 'enough for today', resumesAt, autoResume: false };
      expect((await world().reaches(runId, 'parked')).parked).toMatchObject(limit);
      const { runs } = await world().client.ask('listRuns', { query: { sessionId } });
      expect(runs[0]?.parked).toMatchObject(limit);
      const { events } = await world().events({ params: { runId }, query: { types: 'run_parked' } });
      expect(events[0]?.event).toMatchObject(limit);
      await world().client.ask('cancelRun', { params: { runId } });
    });
  });
}
