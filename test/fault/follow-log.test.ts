/** Two hundred readers of one log, whose connections break at any moment and whose server dies: each event once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { script, type World } from '../contract/http/world.js';
import { LogFollower } from '../support/sse-reader.js';
import { wholeLog } from './log-rules.js';
import { Program } from './program.js';
import { seededRandom } from './seeded-random.js';

const readers = 200;
const eventsOfRun = 5000;
/** A run of so many events, in portions that give readers time to join between them. */
const manyEvents = script({
  repeat: { times: 100, steps: [{ emit: { count: eventsOfRun / 100, bytes: 40 } }, { sleep: 10 }] },
});

describe('readers of a log', () => {
  let program: Program;
  let world: World;

  beforeAll(async () => {
    program = await Program.start();
    world = program.world;
  });
  afterAll(() => program?.leave());

  /** What all readers together have seen: each must see the same. */
  class Seen {
    private readonly data: string[] = [];

    take(seq: number, data: string): void {
      const known = this.data[seq];
      if (known === undefined) this.data[seq] = data;
      else if (known !== data) throw new Error(`seq ${seq} was ${known} and is ${data}`);
    }

    envelopes(): unknown[] {
      return this.data.slice(1).map((text) => JSON.parse(text) as unknown);
    }
  }

  /** Readers join one by one while `disturb` goes on, and end at the event that `isLast` knows. */
  async function followAll(
    sessionId: string,
    isLast: (data: string) => boolean,
    disturb: (followers: readonly LogFollower[], joined: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const random = seededRandom();
    const seen = new Seen();
    const followers: LogFollower[] = [];
    const following: Promise<void>[] = [];
    let joined = () => {};
    const allJoined = new Promise<void>((done) => {
      joined = done;
    });
    const join = async () => {
      for (let index = 0; index < readers; index += 1) {
        const follower = new LogFollower(world.server, `/admin/sessions/${sessionId}/events/stream`, {
          ...(index % 2 === 0 ? { after: 0 } : {}),
          onEvent: (seq, data) => {
            seen.take(seq, data);
            if (random.below(4000) === 0) setImmediate(() => follower.cut());
            return !isLast(data);
          },
        });
        followers.push(follower);
        following.push(follower.follow());
        await new Promise((done) => setTimeout(done, random.below(10)));
      }
      joined();
    };
    try {
      await Promise.all([join(), disturb(followers, () => allJoined)]);
      await Promise.all(following);
    } finally {
      for (const follower of followers) follower.stop();
    }
    const log = await wholeLog(world, sessionId);
    expect(seen.envelopes()).toEqual(log);
    for (const { lastSeq } of followers) expect(lastSeq).toBe(log.length);
    expect(followers.reduce((sum, { connections }) => sum + connections, 0)).toBeGreaterThan(readers);
  }

  test('see every event once and in order, whenever they join and however often they are cut off', async () => {
    const { sessionId, runId } = await world.start(manyEvents);
    await followAll(
      sessionId,
      (data) => data.includes('"type":"run_completed"'),
      async () => void (await world.ended(runId)),
    );
    expect((await world.events({ params: { runId }, query: { limit: 0 } })).total).toBeGreaterThan(
      eventsOfRun,
    );
  });

  test('see every event once and in order also when the server is killed under them', async () => {
    const { sessionId, runId } = await world.start(manyEvents);
    await followAll(
      sessionId,
      (data) => data.includes('"finalOutput":"the last"'),
      async (followers, joined) => {
        const middle = new LogFollower(world.server, `/admin/sessions/${sessionId}/events/stream`, {
          after: 0,
          onEvent: (seq) => seq < eventsOfRun / 2,
        });
        await middle.follow();
        await program.kill();
        await program.startAgain();
        expect((await world.ended(runId, 'failed')).error?.code).toBe('interrupted_by_restart');
        await joined();
        await world.complete(manyEvents, sessionId);
        for (const follower of followers) follower.cut();
        await world.complete(script({ say: 'the last' }), sessionId);
      },
    );
  });
});
