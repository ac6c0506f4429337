/** kill -9 of the server in each phase of a run, and a start on the same home: rule 6 of the lifecycle. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fresh, type Started, script, type World } from '../contract/http/world.js';
import { isConnectionError } from '../support/http-client.js';
import { agentOf, processesMarked, processesNamed, storeMarkOf, until } from '../support/processes.js';
import { expectSound } from './log-rules.js';
import { Program } from './program.js';

const question = 'What is 2+2?';

function whenCut(error: unknown): undefined {
  if (!isConnectionError(error)) throw error;
}

describe('after a kill -9 of the server', () => {
  let program: Program;
  let world: World;
  let sessionId: string;

  beforeAll(async () => {
    program = await Program.start();
    world = program.world;
  });
  afterAll(() => program?.leave());
  beforeEach(async () => {
    ({ sessionId } = await world.complete(question));
  });

  /** Kills the server, starts it again, and sees that nothing of the dead one is left. */
  async function restart(): Promise<void> {
    const mark = await storeMarkOf(program.pid);
    const before = new Set(processesMarked(mark).map(({ pid }) => pid));
    expect(before.size).toBeGreaterThan(0);
    await program.kill();
    await program.startAgain();
    expect(processesMarked(mark).filter(({ pid }) => before.has(pid))).toEqual([]);
  }

  async function expectInterrupted({ runId }: Started): Promise<void> {
    const { error } = await world.ended(runId, 'failed');
    expect(error?.code).toBe('interrupted_by_restart');
  }

  /** The session takes runs, and its agent has restored what it knew. */
  async function expectContext(of: string, asked: string): Promise<void> {
    const { runId, finalOutput } = await world.complete('What was my previous question?', of);
    expect(finalOutput).toContain(asked);
    expect((await world.run(runId)).resume?.mode).toBe('native');
    await expectSound(world, of);
  }

  test('an idle session goes on with its context', async () => {
    await restart();
    await expectContext(sessionId, question);
  });

  test('a fork that has not begun begins as it was asked for, and one that has goes on', async () => {
    await world.complete('Hello', sessionId);
    const fork = async () => {
      const { runs } = await world.client.ask('listSessionRuns', { params: { sessionId } });
      const body = { atRunId: runs[0]?.runId };
      return (await world.client.ask('forkSession', { params: { sessionId }, body })).sessionId;
    };
    const [begun, waiting] = [await fork(), await fork()];
    const active = await world.hold(begun);
    await restart();
    await expectInterrupted(active);
    await expectContext(waiting, question);
    const { finalOutput } = await world.complete('What was my first question?', begun);
    expect(finalOutput).toContain(question);
    await expectSound(world, begun);
  });

  test('an active run failed, and the runs queued behind it complete', async () => {
    const active = await world.hold(sessionId);
    const queued = [];
    for (let index = 0; index < 5; index += 1) queued.push(await world.start('Hello', sessionId));
    await restart();
    await expectInterrupted(active);
    for (const { runId } of queued) await world.ended(runId);
    const log = await expectSound(world, sessionId);
    const completed = log.filter(({ type }) => type === 'run_completed').map(({ runId }) => runId);
    expect(completed.slice(1)).toEqual(queued.map(({ runId }) => runId));
    const { finalOutput } = await world.complete('What was my first question?', sessionId);
    expect(finalOutput).toContain(question);
  });

  test('the first run of a session failed, and the next goes on with what it was asked', async () => {
    const first = await world.hold();
    await restart();
    await expectInterrupted(first);
    const { runId, finalOutput } = await world.complete('What was my previous question?', first.sessionId);
    expect((await world.run(runId)).resume).toEqual({ mode: 'native' });
    expect(finalOutput).toContain('waitFor');
    await expectSound(world, first.sessionId);
  });

  test('a run whose prompt was not handed over is queued again and completes', async () => {
    process.kill((await agentOf(program.pid)).pid, 'SIGSTOP');
    const started = await world.start(question);
    await world.reaches(started.runId, 'injecting');
    await restart();
    await world.ended(started.runId);
    const log = await expectSound(world, started.sessionId);
    expect(log.map(({ type }) => type)).toContain('run_requeued');
    expect(log.filter(({ type }) => type === 'run_started')).toHaveLength(1);
  });

  test('a run whose prompt may have been handed over is not run twice', async () => {
    process.kill((await agentOf(program.pid)).pid, 'SIGSTOP');
    const started = await world.start(question, sessionId);
    await until('the prompt was handed over', async () => {
      const query = { types: 'agent_start' };
      return (await world.events({ params: { runId: started.runId }, query })).total === 1;
    });
    expect((await world.run(started.runId)).status).toBe('injecting');
    await restart();
    await expectInterrupted(started);
    await expectContext(sessionId, question);
  });

  test('a run whose project wants that goes on, in its context, and its agent is told', async () => {
    const { projectId } = world.project;
    const onRestart = (policy: string) =>
      world.client.ask('updateProject', { params: { projectId }, body: { onRestart: policy } });
    await onRestart('continue');
    const active = await world.hold(sessionId);
    const behind = await world.start('What was my first question?', sessionId);
    await restart();
    active.gate.open();
    expect((await world.ended(active.runId)).finalOutput).toContain('let go');
    expect((await world.run(active.runId)).resume?.mode).toBe('native');
    expect((await world.ended(behind.runId)).finalOutput).toContain(question);
    const log = await expectSound(world, sessionId);
    const ofRun = log.filter(({ runId }) => runId === active.runId);
    expect(ofRun.filter(({ type }) => type === 'agent_start')).toHaveLength(2);
    expect(JSON.stringify(ofRun)).toContain('the server that runs you was restarted');
    await onRestart('fail');
  });

  test('a parked run is parked still, and one that is due meanwhile goes on by itself', async () => {
    const limited = (resumesAt: number) =>
      world.start(script({ fail: 'enough', resumesAt }), undefined, { autoResume: true });
    const waiting = await limited(4_000_000_000_000);
    await world.reaches(waiting.runId, 'parked');
    const due = await limited(Date.now() + 2000);
    await world.reaches(due.runId, 'parked');
    await restart();
    expect((await world.run(waiting.runId)).parked).toMatchObject({ resumesAt: 4_000_000_000_000 });
    const query = { types: 'run_resumed' };
    await until('the run went on', async () => {
      return (await world.events({ params: { runId: due.runId }, query })).total > 0;
    });
    for (const { runId } of [waiting, due]) await world.client.ask('cancelRun', { params: { runId } });
  });

  test('a run in full stream failed, and all that was seen of it is still there', async () => {
    const started = await world.start(script({ emit: { count: 2_000_000, bytes: 20 } }), sessionId);
    const reader = await world.streamRun(started.runId, { after: 0 });
    await reader.ack();
    const seen = await reader.eventsUntil(({ seq }) => seq > 2000);
    await restart();
    reader.close();
    await expectInterrupted(started);
    const log = await expectSound(world, sessionId);
    expect(log.filter(({ runId }) => runId === started.runId).slice(0, seen.length)).toEqual(seen);
    expect((await world.complete('What was my first question?', sessionId)).finalOutput).toContain(question);
  });

  test('the tool of a run is ended, with all that it started', async () => {
    const name = fresh('tool');
    const command = [
      `trap '' TERM HUP INT`,
      `(setsid sh -c "trap '' TERM HUP; : ${name}; while :; do sleep 1; done" &)`,
      `echo running; while :; do sleep 1; : ${name}; done`,
    ].join('; ');
    const started = await world.start(`Use Bash to run: ${command}`, sessionId);
    await until('the tool and its child run', () => processesNamed(`: ${name}`).length >= 2);
    await restart();
    expect(processesNamed(name)).toEqual([]);
    await expectInterrupted(started);
    await expectSound(world, sessionId);
  });

  test('a run that waited for permission failed, and its request is settled', async () => {
    const started = await world.start(script({ ask: { toolName: 'Bash' } }), sessionId);
    const { requestId } = await world.asked(started.runId);
    await restart();
    await expectInterrupted(started);
    const refusal = await world.client.refused('decidePermission', {
      params: { requestId },
      body: { decision: 'allow' },
    });
    expect(refusal.code).toBe('permission_already_decided');
    const { events } = await world.events({ params: { sessionId }, query: { types: 'permission_decision' } });
    expect(events.map(({ event }) => event)).toMatchObject([
      { requestId, decision: 'deny', source: 'restart' },
    ]);
    await expectSound(world, sessionId);
  });

  test('a run that was being cancelled is cancelled', async () => {
    const stubborn = script({ ignoreSignals: true }, { say: 'holding' }, { hang: true });
    const { runId } = await world.start(stubborn, sessionId);
    await world.reaches(runId, 'running');
    const cancelling = world.client.raw({
      method: 'POST',
      path: `/admin/runs/${runId}/cancel`,
      headers: { 'x-cp-token': 'dev' },
    });
    const lost = expect(cancelling).rejects.toThrow();
    await until('the cancel was taken', async () => {
      const query = { types: 'cancel_requested' };
      return (await world.events({ params: { runId }, query })).total === 1;
    });
    await restart();
    await lost;
    await world.ended(runId, 'cancelled');
    await expectSound(world, sessionId);
  });

  test('a run that was just answered as ended stays ended, with its context', async () => {
    for (let round = 0; round < 3; round += 1) {
      const asked = `What is ${round}+1?`;
      const { runId, finalOutput } = await world.complete(asked, sessionId);
      await restart();
      expect((await world.ended(runId)).finalOutput).toBe(finalOutput);
      await expectContext(sessionId, asked);
    }
  });

  test('what was answered as queued is there, at whatever moment the server died', async () => {
    const answered: Started[] = [];
    const posting = Array.from({ length: 8 }, async () => {
      for (;;) {
        const started = await world.start('Hello').catch(whenCut);
        if (started === undefined) return;
        answered.push(started);
      }
    });
    await until('some are answered', () => answered.length >= 30);
    await restart();
    await Promise.all(posting);
    for (const { runId } of answered) {
      const { status, error } = await world.client.ask('waitForRun', { params: { runId } });
      expect(['completed', 'failed']).toContain(status);
      if (status === 'failed') expect(error?.code).toBe('interrupted_by_restart');
    }
    for (const { sessionId: of } of answered) await expectSound(world, of);
  });

  test('a prompt that was answered under a key is not run again under it', async () => {
    const body = { projectId: world.project.projectId, prompt: question };
    const key = fresh('key');
    const first = await world.client.ask('createRun', { body, key });
    await restart();
    const again = await world.client.call('createRun', { body, key });
    expect(again.body).toEqual(first);
    expect(again.headers['idempotent-replayed']).toBe('true');
    const { total } = await world.client.ask('listRuns', { query: { sessionId: first.sessionId } });
    expect(total).toBe(1);
  });

  test('a broken file of targets fails the run that needs it and nothing else', async () => {
    const path = join(world.project.root, 'asp-targets.toml');
    const active = await world.hold(sessionId);
    const queued = await world.start('Hello', sessionId);
    writeFileSync(path, 'schema = [');
    await restart();
    await expectInterrupted(active);
    expect((await world.ended(queued.runId, 'failed')).error?.code).toBe('target_invalid');
    writeFileSync(path, 'schema = 1\n');
    await world.complete('Hello', sessionId);
    await expectSound(world, sessionId);
  });
});
