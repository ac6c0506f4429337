/** Two hundred readers of one log, whose connections break at any moment and whose server dies: each event once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { script, type World } from '../contract/http/world.js';
import { until } from '../support/processes.js';
import { LogFollower } from './log-follower.js';
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

    get lastSeq(): number {
      return this.data.length - 1;
    }

    envelopes(): unknown[] {
      return this.data.slice(1).map((text) => JSON.parse(text) as unknown);
    }
  }

  /** Readers join one by one while `work` goes on; in the end each must have come to the end of the log. */
  async function followAll(sessionId: string, work: (seen: Seen, joined: Promise<void>) => Promise<void>) {
    const random = seededRandom();
    const seen = new Seen();
    const followers: LogFollower[] = [];
    const following: Promise<void>[] = [];
    const join = async () => {
      for (let index = 0; index < readers; index += 1) {
        const follower = new LogFollower(world.server, `/admin/sessions/${sessionId}/events/stream`, {
          ...(index % 2 === 0 ? { after: 0 } : {}),
          onEvent: (seq, data) => {
            seen.take(seq, data);
            if (random.below(4000) === 0) setImmediate(() => follower.cut());
          },
        });
        followers.push(follower);
        following.push(follower.follow());
        await new Promise((done) => setTimeout(done, random.below(10)));
      }
    };
    const joined = join();
    const allAtEnd = async () => {
      await Promise.all([joined, work(seen, joined)]);
      const { headSeq } = await world.client.ask('getSession', { params: { sessionId } });
      const behind = () =>
        followers.filter(({ lastSeq }) => lastSeq !== headSeq).map(({ lastSeq }) => lastSeq);
      await until(
        () => `all readers are at ${headSeq}, and not at ${behind()}`,
        () => followers.every(({ lastSeq }) => lastSeq === headSeq),
      );
    };
    try {
      await Promise.race([allAtEnd(), joined.then(() => Promise.all(following))]);
    } finally {
      for (const follower of followers) follower.stop();
    }
    await Promise.all(following);
    expect(seen.envelopes()).toEqual(await wholeLog(world, sessionId));
    const connections = followers.reduce((sum, follower) => sum + follower.connections, 0);
    expect(connections).toBeGreaterThan(readers);
  }

  test('see every event once and in order, whenever they join and however often they are cut off', async () => {
    const { sessionId, runId } = await world.start(manyEvents);
    await followAll(sessionId, async () => void (await world.ended(runId)));
    const { total } = await world.events({ params: { runId }, query: { limit: 0 } });
    expect(total).toBeGreaterThan(eventsOfRun);
  });

  test('see every event once and in order also when the server is killed under them', async () => {
    const { sessionId, runId } = await world.start(manyEvents);
    await followAll(sessionId, async (seen, joined) => {
      await until('half of the events were seen', () => seen.lastSeq > eventsOfRun / 2);
      await program.kill();
      await program.startAgain();
      expect((await world.ended(runId, 'failed')).error?.code).toBe('interrupted_by_restart');
      await joined;
      await world.complete(manyEvents, sessionId);
    });
  });
});
