/** Parked runs from a script: the exit code says that somebody has to do something, and stderr says what. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../src/contract/index.js';
import { script, type World } from '../contract/http/world.js';
import { Program } from '../fault/program.js';
import { type Ask, askServer } from '../support/command-line.js';

const tool = { tool: { name: 'Read', input: { path: 'nothing' } } };

describe('the command line, for parked runs', () => {
  let program: Program;
  let world: World;
  let ask: Ask;
  let project: string[];

  beforeAll(async () => {
    program = await Program.start();
    world = program.world;
    ask = askServer(world.server.baseUrl);
    project = ['--project', world.project.projectId];
  });
  afterAll(() => program?.leave());

  it('leaves with 4 when a run is parked, says how it goes on, and resume does that', async () => {
    const gate = world.gate();
    const prompt = script(tool, tool, gate.step, { say: 'done' });
    const parked = await ask(['run', ...project, '--budget', 'tools=1', '--wait', '--json', prompt]);
    expect(parked.code).toBe(4);
    const { runs } = await world.client.ask('listRuns', { query: { status: 'parked' } });
    const [{ runId } = { runId: '' }] = runs;
    expect(parked.stderr).toContain(`quarterdeck resume ${runId} --raise`);
    expect(JSON.parse(parked.stdout)).toMatchObject({ runId, status: 'parked' });
    const again = await ask(['wait', runId, '--json']);
    expect(again.code).toBe(4);
    expect(JSON.parse(again.stdout)).toMatchObject({ runId, status: 'parked' });
    expect(await ask(['wait', runId])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('1 of 1 tool calls'),
    });
    gate.open();
    const done = await ask(['resume', runId, '--raise', 'tools=9', '--wait', '--json']);
    expect(done.code).toBe(0);
    expect(JSON.parse(done.stdout) as Run).toMatchObject({
      finalOutput: 'done',
      budget: { maxToolCalls: 9 },
    });
    expect(await ask(['resume', runId])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('only a parked run'),
    });
  });

  it('says when a run goes on by itself', async () => {
    const prompt = script({ fail: 'enough for today', resumesAt: 4_000_000_000_000 });
    const parked = await ask(['run', ...project, '--auto-resume', '--follow', prompt]);
    expect(parked.code).toBe(4);
    expect(parked.stderr).toContain('It goes on by itself at');
    expect(parked.stdout).toContain('! parked: enough for today');
    expect((await ask(['cancel', '@last'])).code).toBe(0);
  });

  it('sets how the runs of a project are held, and takes it back', async () => {
    const set = (...flags: string[]) => ask(['projects', 'set', world.project.projectId, ...flags, '--json']);
    const rules = ['--daily-budget', 'cost=20,time=1h', '--auto-resume', '--on-restart', 'continue'];
    expect(JSON.parse((await set(...rules)).stdout)).toMatchObject({
      dailyBudget: { maxCostUsd: 20, maxDurationMs: 3_600_000 },
      autoResume: true,
      onRestart: 'continue',
    });
    const back = await set('--daily-budget', 'none', '--no-auto-resume', '--on-restart', 'fail');
    const project = JSON.parse(back.stdout) as Record<string, unknown>;
    for (const name of ['dailyBudget', 'autoResume', 'onRestart']) expect(project).not.toHaveProperty(name);
    expect(await set()).toMatchObject({ code: 2 });
    expect(await set('--budget', 'money=1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('turns=3'),
    });
  });
});
