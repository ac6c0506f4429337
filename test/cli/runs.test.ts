/** Prompts from a script: what stands on stdout, and the exit code that is the outcome. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEnvelope, Run } from '../../src/contract/index.js';
import { script, type World } from '../contract/http/world.js';
import { Program } from '../fault/program.js';
import { type Ask, askServer } from '../support/command-line.js';
import { until } from '../support/processes.js';

const asking = { permissions: { mode: 'ask' } };
/** The smallest there is: one transparent point. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('the command line, for runs', () => {
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

  it('run prints the id of the run, and nothing else', async () => {
    const { code, stdout, stderr } = await ask(['run', ...project, 'Hello']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await world.ended(stdout.trim());
  });

  it('run --wait prints the answer', async () => {
    expect(await ask(['run', ...project, '--wait', 'What is 2+2?'])).toEqual({
      code: 0,
      stdout: '4\n',
      stderr: '',
    });
  });

  it('run --wait --json prints the run', async () => {
    const { stdout } = await ask(['run', ...project, '--wait', '--json', 'What is 2+2?']);
    expect(JSON.parse(stdout) as Run).toMatchObject({ status: 'completed', finalOutput: '4' });
  });

  it('run --follow prints what happens', async () => {
    const end = await ask(['run', ...project, '-f', 'Use Bash to run: echo seen']);
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(end.stdout).toMatch(/^\* bash echo seen\n {2}seen\n/i);
  });

  it('run --follow --json prints the events of the run, one on each line', async () => {
    const { stdout } = await ask(['run', ...project, '--follow', '--json', 'Hello']);
    const told = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as EventEnvelope);
    const { events } = await world.events({
      params: { runId: told[0]?.runId ?? '' },
      query: { limit: 1000 },
    });
    expect(told).toEqual(events);
  });

  it('takes the project whose folder holds the present one', async () => {
    const folder = join(world.project.root, 'deep', 'down');
    mkdirSync(folder, { recursive: true });
    const { stdout } = await ask(['run', '--wait', '--json', 'Hello'], { folder });
    expect(JSON.parse(stdout)).toMatchObject({ projectId: world.project.projectId });
    expect(await ask(['run', 'Hello'], { folder: '/' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('projects add'),
    });
  });

  it('reads the prompt from standard input and from a file', async () => {
    const input = 'What is 3*3?';
    const file = join(world.folder(), 'prompt');
    writeFileSync(file, input);
    for (const end of await Promise.all([
      ask(['run', ...project, '--wait', '-'], { input }),
      ask(['run', ...project, '--wait'], { input }),
      ask(['run', ...project, '--wait', '--file', file]),
    ]))
      expect(end).toMatchObject({ code: 0, stdout: '9\n' });
  });

  it('sends images', async () => {
    const file = join(world.folder(), 'point.png');
    writeFileSync(file, Buffer.from(png, 'base64'));
    const { stdout } = await ask(['run', ...project, '--wait', '--json', '--image', file, 'Look']);
    expect((JSON.parse(stdout) as Run).input.attachments).toHaveLength(1);
    expect(await ask(['run', ...project, '--image', 'point.txt', 'Look'])).toMatchObject({ code: 2 });
  });

  it('goes on in a session, by id, by the beginning of it, by name and by @last', async () => {
    const name = `Named ${process.pid}`;
    const { stdout } = await ask(['run', ...project, '--wait', '--json', '--name', name, 'Hello']);
    const { sessionId } = JSON.parse(stdout) as Run;
    for (const text of [sessionId, sessionId.slice(0, -1), sessionId.slice(4), name, '@last']) {
      const end = await ask(['run', '--session', text, '--wait', '--json', 'Hello']);
      expect(JSON.parse(end.stdout), text).toMatchObject({ sessionId });
    }
  });

  it('send queues behind what runs, or is rejected', async () => {
    const { sessionId, runId, gate } = await world.hold();
    expect(await ask(['send', sessionId, '--reject', 'Hello'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('quarterdeck: '),
    });
    const queued = await ask(['send', sessionId, 'Hello']);
    expect(queued.code).toBe(0);
    gate.open();
    await world.ended(runId);
    await world.ended(queued.stdout.trim());
    expect((await ask(['send', sessionId, '--reject', '--queue', 'Hello'])).code).toBe(2);
  });

  it('ends with 1 when the run fails, and says why', async () => {
    const end = await ask(['run', ...project, '--wait', script({ fail: 'no way' })]);
    expect(end).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining('no way (agent_failed)') });
  });

  it('ends with 3 when the run is cancelled', async () => {
    const { runId } = await world.hold();
    const waiting = ask(['wait', runId]);
    expect(await ask(['cancel', runId])).toMatchObject({ code: 0, stdout: `${runId} cancelled\n` });
    expect((await waiting).code).toBe(3);
  });

  it('ends with 4 when the run needs permission, also where it asked before', async () => {
    const { runId } = await world.start('Use Bash to run: echo allowed', undefined, asking);
    const { requestId } = await world.asked(runId);
    for (const end of [await ask(['wait', runId]), await ask(['wait', runId.slice(0, -1)])])
      expect(end).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('approve') });
    const { code, stdout } = await ask(['wait', runId, '--json']);
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ runId, status: 'awaiting_permission' });
    expect(await ask(['approve', requestId.slice(0, -1)])).toMatchObject({
      code: 0,
      stdout: `${requestId} allow\n`,
    });
    expect(await ask(['wait', runId])).toMatchObject({ code: 0, stdout: expect.stringContaining('allowed') });
  });

  it('denies, and the run goes on without', async () => {
    const { runId } = await world.start('Use Bash to run: echo allowed', undefined, asking);
    const { requestId } = await world.asked(runId);
    expect((await ask(['permissions'])).stdout).toMatch(new RegExp(`^${requestId}\t.*echo allowed`, 'm'));
    expect(await ask(['deny', '--message', 'not today'])).toMatchObject({ stdout: `${requestId} deny\n` });
    await until('the run has ended', async () => (await world.run(runId)).completedAt !== undefined);
    expect(await ask(['approve', requestId])).toMatchObject({ code: 1 });
  });

  it('ends with 124 when the time is over, and the run goes on', async () => {
    const { runId, gate } = await world.hold();
    expect(await ask(['wait', runId, '--timeout', '10ms'])).toMatchObject({ code: 124, stdout: '' });
    gate.open();
    await world.ended(runId);
  });

  it('interrupts what is active in a session', async () => {
    const { sessionId, runId } = await world.hold();
    expect(await ask(['interrupt', sessionId])).toMatchObject({ code: 0, stdout: `${runId} cancelled\n` });
    expect(await ask(['interrupt', sessionId])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('moves, edits and clears what waits', async () => {
    const { sessionId, runId, gate } = await world.hold();
    const [first, second] = [await world.start('Hello', sessionId), await world.start('Bye', sessionId)];
    await ask(['queue', 'move', second.runId, '--first']);
    const edited = await ask(['queue', 'edit', second.runId, 'What is 7*7?']);
    expect(edited).toMatchObject({ code: 0, stdout: expect.stringContaining('What is 7*7?') });
    const { stdout } = await ask(['queue', sessionId, '--json']);
    const waiting = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as Run).runId);
    expect(waiting).toEqual([second.runId, first.runId]);
    expect((await ask(['queue', 'move', first.runId, '--first', '--last'])).code).toBe(2);
    expect((await ask(['queue', 'now', first.runId])).code).toBe(0);
    expect((await ask(['queue', 'clear', sessionId])).stdout).toBe(`${sessionId} 2 cancelled\n`);
    gate.open();
    await world.ended(runId);
  });

  it('tries a run again, with another prompt', async () => {
    const { runId } = await world.complete('What is 2+2?');
    expect(await ask(['retry', runId, '--wait'])).toMatchObject({ code: 0, stdout: '4\n' });
    const other = await ask(['retry', runId, '--wait', '--prompt', 'What is 3+3?']);
    expect(other).toMatchObject({ code: 0, stdout: '6\n' });
  });

  it('send --steer puts a prompt into the turn under way, and waits for its answer', async () => {
    const { sessionId, runId, gate } = await world.hold();
    const steered = await ask(['send', sessionId, '--steer', '--json', 'By the way']);
    expect(JSON.parse(steered.stdout)).toMatchObject({ delivery: 'injected', injectedInto: runId });
    gate.open();
    await world.ended(runId);
  });

  it('send --interrupt takes the place of what runs', async () => {
    const { sessionId, runId } = await world.hold();
    const end = await ask(['send', sessionId, '--interrupt', '--wait', 'What is 8*8?']);
    expect(end).toMatchObject({ code: 0, stdout: '64\n' });
    await world.ended(runId, 'cancelled');
  });

  it('lists, pauses and resumes a queue', async () => {
    const { sessionId, runId, gate } = await world.hold();
    const [first, second] = [await world.start('Hello', sessionId), await world.start('Bye', sessionId)];
    const { stdout } = await ask(['queue', sessionId]);
    expect(stdout.split('\n').map((line) => line.split('\t')[1])).toEqual([
      first.runId,
      second.runId,
      undefined,
    ]);
    expect((await ask(['queue', 'pause', sessionId])).stdout).toBe(`${sessionId} paused, 2 waiting\n`);
    gate.open();
    await world.ended(runId);
    expect((await ask(['queue', 'resume', sessionId])).stdout).toContain('open');
    await world.ended(second.runId);
  });

  it.each([
    { args: ['run', '--wait', '--follow', 'Hello'] },
    { args: ['run', '--session', '@last', '--target', 'x', 'Hello'] },
    { args: ['run', '--timeout', '5s', 'Hello'] },
    { args: ['run', '--timeout', 'soon', '--wait', 'Hello'] },
    { args: ['run', 'two', 'prompts'] },
    { args: ['run'] },
    { args: ['wait'] },
    { args: ['attach', '@last'] },
  ])('ends with 2 and says why: $args', async ({ args }) => {
    const { code, stdout, stderr } = await ask(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^quarterdeck: ./);
    expect(stderr).not.toContain(' at ');
  });

  it('tail loses nothing when the server is killed and started again', async () => {
    const { sessionId } = await world.complete('Hello');
    let killed: Promise<void> | undefined;
    const again = async () => {
      await program.kill();
      await program.startAgain();
      await world.complete('What is 5*5?', sessionId);
    };
    const { code, stdout } = await ask(['tail', sessionId, '--after', '0', '--json'], {
      onOutput(text, kill) {
        killed ??= text.includes('"run_completed"') ? again() : undefined;
        if (text.split('"type":"run_completed","ts"').length === 3) kill('SIGINT');
      },
    });
    await killed;
    const told = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as EventEnvelope);
    const { events } = await world.events({ params: { sessionId }, query: { limit: 1000 } });
    expect(told).toEqual(events);
    expect(code).toBe(0);
  });
});
