import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/contract/index.js';
import { CoreWorld, completed } from '../support/core-world.js';
import { FixedClock } from '../support/fixed-clock.js';
import { until } from '../support/processes.js';

describe('the conversation of a session', () => {
  async function complete(world: CoreWorld, sessionId: string, prompt: string) {
    const { runId, turn } = await world.running(sessionId, prompt);
    turn.end(completed);
    const { resume } = await world.reaches(runId, 'completed');
    return { resume, conversation: turn.conversation };
  }

  const isClosed = async (ended: Promise<unknown>) =>
    Promise.race([ended.then(() => true), Promise.resolve(false)]);

  it('is closed when it was idle for long, and restored for the next run', async () => {
    const clock = new FixedClock();
    const world = await CoreWorld.enter({}, { warmConversationIdleMs: 60_000, sweepMs: 5000 }, { clock });
    const sessionId = await world.session();
    const first = await complete(world, sessionId, 'one');
    clock.advance(50_000);
    expect((await complete(world, sessionId, 'two')).resume).toEqual({ mode: 'warm' });
    clock.advance(60_000);
    expect(await isClosed(first.conversation.ended)).toBe(false);
    clock.advance(5000);
    await first.conversation.ended;
    const third = await complete(world, sessionId, 'three');
    expect(third.resume).toEqual({ mode: 'native' });
    expect(third.conversation.request.continuation).toBe('of guest 1');
  });

  it('gives way to others when there are too many, the one that was idle longest first', async () => {
    const world = await CoreWorld.enter({}, { warmConversationsMax: 2 });
    const sessions = [await world.session(), await world.session(), await world.session()];
    const ended = [];
    for (const [n, sessionId] of sessions.entries())
      ended.push((await complete(world, sessionId, `${n}`)).conversation.ended);
    await ended[0];
    expect(await Promise.all(ended.slice(1).map(isClosed))).toEqual([false, false]);
  });

  it('that cannot be restored fails the run in words, and the next one that wants a new context works', async () => {
    const world = await CoreWorld.enter({}, { warmConversationsMax: 0 }, { opensSlowly: true });
    const sessionId = await world.session();
    const letGo = async () => (await until('it opens', () => world.guest.openings[0])).letGo();
    const running = world.running(sessionId, 'one');
    await letGo();
    (await running).turn.end(completed);
    await world.reaches((await running).runId, 'completed');

    const lost = await world.admit(sessionId, 'two');
    const opening = await until('it is restored', () => world.guest.openings[0]);
    expect(opening.request.continuation).toBe('of guest 1');
    opening.refuse(new AppError('resume_lost', 'The conversation is gone: ask for a new context.'));
    const { error } = await world.reaches(lost.runId, 'failed');
    expect(error).toEqual({
      code: 'resume_lost',
      message: 'The conversation is gone: ask for a new context.',
    });
    expect(world.guest.turns).toHaveLength(1);

    const anew = await world.admit(sessionId, 'three', { resume: 'fresh' });
    const fresh = await until('it opens anew', () => world.guest.openings[0]);
    expect(fresh.request.continuation).toBeUndefined();
    fresh.letGo();
    (await world.guest.turn('three')).end(completed);
    await world.reaches(anew.runId, 'completed');
  });

  it('stays with its agent: when its target names another one by now, its runs fail', async () => {
    const world = await CoreWorld.enter();
    const { root } = await world.core.projects.get(world.projectId);
    const setAgent = (harness: string, more = '') =>
      writeFileSync(
        join(root, 'asp-targets.toml'),
        `schema = 1\n[targets.own]\nharness = "${harness}"\n${more}`,
      );
    setAgent('builtin');
    const { sessionId } = await world.core.sessions.create(
      world.projectId,
      { aspTargetName: 'own' },
      undefined,
    );
    await complete(world, sessionId, 'one');
    setAgent('acp', '[targets.own.acp]\ncommand = "/bin/true"\n');
    const { runId } = await world.admit(sessionId, 'two', { resume: 'fresh' });
    const { error } = await world.reaches(runId, 'failed');
    expect(error?.code).toBe('target_invalid');
    expect(error?.message).toContain('start a new session');
  });

  it('that never says that it is closed does not keep the server from stopping', async () => {
    const clock = new FixedClock();
    const world = await CoreWorld.enter({}, { killTimeoutMs: 6000 }, { clock, neverCloses: true });
    await complete(world, await world.session(), 'one');
    let stopped = false;
    const stopping = world.core.drain(0).then(() => {
      stopped = true;
    });
    await until('the server has stopped', () => {
      clock.advance(1000);
      return stopped;
    });
    await stopping;
  });
});
