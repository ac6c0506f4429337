import { beforeAll, describe, expect, test } from 'vitest';
import type { EventEnvelope } from '../../../src/contract/index.js';
import { type InWorld, type Started, script } from './world.js';

export function describeEvents(world: InWorld): void {
  describe('pages of events', () => {
    let first: Started;
    let second: Started;
    let log: EventEnvelope[];

    const ofSession = (query: Record<string, string | number> = {}) =>
      world().events({ params: { sessionId: first.sessionId }, query });
    const ofRun = (query: Record<string, string | number> = {}) =>
      world().events({ params: { runId: first.runId }, query });
    const seqs = ({ events }: { events: EventEnvelope[] }) => events.map(({ seq }) => seq);
    const seqsWhere = (fits: (envelope: EventEnvelope) => boolean) => log.filter(fits).map(({ seq }) => seq);

    beforeAll(async () => {
      const steps = [{ say: 'one two three' }, { tool: { name: 'Bash', input: { command: 'echo hi' } } }];
      first = await world().complete(script(...steps, ...steps));
      second = await world().complete(script(...steps), first.sessionId);
      log = (await ofSession({ limit: 1000 })).events;
    });

    test('the log has every event of the session once, from 1, each in its envelope', () => {
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
      for (const envelope of log) {
        expect(envelope.type).toBe(envelope.event.type);
        expect(envelope).toMatchObject({ sessionId: first.sessionId, projectId: world().project.projectId });
        expect(envelope.streamId).toBe(log[0]?.streamId);
      }
    });

    test('a run tells its story in order', () => {
      const ofFirst = log.filter(({ runId }) => runId === first.runId);
      const types = ofFirst.map(({ type }) => type);
      const story = [
        'run_queued',
        'run_injecting',
        'agent_start',
        'run_started',
        // The first run of its session: from here on the conversation can be restored.
        'continuation_key_observed',
        'turn_start',
        'message_start',
      ];
      expect(types.slice(0, story.length)).toEqual(story);
      expect(types.at(-1)).toBe('run_completed');
      for (const type of ['run_queued', 'run_started', 'run_completed', 'agent_start', 'agent_end']) {
        expect(types.filter((one) => one === type)).toHaveLength(1);
      }
      expect(types.filter((type) => type === 'tool_execution_start')).toHaveLength(2);
      expect(types.filter((type) => type === 'tool_execution_end')).toHaveLength(2);
    });

    test('messages say in their updates what their end has', () => {
      const texts = new Map<string, string>();
      let ended = 0;
      for (const { event } of log) {
        if (event.type === 'message_update') {
          texts.set(event.messageId, (texts.get(event.messageId) ?? '') + (event.textDelta ?? ''));
        }
        if (event.type !== 'message_end' || event.message.role !== 'assistant') continue;
        const { content } = event.message;
        const text =
          typeof content === 'string'
            ? content
            : content.map((block) => 'text' in block && block.text).join('');
        expect(text).toBe(texts.get(event.messageId));
        ended += 1;
      }
      expect(ended).toBe(3);
    });

    test('without parameters a page has a hundred events and says whether there are more', async () => {
      expect(await ofSession()).toEqual({
        events: log.slice(0, 100),
        total: log.length,
        hasMore: log.length > 100,
      });
    });

    test('pages by limit and offset put together are the log', async () => {
      for (const order of ['asc', 'desc']) {
        for (const limit of [1, 2, 7, log.length, log.length + 1]) {
          const found: number[] = [];
          for (let more = true; more; ) {
            const page = await ofSession({ limit, offset: found.length, order });
            expect(page.total).toBe(log.length);
            found.push(...seqs(page));
            more = page.hasMore;
            expect(more).toBe(found.length < log.length);
          }
          const whole = log.map(({ seq }) => seq);
          expect(found).toEqual(order === 'asc' ? whole : whole.reverse());
        }
      }
    });

    test('a limit of nothing counts only', async () => {
      expect(await ofSession({ limit: 0 })).toEqual({ events: [], total: log.length, hasMore: true });
      expect(await ofSession({ limit: 0, types: 'nothing' })).toEqual({
        events: [],
        total: 0,
        hasMore: false,
      });
    });

    test('an offset beyond the end gives an empty page with the total', async () => {
      for (const offset of [log.length, log.length + 1, 100_000, 999_999_999_999_999]) {
        expect(await ofSession({ offset })).toEqual({ events: [], total: log.length, hasMore: false });
        const { events, hasMore } = await ofRun({ offset });
        expect({ events, hasMore }).toEqual({ events: [], hasMore: false });
      }
    });

    test('types filter, singly and together, and the total counts what they match', async () => {
      const tools = ['tool_execution_start', 'tool_execution_end'];
      for (const types of [['tool_execution_start'], tools, ['run_queued', 'run_completed', 'nothing']]) {
        const wanted = seqsWhere(({ type }) => types.includes(type));
        const page = await ofSession({ types: types.join(','), limit: 1000 });
        expect({ ...page, events: seqs(page) }).toEqual({
          events: wanted,
          total: wanted.length,
          hasMore: false,
        });
        const part = await ofSession({ types: types.join(', '), limit: 1, offset: 1 });
        expect(seqs(part)).toEqual(wanted.slice(1, 2));
        expect(part.hasMore).toBe(wanted.length > 2);
      }
      expect(await ofSession({ types: 'nothing' })).toEqual({ events: [], total: 0, hasMore: false });
    });

    test('after and before are bounds, also both and with types', async () => {
      const [after, before] = [4, log.length - 3];
      const limit = 1000;
      expect(seqs(await ofSession({ after, limit }))).toEqual(seqsWhere(({ seq }) => seq > after));
      expect(seqs(await ofSession({ before, limit }))).toEqual(seqsWhere(({ seq }) => seq < before));
      const within = ({ seq }: EventEnvelope) => seq > after && seq < before;
      expect(seqs(await ofSession({ after, before, limit }))).toEqual(seqsWhere(within));
      const types = 'message_end,tool_execution_end';
      const filtered = seqsWhere((envelope) => within(envelope) && types.split(',').includes(envelope.type));
      expect(seqs(await ofSession({ after, before, limit, types }))).toEqual(filtered);
      const latest = await ofSession({ before, limit: 2, order: 'desc' });
      expect(seqs(latest)).toEqual([before - 1, before - 2]);
      expect(seqs(await ofSession({ after: log.length }))).toEqual([]);
      expect(seqs(await ofSession({ after: 20, before: 10 }))).toEqual([]);
    });

    test('the events of a run are its own, by both routes', async () => {
      const limit = 1000;
      const own = seqsWhere(({ runId }) => runId === first.runId);
      const page = await ofRun({ limit });
      expect({ ...page, events: seqs(page) }).toEqual({ events: own, total: own.length, hasMore: false });
      const byFilter = await ofSession({ limit, runId: second.runId });
      expect(seqs(byFilter)).toEqual(seqsWhere(({ runId }) => runId === second.runId));
      const after = own[3] ?? 0;
      expect(seqs(await ofRun({ limit, after }))).toEqual(own.slice(4));
      expect(seqs(await ofRun({ limit: 2, offset: 3, order: 'desc' }))).toEqual(
        [...own].reverse().slice(3, 5),
      );
      const tools = seqsWhere(({ runId, type }) => runId === first.runId && type === 'tool_execution_end');
      expect(seqs(await ofRun({ types: 'tool_execution_end' }))).toEqual(tools);
      expect(seqs(await ofSession({ runId: 'nothing' }))).toEqual([]);
    });
  });
}
