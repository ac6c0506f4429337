/** kill -9 of the server while it removes deltas and indexes: nothing is half done. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventEnvelope } from '../../src/contract/index.js';
import { script, type World } from '../contract/http/world.js';
import { until } from '../support/processes.js';
import { wholeLog } from './log-rules.js';
import { Program } from './program.js';

const rounds = 4;
const messages = 40;

let program: Program;
let world: World;
beforeAll(async () => {
  program = await Program.start(['--deltas-kept-ms', '1', '--sweep-ms', '10']);
  world = program.world;
});
afterAll(() => program?.leave());

const isDelta = ({ type }: EventEnvelope) => type === 'message_update';

/** What is left by type equals what is counted by type, also where portions were cut off. */
async function expectTrueCounts(sessionId: string): Promise<EventEnvelope[]> {
  // A portion may come between the pages: two equal looks are one.
  return until('the log holds still', async () => {
    const log = await wholeLog(world, sessionId);
    const { total } = await world.events({ params: { sessionId }, query: { limit: 0 } });
    const again = await wholeLog(world, sessionId);
    if (again.length !== log.length) return false;
    expect(total).toBe(log.length);
    return log;
  });
}

test('every kill leaves a log that is whole but for deltas, with true counts', async () => {
  const says = Array.from({ length: messages }, (_, n) => ({ say: `apple${n} ${'word '.repeat(300)}` }));
  const { runId, sessionId } = await world.start(script(...says));
  await world.ended(runId);
  const { headSeq } = await world.client.ask('getSession', { params: { sessionId } });
  for (let round = 0; round < rounds; round += 1) {
    await program.kill();
    await program.startAgain();
    const log = await expectTrueCounts(sessionId);
    expect(log.filter(({ type }) => type === 'message_end')).toHaveLength(messages + 1);
    expect(log.at(-1)).toMatchObject({ type: 'run_completed', seq: headSeq });
  }
  await until('the deltas are gone', async () => {
    const query = { types: 'message_update', limit: 0 };
    return (await world.events({ params: { sessionId }, query })).total === 0;
  });
  const log = await expectTrueCounts(sessionId);
  expect(log.filter(isDelta)).toEqual([]);
  expect(log.length).toBeLessThan(headSeq);
});

test('every kill leaves an index that finds each text once', async () => {
  const started = await world.start(script({ say: 'pears' }));
  await world.ended(started.runId);
  const { sessionId } = started;
  for (let n = 0; n < rounds; n += 1) {
    const { runId } = await world.start(`pears ${n}`, sessionId);
    await world.ended(runId);
    await program.kill();
    await program.startAgain();
  }
  const hits = () => world.client.ask('search', { query: { q: 'pears', sessionId, limit: 50 } });
  const prompts = await until('all prompts are found', async () => {
    const found = (await hits()).hits.filter(({ kind }) => kind === 'prompt');
    return found.length > rounds && found;
  });
  expect(prompts.map(({ seq }) => seq)).toEqual([...new Set(prompts.map(({ seq }) => seq))]);
  expect(prompts).toHaveLength(rounds + 1);
});
