import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { EventEnvelope, Run, SessionFileHeader, SessionFileRun } from '../../../src/contract/index.js';
import { readRefusal } from '../../support/http-client.js';
import { until } from '../../support/processes.js';
import { exportText, png, readFile } from './session-files.js';
import { fresh, type InWorld, script, type World } from './world.js';

type Line = SessionFileHeader | SessionFileRun | EventEnvelope | { end: { events: number } };

function linesOf(text: string): Line[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line));
}

function textOf(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** With the names of the file in place of those here, so that both can be compared. */
function asThere(text: string, names: readonly (readonly [here: string, there: string])[]): string {
  return names.reduce((all, [here, there]) => all.replaceAll(here, there), text);
}

export function describeSessionImports(world: InWorld): void {
  const take = (body: string, query = {}, projectId = world().project.projectId) =>
    world().client.ask('importSession', { params: { projectId }, body, query });
  const refused = (body: string, query = {}) =>
    world().client.refused('importSession', {
      params: { projectId: world().project.projectId },
      body,
      query,
    });
  const runsOf = async (sessionId: string): Promise<Run[]> =>
    (await world().client.ask('listSessionRuns', { params: { sessionId } })).runs;

  /** A session with an image, a tool and two runs, as a file. */
  async function exported(): Promise<{ sessionId: string; text: string }> {
    const { runId, sessionId } = await world().start(
      script({ say: 'Look' }, { tool: { name: 'Bash', input: { command: 'echo seen' } } }),
      undefined,
      { attachments: [{ type: 'image', mimeType: 'image/png', data: png }], metadata: { ticket: 7 } },
    );
    await world().ended(runId);
    await world().complete('What is 2+2?', sessionId);
    return { sessionId, text: await exportText(world(), sessionId) };
  }

  describe('a session from a file', () => {
    test('is the session that was exported, under new ids where the old ones are taken', async () => {
      const { sessionId, text } = await exported();
      const there = await runsOf(sessionId);
      const project = await world().newProject();
      const taken = await take(text, { name: 'Taken in' }, project.projectId);
      expect(taken).toMatchObject({
        ...{ projectId: project.projectId, name: 'Taken in', status: 'idle', harness: 'builtin' },
        importedFrom: { sessionId, exportedAt: readFile(text).header.exportedAt },
      });
      expect(taken.sessionId).not.toBe(sessionId);
      const here = await runsOf(taken.sessionId);
      expect(here.map(({ status }) => status)).toEqual(['completed', 'completed']);
      const names = [
        [taken.sessionId, sessionId] as const,
        [project.projectId, world().project.projectId] as const,
        ...here.map(({ runId }, index) => [runId, there[index]?.runId ?? ''] as const),
      ];
      const again = readFile(asThere(await exportText(world(), taken.sessionId), names));
      const { events, runs } = readFile(text);
      expect(again.runs).toEqual(runs);
      expect(again.events.slice(0, -1)).toEqual(events);
      expect(again.events.at(-1)).toMatchObject({
        seq: taken.headSeq,
        event: { type: 'session_imported', fromSessionId: sessionId, fromSeq: events.at(-1)?.seq },
      });
      const image = await world().client.raw({
        path: here[0]?.input.attachments?.[0]?.url ?? '',
        headers: { 'x-cp-token': world().server.token },
      });
      expect(image).toMatchObject({ status: 200, headers: { 'content-type': 'image/png' } });
    });

    test('has its old ids back where nobody has them any more', async () => {
      const { sessionId, text } = await exported();
      const before = await runsOf(sessionId);
      await world().client.ask('deleteSession', { params: { sessionId } });
      expect((await take(text)).sessionId).toBe(sessionId);
      expect(await runsOf(sessionId)).toEqual(before);
    });

    test('goes on with a new context of its agent, and says why', async () => {
      const { text } = await exported();
      const { sessionId } = await take(text);
      const { runId, finalOutput } = await world().complete('What was my previous question?', sessionId);
      expect(finalOutput).not.toContain('2+2');
      expect((await world().run(runId)).resume).toEqual({
        mode: 'fresh',
        reason: 'the session was imported, and a file holds nothing of what its agent knew',
      });
      const next = await world().complete('What was my first question?', sessionId);
      expect((await world().run(next.runId)).resume?.mode).toBe('warm');
    });

    test('runs nothing: what had not ended is cancelled, and its questions are denied', async () => {
      const budget = { maxCostUsd: 5 };
      const asking = { permissions: { mode: 'ask' }, budget };
      const { runId, sessionId } = await world().start('Use Bash to run: echo no', undefined, asking);
      const { requestId } = await world().asked(runId);
      const queued = await world().start('Hello', sessionId);
      const text = await exportText(world(), sessionId);
      const taken = await take(text);
      expect(taken.queue).toMatchObject({ length: 0 });
      const runs = await runsOf(taken.sessionId);
      expect(runs.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
      expect(runs[0]?.budget).toEqual(budget);
      // A policy of another server holds for nothing here, also not when the run is tried again.
      expect(runs[0]?.permissions).toBeUndefined();
      const { events } = await world().events({
        params: { sessionId: taken.sessionId },
        query: { types: 'permission_request,permission_decision,run_cancelled,session_imported' },
      });
      expect(events.map(({ type }) => type)).toEqual([
        ...['permission_request', 'permission_decision', 'run_cancelled', 'run_cancelled'],
        'session_imported',
      ]);
      const [asked, answered] = events.map(({ event }) => event);
      expect(asked).toMatchObject({ requestId: (answered as { requestId: string }).requestId });
      expect(JSON.stringify(events)).not.toContain(requestId);
      await world().client.ask('decidePermission', { params: { requestId }, body: { decision: 'allow' } });
      for (const one of [runId, queued.runId]) await world().ended(one);
    });

    test('works as its file says, or as is asked for', async () => {
      const { text } = await exported();
      const lines = linesOf(text);
      const header = lines[0] as SessionFileHeader;
      const elsewhere = { ...header, session: { ...header.session, aspTargetName: 'nowhere' } };
      const foreign = textOf([elsewhere, ...lines.slice(1)]);
      const refusal = await refused(foreign);
      expect(refusal).toMatchObject({ status: 400, code: 'target_not_found' });
      expect(refusal.message).toContain('choose another with aspTargetName');
      expect(await take(foreign, { aspTargetName: 'builtin' })).toMatchObject({ aspTargetName: 'builtin' });
    });

    test('is answered once for one key', async () => {
      const { text } = await exported();
      const params = { projectId: world().project.projectId };
      const key = fresh('import');
      const first = await world().client.call('importSession', { params, body: text, key });
      const again = await world().client.call('importSession', { params, body: text, key });
      expect(again.body).toEqual(first.body);
      expect(again.headers['idempotent-replayed']).toBe('true');
      const other = await exported();
      expect(await world().client.refused('importSession', { params, body: other.text, key })).toMatchObject({
        code: 'idempotency_conflict',
      });
    });
  });

  describe('a file that is none', () => {
    const change = (lines: readonly Line[], index: number, more: object) =>
      textOf(lines.map((line, at) => (at === index ? { ...line, ...more } : line)));

    test('is refused with the line that is wrong, and leaves nothing', async () => {
      const { text } = await exported();
      const lines = linesOf(text);
      const [, run, , event] = lines as [unknown, SessionFileRun, unknown, EventEnvelope];
      const end = lines.length;
      const before = await world().client.ask('listSessions', { query: { limit: 500 } });
      const wrong: [what: string, file: string, line: number, words: RegExp][] = [
        ['nothing', '', 1, /is empty/],
        ['no JSON', `${text.split('\n', 4).join('\n')}\nnonsense\n`, 5, /is not JSON/],
        ['no header', textOf(lines.slice(1)), 1, /not the header/],
        ['a later version', change(lines, 0, { version: 2 }), 1, /version 2/],
        ['a log that has no end', change(lines, 0, { upToSeq: Number.MAX_SAFE_INTEGER }), 1, /upToSeq/],
        ['a time that is none', change(lines, 3, { ts: Number.MAX_SAFE_INTEGER }), 4, /ts/],
        ['cut off', textOf(lines.slice(0, -1)), end, /is missing/],
        ['cut within a line', text.slice(0, -5), end, /is not JSON/],
        ['more behind its end', `${text}{}\n`, end + 1, /behind the end/],
        ['a seq twice', change(lines, 4, { seq: event.seq }), 5, /comes behind/],
        [
          'a seq behind the head',
          change(lines, end - 2, { seq: 99_999 }),
          end - 1,
          /behind the end of the log/,
        ],
        ['an event of another session', change(lines, 3, { sessionId: 'ses_x' }), 4, /another session/],
        ['an event of an unknown run', change(lines, 3, { runId: 'run_x' }), 4, /not in the file/],
        ['an event of an unknown type', change(lines, 3, { event: { type: 'x' } }), 4, /event/],
        ['another name than its type', change(lines, 3, { type: 'notice' }), 4, /is called/],
        ['a run twice', textOf([lines[0], run, run, ...lines.slice(3)]), 3, /twice/],
        ['fewer events', change(lines, end - 1, { end: { events: 1 } }), end, /says 1 events/],
        [
          'another end of a run',
          change(lines, 1, { run: { ...run.run, status: 'failed' } }),
          end,
          /is failed, and the log says completed/,
        ],
        [
          'no image',
          change(lines, 1, { attachments: [{ mimeType: 'image/png', data: 'AAAA' }] }),
          2,
          /does not begin like image/,
        ],
        ['an image that is not there', change(lines, 1, { attachments: [] }), 4, /not in the file/],
      ];
      for (const [what, file, line, words] of wrong) {
        const { code, message, details } = await refused(file);
        expect({ what, code, path: details?.[0]?.path }).toEqual({
          ...{ what, code: 'validation_failed' },
          path: what === 'cut off' ? `line ${end}` : `line ${line}`,
        });
        expect(`${message} ${details?.[0]?.message}`, what).toMatch(words);
      }
      const after = await world().client.ask('listSessions', { query: { limit: 500 } });
      expect(after.map(({ sessionId }) => sessionId)).toEqual(before.map(({ sessionId }) => sessionId));
    });

    test('is refused when it is said to be JSON', async () => {
      const path = importPath(world());
      const headers = { 'x-cp-token': world().server.token, 'content-type': 'application/json' };
      const refusal = readRefusal(await world().client.raw({ method: 'POST', path, headers, body: '{}' }));
      expect(refusal).toMatchObject({ status: 415, code: 'unsupported_media_type' });
      expect(refusal.message).toContain('application/x-ndjson');
    });

    test('leaves nothing and holds no place when the one who sends it goes away', async () => {
      const { text } = await exported();
      const half = text.slice(0, text.length / 2);
      const sent = Array.from({ length: 3 }, () => sendHalf(world(), half));
      // Two are waited for, so the third is the one that is answered.
      expect(await Promise.race(sent.map(({ answered }) => answered))).toBe(503);
      for (const { leave } of sent) leave();
      await until('a place is free', async () => (await attempt(world(), text)) === 201);
    });
  });
}

function sendHalf(world: World, text: string): { answered: Promise<number | undefined>; leave: () => void } {
  const sending = request(new URL(world.server.baseUrl), {
    method: 'POST',
    path: importPath(world),
    headers: { 'x-cp-token': world.server.token, 'content-type': 'application/x-ndjson' },
  });
  const answered = new Promise<number | undefined>((resolve) => {
    sending.on('response', ({ statusCode }) => resolve(statusCode));
  });
  sending.on('error', () => undefined);
  sending.write(text);
  return { answered, leave: () => sending.destroy() };
}

async function attempt(world: World, body: string): Promise<number> {
  const headers = { 'x-cp-token': world.server.token, 'content-type': 'application/x-ndjson' };
  return (await world.client.raw({ method: 'POST', path: importPath(world), headers, body })).status;
}

function importPath({ project }: World): string {
  return `/admin/projects/${project.projectId}/import`;
}
