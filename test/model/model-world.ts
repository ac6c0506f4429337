/**
 * The core on a database file, driven step by step, which may be killed and come back: a kill leaves the files as they
 * are at that moment, and the next life begins on a copy of them.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settings } from '../../src/config.js';
import { isAppError } from '../../src/contract/index.js';
import { type Core, type CoreOptions, createCore, type Log, type Store } from '../../src/core/index.js';
import { openSqliteStore } from '../../src/store/sqlite/index.js';
import { createTargets } from '../../src/targets/index.js';
import { capableOfAll } from '../support/core-world.js';
import { FixedClock } from '../support/fixed-clock.js';
import { GuestHarness } from '../support/guest-harness.js';
import { turnsOfTheLoop } from '../support/store-wal-file.js';
import { type RecordingWakeup, recordingWakeup } from '../support/stores.js';
import { expectHonest, Handed } from './handed.js';
import { LogModel } from './log-model.js';

type AdmitRequest = Parameters<Core['admissions']['admit']>[0];

const projectId = 'rex';
const quiet: Log = { info() {}, warn() {}, error() {} };
const defaults = Object.fromEntries(
  Object.entries(settings).map(([name, { schema }]) => [name, schema.parse(undefined)]),
) as unknown as CoreOptions & { replayEventsMax: number; replayBytesMax: number };
/** Few, so that sessions wait for each other and for the carrying over of the write-ahead log. */
const options = {
  ...defaults,
  activeRunsPerHarnessMax: {},
  activeRunsMax: 3,
  warmConversationsMax: 2,
  silentModelNoticeMs: 50_000,
  silentModelFailMs: 50_000,
  usageLimitRetryMs: 10_000,
};
const walPagesMax = 50;
/** In memory where the machine has such a folder: a kill leaves the same there, and the disk takes no part in the order. */
const folders = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** What commands that race may be answered. */
const refusals = [
  'run_not_queued',
  'run_not_ended',
  'run_not_parked',
  'run_already_ended',
  'permission_already_decided',
  'session_busy',
] as const;

interface Life {
  directory: string;
  clock: FixedClock;
  wakeup: RecordingWakeup;
  store: Store;
  guest: GuestHarness;
  core: Core;
  /** It was killed: what it answers from now on, nobody hears. */
  dead: boolean;
}

export class ModelWorld {
  readonly models = new Map<string, LogModel>();
  readonly handed = new Handed();
  /** Runs whose admission was answered. */
  private readonly answered = new Map<string, string>();
  private problem: unknown;
  private lives = 1;

  private constructor(
    private readonly folder: string,
    private life: Life,
  ) {}

  static async enter(sessions: number, onRestart: 'fail' | 'continue'): Promise<ModelWorld> {
    const folder = mkdtempSync(join(folders, 'quarterdeck-model-'));
    const life = await begin(join(folder, '1'), new FixedClock());
    const world = new ModelWorld(folder, life);
    await life.core.projects.create({ projectId, root: folder, onRestart }, undefined);
    for (let n = 0; n < sessions; n += 1) {
      const pauseOnFailure = n % 2 === 1;
      const request = { backendKind: 'builtin' as const, queue: { pauseOnFailure } };
      const { sessionId } = await life.core.sessions.create(projectId, request, undefined);
      const ways = { pauseOnFailure, goesOn: onRestart === 'continue' };
      world.models.set(sessionId, new LogModel(sessionId, ways));
    }
    return world;
  }

  get core(): Core {
    return this.life.core;
  }

  get guest(): GuestHarness {
    return this.life.guest;
  }

  get clock(): FixedClock {
    return this.life.clock;
  }

  get sessionIds(): string[] {
    return [...this.models.keys()];
  }

  runIds(sessionId?: string): string[] {
    const models = sessionId === undefined ? [...this.models.values()] : [this.model(sessionId)];
    return models.flatMap(({ runs }) => [...runs.keys()]);
  }

  /** Begins a command; what it answers is looked at when it comes. */
  fire<T>(command: Promise<T>, onAnswer: (answer: T) => void = () => undefined): void {
    const { life } = this;
    const answer = (value: T) => {
      if (!life.dead) onAnswer(value);
    };
    command.then(answer).catch((error: unknown) => {
      if (life.dead || refusals.some((code) => isAppError(error, code))) return;
      this.problem ??= error;
    });
  }

  admit(
    sessionId: string,
    prompt: string,
    more: Pick<AdmitRequest, 'delivery' | 'budget' | 'autoResume'>,
  ): void {
    const session = { policy: 'resume' as const, sessionId };
    this.fire(this.core.admissions.admit({ projectId, prompt, session, ...more }, undefined), ({ runId }) =>
      this.answered.set(runId, sessionId),
    );
  }

  retry(runId: string, prompt: string): void {
    this.fire(this.core.admissions.retry(runId, { prompt }, undefined), (answer) =>
      this.answered.set(answer.runId, answer.sessionId),
    );
  }

  /** Time passes, and what it starts gets its turns of the loop. */
  async advance(ms: number): Promise<void> {
    const steps = 4;
    for (let n = 0; n < steps; n += 1) {
      this.clock.advance(ms / steps);
      await turnsOfTheLoop(2);
    }
  }

  /** Lets everything happen that is under way. */
  async settle(): Promise<void> {
    const { wakeup, guest, store } = this.life;
    const seen = () => wakeup.topics.length + guest.turns.length + guest.texts.length + guest.opened.length;
    for (let still = 0; still < 3; ) {
      const before = seen();
      await turnsOfTheLoop(2);
      await store.listProjects({ limit: 1 });
      still = seen() === before ? still + 1 : 0;
    }
  }

  /** The logs go on by the rules, and what agents were given is what they say. */
  async look(): Promise<void> {
    if (this.problem !== undefined) throw this.problem;
    this.handed.see(this.guest);
    const answered = [...this.answered];
    for (const model of this.models.values()) await this.readOn(model);
    for (const [runId, sessionId] of answered) {
      if (!this.model(sessionId).runs.has(runId)) throw new Error(`the admitted run ${runId} is lost`);
    }
    expectHonest(this.handed, this.models.values());
  }

  /** The tables say what the log says. Only when nothing is under way. */
  async compare(): Promise<void> {
    const { store } = this.life;
    for (const [sessionId, model] of this.models) {
      const { runs, total, activeRunId, parkedRunId, paused } = await store.readQueue(sessionId, {
        limit: 1000,
      });
      const wanted = model.queue().map(({ runId }) => runId);
      same(
        `the queue of ${sessionId}`,
        runs.map(({ runId }) => runId),
        wanted,
      );
      same(`the length of ${sessionId}`, total, wanted.length);
      same(`what is active in ${sessionId}`, activeRunId, model.active()?.runId);
      same(`what is parked in ${sessionId}`, parkedRunId, model.parked()?.runId);
      same(`the pause of ${sessionId}`, paused, model.paused);
      const { total: all } = await store.listSessionRuns(sessionId, { limit: 1 });
      same(`the runs of ${sessionId}`, all, model.runs.size);
      for (const { runId, status, cancelRequested, finalOutput } of model.runs.values()) {
        const state = await store.findRunState(runId);
        same(
          `run ${runId}`,
          [state?.status, state?.cancelRequested, state?.finalOutput],
          [status, cancelRequested, finalOutput],
        );
      }
    }
    const active = [...this.models.values()].filter((model) => model.active() !== undefined);
    same('the slots that are taken', this.core.status().activeRuns, active.length);
    const pending = await store.listPermissions({ status: 'pending' }, { limit: 1000 });
    const asked = [...this.models.values()].flatMap(({ runs }) =>
      [...runs.values()].flatMap((run) => [...run.pending]),
    );
    same('the pending requests', pending.map(({ requestId }) => requestId).sort(), asked.sort());
  }

  /** kill -9: whatever is not in the files is gone. */
  async crash(): Promise<void> {
    const { life } = this;
    const directory = join(this.folder, String(++this.lives));
    mkdirSync(directory);
    for (const name of ['quarterdeck.db', 'quarterdeck.db-wal']) {
      if (existsSync(join(life.directory, name)))
        copyFileSync(join(life.directory, name), join(directory, name));
    }
    life.dead = true;
    this.handed.see(life.guest);
    this.life = await begin(directory, life.clock.successor());
    await life.store.close();
  }

  /** An orderly stop, and a start on the same files. */
  async restart(): Promise<void> {
    const { life } = this;
    let drained = false;
    const draining = life.core.drain(0).then(() => {
      drained = true;
    });
    while (!drained) await this.advance(1000);
    await draining;
    this.handed.see(life.guest);
    await life.store.close();
    this.life = await begin(life.directory, life.clock.successor());
  }

  /** The whole logs are still what was read of them on the way. */
  async expectLogsKept(): Promise<void> {
    for (const [sessionId, model] of this.models) {
      const again = new LogModel(sessionId, model.ways);
      await this.readOn(again);
      same(`the log of ${sessionId}`, again.log, model.log);
    }
  }

  async leave(): Promise<void> {
    await this.life.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private model(sessionId: string): LogModel {
    const model = this.models.get(sessionId);
    if (model === undefined) throw new Error(`there is no session ${sessionId}`);
    return model;
  }

  private async readOn(model: LogModel): Promise<void> {
    const { sessionId } = model;
    const events = await this.life.store.readEvents({
      sessionId,
      after: model.seq,
      limit: 10_000,
      order: 'asc',
    });
    for (const event of events) model.apply(event);
  }
}

async function begin(directory: string, clock: FixedClock): Promise<Life> {
  const wakeup = recordingWakeup();
  const onFatal = (error: unknown) => {
    throw error;
  };
  const store = await openSqliteStore({ directory, wakeup, holder: 'a test', onFatal, walPagesMax });
  const ways = { opensSlowly: true, isDeafTo: (prompt: string) => prompt.startsWith('deaf') };
  const guest = new GuestHarness(capableOfAll, ways);
  const core = createCore({
    store,
    harnesses: new Map([['builtin', guest]]),
    targets: createTargets(quiet, {}),
    wakeup,
    clock,
    log: quiet,
    options,
    renderFrame: () => '',
    renderExpired: () => '',
  });
  await core.recover();
  core.start();
  return { directory, clock, wakeup, store, guest, core, dead: false };
}

function same(what: string, found: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: the tables say ${a}, the log says ${b}`);
}
