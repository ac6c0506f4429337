/** One who does not read costs neither memory nor anyone else's time, and loses nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { script, type World } from '../contract/http/world.js';
import { residentBytes } from '../support/processes.js';
import { SseReader } from '../support/sse-reader.js';
import { wholeLog } from './log-rules.js';
import { Program } from './program.js';

const megabyte = 1024 * 1024;
const passedBytes = 20 * megabyte;
const eventBytes = 4096;
const slowReaders = 20;
/** Far less than what the readers together have not read, far more than a server needs to breathe. */
const growthMax = 150 * megabyte;

describe('a reader that does not read', () => {
  let program: Program;
  let world: World;

  beforeAll(async () => {
    program = await Program.start();
    world = program.world;
  });
  afterAll(() => program?.leave());

  const many = script({ emit: { count: passedBytes / eventBytes, bytes: eventBytes } });

  test('holds up nobody, costs the server no memory, and has everything when it reads at last', async () => {
    // All are behind from the start, so that what one has not read is a copy of its own and shared with nobody. And the
    // server has met such a load before the first look, so that what it keeps for itself is not counted.
    const { sessionId } = await world.complete(many);
    const before = residentBytes(program.pid);
    const readers: SseReader[] = [];
    for (let index = 0; index < slowReaders; index += 1) {
      readers.push(await world.streamSession(sessionId, { after: 0 }));
    }
    const quick = await world.streamSession(sessionId);
    const { snapshot } = await quick.ack();
    const { runId } = await world.start(many, sessionId);
    const seen = await quick.eventsUntil(({ type }) => type === 'run_completed');
    await world.ended(runId);
    expect(residentBytes(program.pid) - before).toBeLessThan(growthMax);
    const log = await wholeLog(world, sessionId);
    expect(seen).toEqual(log.slice(snapshot.seq));
    for (const reader of readers) {
      await reader.ack();
      let seq = 0;
      for (let one = await reader.next(); one !== undefined; one = await reader.next()) {
        if (one.comment !== undefined) continue;
        seq += 1;
        expect(one.id).toBe(String(seq));
        if (seq === log.length) break;
      }
      expect(seq).toBe(log.length);
      reader.close();
    }
    expect(residentBytes(program.pid) - before).toBeLessThan(growthMax);
  });

  test('is left behind without a trace when it goes', async () => {
    const { sessionId } = await world.complete(many);
    for (let index = 0; index < slowReaders; index += 1) {
      const reader = await SseReader.open(world.server, `/admin/sessions/${sessionId}/events/stream?after=0`);
      reader.close();
    }
    // World.leave waits until no stream is open.
  });
});
