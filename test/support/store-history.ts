/** A random history of a few sessions: interleaved runs that are queued, edited, steered, cancelled, put back, driven and ended. */
import { isAppError } from '../../src/contract/index.js';
import type { RunClaim } from '../../src/core/index.js';
import type { SeededRandom } from './store-random.js';
import { delta, messageEnd, type StoreWorld } from './store-world.js';

export interface History {
  sessionIds: string[];
  runIds: string[];
}

interface Driven extends RunClaim {
  sessionId: string;
  begun: boolean;
}

type Step = (life: Life) => Promise<unknown>;

class Life {
  readonly sessionIds: string[] = [];
  readonly runIds: string[] = [];
  driven: Driven[] = [];

  constructor(
    readonly world: StoreWorld,
    readonly random: SeededRandom,
  ) {}

  /** Something a run says, marked so that a test can tell whose it was. */
  event(runId: string) {
    const turnId = `${runId} turn`;
    return this.random.pick([
      delta(runId),
      delta(runId),
      { type: 'turn_start' as const, turnId },
      { type: 'turn_end' as const, turnId },
      messageEnd(runId),
    ]);
  }

  drop(run: Driven): void {
    this.driven = this.driven.filter((other) => other !== run);
  }
}

const admit: Step = async ({ world, random, sessionIds, runIds }) => {
  const { runId } = await world.admit({ sessionId: random.pick(sessionIds) });
  runIds.push(runId);
};

const claim: Step = async (life) => {
  for (const { runId, attempt, session } of await life.world.claim({ limit: 2 })) {
    life.driven.push({ runId, attempt, sessionId: session.sessionId, begun: false });
  }
};

const drive: Step = async (life) => {
  const { world, random } = life;
  if (life.driven.length === 0) return;
  const run = random.pick(life.driven);
  if (!run.begun && random.int(4) === 0) {
    await world.store.requeueRun(run, 'a test', world.now);
    life.drop(run);
  } else if (!run.begun) {
    await world.begin(run);
    run.begun = true;
  } else {
    await world.append(run, ...Array.from({ length: 1 + random.int(3) }, () => life.event(run.runId)));
  }
};

const finish: Step = async (life) => {
  if (life.driven.length === 0) return;
  const run = life.random.pick(life.driven);
  await (life.random.int(3) === 0 ? life.world.fail(run) : life.world.finish(run));
  life.drop(run);
};

const cancel: Step = async ({ world, random, runIds }) => {
  if (runIds.length > 0)
    await world.cancel(random.pick(runIds), random.pick(['keep', 'keep', 'keep', 'clear']));
};

const touchSession: Step = async ({ world, random, sessionIds }) => {
  const sessionId = random.pick(sessionIds);
  if (random.int(2) === 0) await world.note(sessionId, 'between the runs');
  else await world.store.setQueuePaused(sessionId, random.int(3) === 0, 'a test', world.now);
};

/** What may be done to a queued run; one that is none refuses. */
const editQueue: Step = async ({ world, random, runIds }) => {
  if (runIds.length === 0) return;
  const runId = random.pick(runIds);
  const edit =
    random.int(2) === 0
      ? world.store.editRun(runId, `${runId} reworded`, world.now)
      : world.store.moveRun(runId, { to: random.pick(['first', 'last']) }, false, world.now);
  await edit.catch((error: unknown) => {
    if (!isAppError(error, 'run_not_queued')) throw error;
  });
};

const steer: Step = async ({ world, random, sessionIds, runIds }) => {
  const request = { sessionId: random.pick(sessionIds), delivery: 'steer' as const, steerable: () => true };
  const { runId, steerInto } = await world.deliver(request);
  runIds.push(runId);
  if (steerInto === undefined) return;
  const end = random.pick([
    { outcome: 'missed' as const },
    { outcome: 'injected' as const, into: steerInto },
    { outcome: 'failed' as const, error: { code: 'agent_unresponsive' as const, message: 'a test' } },
  ]);
  await world.store.settleSteer(runId, end, undefined, world.now);
};

const steps: readonly Step[] = [
  ...[admit, admit, claim, drive, drive, drive, finish, cancel, touchSession],
  ...[editQueue, editQueue, steer],
];

/** Leaves runs in every state behind. The project `rex` must exist. */
export async function liveThrough(
  world: StoreWorld,
  random: SeededRandom,
  options: { sessions: number; steps: number },
): Promise<History> {
  const life = new Life(world, random);
  for (let n = 0; n < options.sessions; n += 1) life.sessionIds.push((await world.session()).sessionId);
  for (let n = 0; n < options.steps; n += 1) {
    world.clock.advance(random.int(3));
    await random.pick(steps)(life);
  }
  return { sessionIds: life.sessionIds, runIds: life.runIds };
}
