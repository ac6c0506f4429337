/** What must be true of a session's log and its runs whatever happened to the server. */
import { expect } from 'vitest';
import { type EventEnvelope, isTerminalEventType } from '../../src/contract/index.js';
import type { World } from '../contract/http/world.js';

export async function wholeLog(world: World, sessionId: string): Promise<EventEnvelope[]> {
  const events: EventEnvelope[] = [];
  for (let more = true; more; ) {
    const query = { limit: 1000, after: events.at(-1)?.seq ?? 0 };
    const page = await world.events({ params: { sessionId }, query });
    events.push(...page.events);
    more = page.hasMore;
  }
  return events;
}

/** The seqs of a log have no gap; each of its runs has one terminal event, which is its last and says its status. */
export async function expectSound(world: World, sessionId: string): Promise<EventEnvelope[]> {
  const log = await wholeLog(world, sessionId);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  const query = { limit: 500 };
  const { runs, total } = await world.client.ask('listSessionRuns', { params: { sessionId }, query });
  expect(runs).toHaveLength(total);
  for (const { runId, status } of runs) {
    const types = log.filter((envelope) => envelope.runId === runId).map(({ type }) => type);
    expect(types[0]).toBe('run_queued');
    expect(types.filter(isTerminalEventType)).toEqual([`run_${status}`]);
    expect(types.at(-1)).toBe(`run_${status}`);
  }
  return log;
}
