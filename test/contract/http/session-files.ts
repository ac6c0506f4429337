import { describe, expect, test } from 'vitest';
import {
  type EventEnvelope,
  eventEnvelope,
  isTerminalEventType,
  sessionFileEnd,
  sessionFileHeader,
  sessionFileRun,
} from '../../../src/contract/index.js';
import { readRefusal } from '../../support/http-client.js';
import { type InWorld, script, type World } from './world.js';

export const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export async function exportText(world: World, sessionId: string): Promise<string> {
  const headers = { 'x-cp-token': world.server.token };
  const answer = await world.client.raw({ path: `/admin/sessions/${sessionId}/export`, headers });
  expect(answer.status, answer.text.slice(0, 300)).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/x-ndjson',
    'content-disposition': `attachment; filename="${sessionId}.jsonl"`,
    'cache-control': 'no-store',
  });
  return answer.text;
}

/** Every line as what it has to be. */
export function readFile(text: string) {
  expect(text.endsWith('\n')).toBe(true);
  const [first, ...others] = text
    .slice(0, -1)
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  const header = sessionFileHeader.strict().parse(first);
  const { end } = sessionFileEnd.strict().parse(others.pop());
  const runs = others.splice(0, header.runs).map((line) => sessionFileRun.strict().parse(line));
  const events = others.map((line): EventEnvelope => eventEnvelope.strict().parse(line));
  expect(events).toHaveLength(end.events);
  return { header, runs, events };
}

export function describeSessionFiles(world: InWorld): void {
  describe('a session as a file', () => {
    test('has the session, each run whole with its images, and the log', async () => {
      const first = await world().start(script({ say: 'long '.repeat(1000) }), undefined, {
        attachments: [{ type: 'image', mimeType: 'image/png', data: png }],
        metadata: { ticket: 7 },
        maxTurns: 3,
      });
      await world().ended(first.runId);
      const { sessionId } = first;
      const second = await world().complete('Hello', sessionId);
      const { header, runs, events } = readFile(await exportText(world(), sessionId));
      const session = await world().client.ask('getSession', { params: { sessionId } });
      expect(header).toMatchObject({ runs: 2, upToSeq: session.headSeq, session });
      expect(runs).toEqual([
        {
          run: await world().run(first.runId),
          maxTurns: 3,
          attachments: [{ mimeType: 'image/png', data: png }],
        },
        { run: await world().run(second.runId) },
      ]);
      const page = await world().events({ params: { sessionId }, query: { limit: 1000 } });
      expect(events).toEqual(page.events);
    });

    test('tells an open run as it is, up to the seq that the header names', async () => {
      const { runId, sessionId, gate } = await world().hold();
      const queued = await world().start('Later', sessionId);
      const { header, runs, events } = readFile(await exportText(world(), sessionId));
      expect(runs.map(({ run }) => [run.runId, run.status])).toEqual([
        [runId, 'running'],
        [queued.runId, 'queued'],
      ]);
      expect(events.at(-1)?.seq).toBe(header.upToSeq);
      expect(events.filter(({ type }) => isTerminalEventType(type))).toEqual([]);
      gate.open();
      await world().ended(queued.runId);
    });

    test('of a session that nobody knows is not found', async () => {
      const headers = { 'x-cp-token': world().server.token };
      const path = '/admin/sessions/nothing/export';
      expect(readRefusal(await world().client.raw({ path, headers }))).toMatchObject({
        status: 404,
        code: 'session_not_found',
      });
    });
  });
}
