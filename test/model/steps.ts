/** What people, agents, time and the machine may do to a server, one step at a time. */
import type { GuestTurn } from '../support/guest-harness.js';
import type { ModelWorld } from './model-world.js';

export interface Step {
  kind: StepKind;
  /** Chooses among what is there: a session, a run, a turn. */
  pick: number;
  /** Chooses among ways of doing it. */
  way: number;
  /** The next step comes before this one has had its effect. */
  rush: boolean;
}

interface Choices {
  pick: number;
  way: number;
  /** Unlike any other of this history. */
  fresh: string;
}

type Action = (world: ModelWorld, choices: Choices) => void | Promise<void>;

function choose<T>(from: readonly T[], number: number): T | undefined {
  return from[number % from.length];
}

function chooseRun(world: ModelWorld, pick: number): string | undefined {
  // The latest ones first: old ones have ended.
  return choose(world.runIds().reverse(), pick);
}

function chooseTurn(world: ModelWorld, pick: number): GuestTurn | undefined {
  return choose(
    world.guest.turns.filter(({ result }) => result === undefined),
    pick,
  );
}

function parkedRuns({ models }: ModelWorld): string[] {
  return [...models.values()].flatMap((model) => model.parked()?.runId ?? []);
}

function onSession(act: (world: ModelWorld, sessionId: string, choices: Choices) => void): Action {
  return (world, choices) => {
    const sessionId = choose(world.sessionIds, choices.pick);
    if (sessionId !== undefined) act(world, sessionId, choices);
  };
}

function onRun(act: (world: ModelWorld, runId: string, choices: Choices) => void): Action {
  return (world, choices) => {
    const runId = chooseRun(world, choices.pick);
    if (runId !== undefined) act(world, runId, choices);
  };
}

function onTurn(act: (turn: GuestTurn, choices: Choices) => void): Action {
  return (world, choices) => {
    const turn = chooseTurn(world, choices.pick);
    if (turn !== undefined) act(turn, choices);
  };
}

const queueWays = ['keep', 'clear', 'pause'] as const;

export const actions = {
  admit: onSession((world, sessionId, { way, fresh }) => {
    const prompt = way % 5 === 0 ? `deaf ${fresh}` : fresh;
    const delivery = choose(['queue', 'queue', 'interrupt', 'reject'] as const, way) ?? 'queue';
    const budget = way % 3 === 0 ? { maxToolCalls: 1 } : undefined;
    world.admit(sessionId, prompt, { delivery, budget, autoResume: way % 2 === 1 });
  }),
  steer: (world, { pick, fresh }) => {
    // Where nothing is under way it is a run like any other.
    const busy = world.sessionIds.filter((id) => world.models.get(id)?.active() !== undefined);
    const sessionId = choose(pick % 4 === 0 ? world.sessionIds : busy, pick);
    if (sessionId !== undefined) world.admit(sessionId, fresh, { delivery: 'steer' });
  },
  retry: onRun((world, runId, { fresh }) => world.retry(runId, fresh)),
  cancel: onRun((world, runId, { way }) =>
    world.fire(world.core.runs.cancel(runId, choose(queueWays, way) ?? 'keep')),
  ),
  interrupt: onSession((world, sessionId, { way }) =>
    world.fire(world.core.runs.interrupt(sessionId, choose(queueWays, way) ?? 'keep')),
  ),
  pause: onSession((world, sessionId, { way }) =>
    world.fire(world.core.sessions.setQueuePaused(sessionId, way % 3 === 0)),
  ),
  edit: onRun((world, runId, { fresh }) => world.fire(world.core.queue.edit(runId, { prompt: fresh }))),
  move: onRun((world, runId, { way }) => {
    const other = chooseRun(world, way) ?? runId;
    const places = [{ to: 'first' as const }, { to: 'last' as const }, { before: other }, { after: other }];
    world.fire(world.core.queue.move(runId, choose(places, way) ?? { to: 'first' }));
  }),
  runNow: onRun((world, runId, { way }) => world.fire(world.core.queue.runNow(runId, way % 2 === 0))),
  clear: onSession((world, sessionId) => world.fire(world.core.queue.clear(sessionId))),

  resume: (world, { pick, way }) => {
    const parked = choose(parkedRuns(world), pick) ?? choose(world.runIds(), pick);
    const raise = way % 2 === 0 ? { maxToolCalls: 100 } : undefined;
    if (parked !== undefined) world.fire(world.core.parking.resume(parked, raise));
  },
  autoResume: onRun((world, runId, { way }) =>
    world.fire(world.core.queue.edit(runId, { autoResume: way % 2 === 0 })),
  ),

  open: ({ guest }, { pick, way }) => {
    const opening = choose(guest.openings, pick);
    if (way % 6 === 0) opening?.refuse(new Error('it does not start'));
    else opening?.letGo();
  },
  begin: onTurn((turn) => turn.begin()),
  say: onTurn(({ host, request: { runId } }) => {
    void host.emit([
      { type: 'turn_start', turnId: runId },
      { type: 'turn_end', turnId: runId },
    ]);
  }),
  useTool: onTurn(({ host }, { fresh }) => {
    const start = { type: 'tool_execution_start', toolName: 'Read', input: {} } as const;
    void host.emit([
      { ...start, toolUseId: `${fresh} one` },
      { ...start, toolUseId: `${fresh} two` },
    ]);
  }),
  ask: onTurn(({ host }, { fresh, way }) => {
    const toolName = way % 2 === 0 ? 'Read' : 'Write';
    void host.permit({ toolUseId: fresh, toolName, toolInput: {} });
  }),
  permit: async (world, { pick, way }) => {
    const pending = await world.core.permissions.list({ status: 'pending' }, { limit: 100 });
    const requestId = choose(pending, pick)?.requestId;
    const decision = choose(['allow', 'deny', 'always_allow'] as const, way) ?? 'deny';
    if (requestId !== undefined) world.fire(world.core.permissions.decide(requestId, decision));
  },
  finish: onTurn((turn, { fresh }) => turn.end({ outcome: 'completed', finalOutput: fresh })),
  fail: onTurn((turn) =>
    turn.end({ outcome: 'failed', error: { code: 'agent_failed', message: 'It gave up.' } }),
  ),
  meetUsageLimit: onTurn((turn, { way }) => {
    const resumesAt = way % 2 === 0 ? {} : { resumesAt: 1_750_000_000_000 + 3_600_000 * way };
    const error = { code: 'usage_limit_reached', message: 'Come again.', ...resumesAt };
    turn.end({ outcome: 'failed', error });
  }),
  die: onTurn(({ conversation }) => conversation.die()),
  take: ({ guest }, { pick, way }) => {
    const text = choose(
      guest.texts.filter(({ outcome }) => outcome === undefined),
      pick,
    );
    text?.answer(way % 2 === 0 ? 'injected' : 'missed');
  },

  wait: (world, { way }) => world.advance(choose([100, 2500, 6000, 20_000, 130_000], way) ?? 100),
  setClockBack: ({ clock }) => clock.setBack(3_600_000),
  crash: (world) => world.crash(),
  restart: (world) => world.restart(),
} satisfies Record<string, Action>;

export type StepKind = keyof typeof actions;

/** How often each comes: histories are long enough to be interesting when most of them is work. */
const weights: Partial<Record<StepKind, number>> = {
  admit: 8,
  open: 8,
  begin: 8,
  steer: 7,
  finish: 5,
  useTool: 4,
  resume: 4,
  crash: 3,
  wait: 4,
  take: 4,
  ask: 3,
  permit: 3,
};
export const weightedKinds = (Object.keys(actions) as StepKind[]).map((kind) => ({
  kind,
  weight: weights[kind] ?? 2,
}));

export async function take(world: ModelWorld, { kind, pick, way, rush }: Step, index: number): Promise<void> {
  const action: Action = actions[kind];
  await action(world, { pick, way, fresh: `${kind} ${index}` });
  if (rush) return;
  await world.settle();
  await world.look();
  await world.compare();
}

/** Whatever waits goes on, until every run has ended. */
export async function bringToEnd(world: ModelWorld): Promise<void> {
  const everything: StepKind[] = ['open', 'begin', 'permit', 'take', 'finish'];
  const runsMax = 60;
  for (let round = 0; ; round += 1) {
    for (const sessionId of world.sessionIds)
      world.fire(world.core.sessions.setQueuePaused(sessionId, false));
    for (const runId of parkedRuns(world))
      world.fire(world.core.parking.resume(runId, { maxToolCalls: 1000 }));
    for (const kind of everything) {
      const action: Action = actions[kind];
      for (let n = 0; n < 4; n += 1) await action(world, { pick: 0, way: 2, fresh: `the end ${round} ${n}` });
      await world.settle();
    }
    await world.advance(6000);
    await world.settle();
    await world.look();
    const open = [...world.models.values()].flatMap((model) =>
      [...model.queue(), model.active() ?? [], model.parked() ?? []].flat(),
    );
    if (open.length === 0) return;
    if (round > runsMax) throw new Error(`runs never came to an end: ${JSON.stringify(open)}`);
  }
}
