import { describe, expect, test } from 'vitest';
import { until } from '../../support/processes.js';
import { fresh, type InWorld } from './world.js';

export function describeSearch(inWorld: InWorld): void {
  describe('search', () => {
    /** Resolves when the index has caught up with so many hits. */
    function hits(q: string, count: number, query: Record<string, string | number> = {}) {
      return until(`${count} hits for ${q}`, async () => {
        const found = (await inWorld().client.ask('search', { query: { q, ...query } })).hits;
        return found.length >= count && found;
      });
    }

    test('finds prompts and messages with the words around them, and where they are', async () => {
      const world = inWorld();
      const word = fresh('needle').replaceAll('-', '');
      const { projectId } = world.project;
      const { sessionId, runId } = await world.complete(`Say ${word} please`);
      const [hit] = await hits(word.toUpperCase(), 1, { projectId, sessionId, limit: 1 });
      expect(hit).toMatchObject({ projectId, sessionId, runId });
      const found = await hits(word, 2, { sessionId });
      expect(found.map(({ kind }) => kind)).toEqual(['message', 'prompt']);
      const prompt = found[1];
      expect(prompt?.snippet).toBe(`Say ${word} please`);
      const marked = prompt?.marks.map(({ start, end }) => prompt.snippet.slice(start, end));
      expect(marked).toEqual([word]);
      const query = { after: (prompt?.seq ?? 0) - 1, limit: 1 };
      const { events } = await world.events({ params: { sessionId }, query });
      expect(events[0]).toMatchObject({ type: 'run_queued', seq: prompt?.seq, ts: prompt?.ts, runId });
    });

    test('pages by its link, newest first', async () => {
      const world = inWorld();
      const word = fresh('page').replaceAll('-', '');
      const first = await world.start(`${word} one`);
      for (const n of ['two', 'three']) await world.start(`${word} ${n}`, first.sessionId);
      await hits(`${word}`, 3, { sessionId: first.sessionId });
      const query = { q: `${word} one`, sessionId: first.sessionId, limit: 50 };
      const whole = (await world.client.ask('search', { query: { ...query, q: word } })).hits;
      expect(whole.map(({ seq }) => seq)).toEqual(whole.map(({ seq }) => seq).sort((a, b) => b - a));
      const answer = await world.client.call('search', { query: { ...query, q: word, limit: 1 } });
      const next = /<([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1] ?? '';
      const cursor = new URL(next, 'http://localhost').searchParams.get('cursor') ?? '';
      const { hits: behind } = await world.client.ask('search', { query: { ...query, q: word, cursor } });
      expect(behind.map(({ seq }) => seq)).toEqual(whole.slice(1).map(({ seq }) => seq));
      await world.ended(first.runId);
    });

    test.each([
      {},
      { q: '' },
      { q: '"" * --' },
      { q: 'x'.repeat(201) },
      { q: 'x', limit: 51 },
      { q: 'x', cursor: 'x' },
    ])('refuses %j', async (query) => {
      const refusal = await inWorld().client.refused('search', { query });
      expect(refusal).toMatchObject({ status: 400, code: 'validation_failed' });
    });
  });
}
