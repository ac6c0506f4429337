import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/contract/index.js';
import { fresh, type InWorld, script } from './world.js';

export function describeRuns(world: InWorld): void {
  const refused = (body: object) => world().client.refused('createRun', { body });

  describe('runs', () => {
    test('a run is queued, runs, and answers with its output', async () => {
      const answer = await world().client.ask('createRun', {
        body: { projectId: world().project.projectId, prompt: 'What is 2+2?', metadata: { a: 1 } },
      });
      expect(answer).toEqual({
        runId: expect.any(String),
        sessionId: expect.any(String),
        status: 'queued',
      });
      const outcome = await world().ended(answer.runId);
      expect(outcome).toEqual({
        runId: answer.runId,
        sessionId: answer.sessionId,
        status: 'completed',
        completedAt: expect.any(Number),
        finalOutput: '4',
      });
      expect(await world().run(answer.runId)).toMatchObject({
        status: 'completed',
        input: { content: 'What is 2+2?' },
        inputPreview: 'What is 2+2?',
        finalOutput: '4',
        response: { content: '4' },
        resume: { mode: 'fresh' },
        metadata: { a: 1 },
        completedAt: outcome.completedAt,
      });
    });

    test('a run on the same session knows what was asked before', async () => {
      const { sessionId } = await world().complete('What is 2+2?');
      const { runId, finalOutput } = await world().complete('What was my previous question?', sessionId);
      expect(finalOutput).toContain('What is 2+2?');
      expect((await world().run(runId)).resume?.mode).toBe('warm');
      const { runs, total } = await world().client.ask('listSessionRuns', { params: { sessionId } });
      expect(runs.map(({ response }) => response?.content)).toEqual(['4', finalOutput]);
      expect(total).toBe(2);
    });

    test('a run may ask for a new context', async () => {
      const { sessionId } = await world().complete('What is 2+2?');
      const { runId } = await world().start('What was my previous question?', sessionId, { resume: 'fresh' });
      expect((await world().ended(runId)).finalOutput).not.toContain('2+2');
      expect((await world().run(runId)).resume?.mode).toBe('fresh');
    });

    test('without a policy each run gets a session of its own', async () => {
      const body = { projectId: world().project.projectId, prompt: 'Hello', mode: 'detached' };
      const first = await world().client.ask('createRun', { body });
      const second = await world().client.ask('createRun', { body: { ...body, session: { name: 'Other' } } });
      expect(first.sessionId).not.toBe(second.sessionId);
      await world().ended(first.runId);
      await world().ended(second.runId);
    });

    test('to resume, the session must be named', async () => {
      const { projectId } = world().project;
      const refusal = await refused({ projectId, prompt: 'Hello', session: { policy: 'resume' } });
      expect(refusal).toMatchObject({ status: 400, code: 'validation_failed' });
      expect(refusal.details?.[0]?.path).toBe('session.sessionId');
    });

    test('an unknown project or session is not found, and the session of another project is refused', async () => {
      const { projectId } = world().project;
      const other = await world().newProject();
      const sessionId = await world().newSession(other);
      const resume = (id: string) => ({ policy: 'resume', sessionId: id });
      const unknownProject = await refused({ projectId: 'nothing', prompt: 'Hello' });
      expect(unknownProject).toMatchObject({ status: 404, code: 'project_not_found' });
      const unknownSession = await refused({ projectId, prompt: 'Hello', session: resume('nothing') });
      expect(unknownSession).toMatchObject({
        status: 404,
        code: 'session_not_found',
        message: 'session not found',
      });
      const mismatch = await refused({ projectId, prompt: 'Hello', session: resume(sessionId) });
      expect(mismatch).toMatchObject({ status: 409, code: 'session_mismatch' });
      expect((await world().client.ask('listRuns', { query: { sessionId } })).total).toBe(0);
    });

    test('a run that fails says why, and the session goes on', async () => {
      const { runId, sessionId } = await world().start('Fail with the disk is full');
      const error = { code: 'agent_failed', message: 'the disk is full' };
      expect((await world().ended(runId, 'failed')).error).toEqual(error);
      const run = await world().run(runId);
      expect(run).toMatchObject({ status: 'failed', error });
      expect(run).not.toHaveProperty('finalOutput');
      const { finalOutput } = await world().complete('What was my previous question?', sessionId);
      expect(finalOutput).toContain('Fail with the disk is full');
    });

    test('a run stops at the turns that it may take', async () => {
      const tool = { tool: { name: 'Read', input: { path: 'nothing' } } };
      const { runId } = await world().start(script(tool, tool), undefined, { maxTurns: 1 });
      expect((await world().ended(runId, 'failed')).error?.code).toBe('max_turns_reached');
      expect((await world().run(runId)).toolHistory).toHaveLength(1);
    });

    test('tools leave their history and the run its use', async () => {
      const { runId } = await world().complete('Use Bash to run: echo hello');
      const run = await world().run(runId);
      expect(run.toolHistory).toMatchObject([{ toolName: 'Bash', isError: false }]);
      expect(run.usage).toMatchObject({ toolCalls: 1 });
      expect(run.finalOutput).toContain('hello');
    });

    test('a long prompt is whole in the detail and cut in lists', async () => {
      const prompt = `Hello ${'ab😀'.repeat(2000)}`;
      const { runId, sessionId } = await world().complete(prompt);
      const run = await world().run(runId);
      expect(run.input).toEqual({ content: prompt });
      expect(run.inputPreview.length).toBeLessThanOrEqual(limits.previewCharsMax);
      expect(prompt.startsWith(run.inputPreview)).toBe(true);
      expect(run.inputPreview).not.toMatch(/\p{Surrogate}/u);
      const { runs } = await world().client.ask('listSessionRuns', { params: { sessionId } });
      expect(runs[0]?.input.truncated).toBe(true);
      expect(runs[0]?.input.content.length).toBeLessThanOrEqual(limits.listedTextCharsMax);
    });

    test.each([
      ['line ends of all kinds', 'a\r\nb\rc\nd\u2028e\u2029f'],
      ['what looks like the end of a frame', 'a\n\ndata: {}\n\nevent: ack\n\n'],
      ['every script', 'naïve Ünïcödé 漢字 עברית 🚢👩‍👩‍👧'],
      ['what looks like SQL, HTML and templates', `'; DROP TABLE runs; --<script>\${x}%s{{y}}`],
      ['control characters', '\u0001\u001b[31m\u007f\ufeff'],
    ])('a text with %s comes back as it was sent, everywhere', async (_what, text) => {
      const prompt = script({ say: text });
      const { sessionId, runId } = await world().start(prompt, undefined, {
        session: { policy: 'new', name: `x${text}x` },
        metadata: { [text]: text },
      });
      const reader = await world().streamRun(runId, { after: 0 });
      await reader.ack();
      const streamed = await reader.eventsToEnd();
      expect((await world().ended(runId)).finalOutput).toBe(text);
      const run = await world().run(runId);
      expect(run).toMatchObject({
        finalOutput: text,
        input: { content: prompt },
        metadata: { [text]: text },
      });
      const session = await world().client.ask('getSession', { params: { sessionId } });
      expect(session.name).toBe(`x${text}x`);
      expect(streamed.at(-1)?.event).toMatchObject({ type: 'run_completed', finalOutput: text });
      expect((await world().events({ params: { runId }, query: { limit: 1000 } })).events).toEqual(streamed);
    });

    test('a NUL in what a tool prints is replaced, and nothing behind it is lost', async () => {
      const { runId, finalOutput } = await world().complete(`Use Bash to run: printf 'a\\000b'`);
      expect(finalOutput).toContain('a\uFFFDb');
      expect((await world().run(runId)).finalOutput).toBe(finalOutput);
    });

    test('runs are listed newest first, by session, project and status', async () => {
      const { sessionId, runId: first } = await world().complete('Hello');
      const { runId: second } = await world().start('Fail with x', sessionId);
      await world().ended(second, 'failed');
      const list = (query: Record<string, string>) => world().client.ask('listRuns', { query });
      const idsOf = async (query: Record<string, string>) =>
        (await list(query)).runs.map(({ runId }) => runId);
      expect(await idsOf({ sessionId })).toEqual([second, first]);
      expect(await idsOf({ sessionId, status: 'failed' })).toEqual([second]);
      expect(await list({ sessionId, status: 'completed' })).toMatchObject({ total: 1 });
      expect((await idsOf({ projectId: world().project.projectId })).slice(0, 2)).toEqual([second, first]);
    });

    test('a run that has ended is tried again, with its prompt or another, and says whose retry it is', async () => {
      const { sessionId, runId } = await world().start('Fail with x');
      await world().ended(runId, 'failed');
      const params = { runId };
      const same = await world().client.ask('retryRun', { params, key: fresh('retry') });
      await world().ended(same.runId, 'failed');
      const other = await world().client.ask('retryRun', { params, body: { prompt: 'What is 2+2?' } });
      expect(other).toEqual({ runId: expect.any(String), sessionId, status: 'queued' });
      expect((await world().ended(other.runId)).finalOutput).toBe('4');
      expect((await world().run(other.runId)).retryOf).toBe(runId);
      const held = await world().hold();
      const refusal = await world().client.refused('retryRun', { params: { runId: held.runId } });
      expect(refusal).toMatchObject({ status: 409, code: 'run_not_ended' });
      held.gate.open();
      await world().ended(held.runId);
    });

    test('the delivery "interrupt" cancels what is active and goes first', async () => {
      const { sessionId, runId } = await world().hold();
      const behind = await world().start('Hello', sessionId);
      const body = { projectId: world().project.projectId, prompt: 'What is 2+2?', delivery: 'interrupt' };
      const answer = await world().client.ask('createRun', {
        body: { ...body, session: { policy: 'resume', sessionId } },
      });
      expect(answer).toMatchObject({ status: 'queued', delivery: 'interrupted', interruptedRunId: runId });
      await world().ended(runId, 'cancelled');
      const first = await world().ended(answer.runId);
      const second = await world().ended(behind.runId);
      expect(first.completedAt).toBeLessThanOrEqual(second.completedAt ?? 0);
    });

    test('the delivery "steer" says what became of the run, which runs once whatever that is', async () => {
      const { sessionId, runId, gate } = await world().hold();
      const body = { projectId: world().project.projectId, prompt: script({ say: 'x' }), delivery: 'steer' };
      const session = { policy: 'resume', sessionId };
      const answer = await world().client.ask('createRun', { body: { ...body, session } });
      expect(['queued', 'injected']).toContain(answer.delivery);
      expect(answer.status).toBe(answer.delivery === 'injected' ? 'completed' : 'queued');
      gate.open();
      await world().ended(runId);
      await world().ended(answer.runId);
    });

    test('a session has a delivery of its own for runs that name none', async () => {
      const { sessionId, runId, gate } = await world().hold();
      const params = { sessionId };
      await world().client.ask('updateSession', { params, body: { queue: { delivery: 'reject' } } });
      const session = { policy: 'resume', sessionId };
      const body = { projectId: world().project.projectId, prompt: 'Hello', session };
      expect(await refused(body)).toMatchObject({ status: 409, code: 'session_busy' });
      const named = await world().client.ask('createRun', { body: { ...body, delivery: 'queue' } });
      gate.open();
      await world().ended(runId);
      await world().ended(named.runId);
    });

    test('the delivery "reject" takes an idle session only', async () => {
      const { sessionId, runId, gate } = await world().hold();
      const session = { policy: 'resume', sessionId };
      const { projectId } = world().project;
      const body = { projectId, prompt: 'Hello', session, delivery: 'reject' };
      const refusal = await refused(body);
      expect(refusal).toMatchObject({ status: 409, code: 'session_busy' });
      expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(0);
      gate.open();
      await world().ended(runId);
      const { runId: taken } = await world().client.ask('createRun', { body });
      await world().ended(taken);
    });
  });
}
