/** Puts the use cases together. The only thing in the core that knows all of them. */
import type { HarnessName, ServerStatus } from '../contract/index.js';
import { Admissions } from './admissions.js';
import { type AnswerOnce, createAnswerOnce } from './answer-once.js';
import { Conversations } from './conversations.js';
import { Dispatcher } from './dispatcher.js';
import { Harnesses } from './harnesses.js';
import type { Log } from './log.js';
import { type FrameRenderer, LogTails } from './log-tail.js';
import type { CoreOptions } from './options.js';
import { Parking } from './parking.js';
import { Permissions } from './permissions.js';
import type { Clock } from './ports/clock.js';
import type { Harness } from './ports/harness.js';
import type { Store } from './ports/store.js';
import type { Targets } from './ports/targets.js';
import type { Wakeup } from './ports/wakeup.js';
import { Projects } from './projects.js';
import { SessionQueue } from './queue.js';
import { Retention } from './retention.js';
import { Runs } from './runs.js';
import { Search } from './search.js';
import { SessionExports } from './session-export.js';
import { SessionImports } from './session-import.js';
import { SessionLog } from './session-log.js';
import { Sessions } from './sessions.js';
import { Steering } from './steering.js';
import { UsageReports } from './usage-reports.js';

export interface CoreParts {
  store: Store;
  harnesses: ReadonlyMap<HarnessName, Harness>;
  targets: Targets;
  wakeup: Wakeup;
  clock: Clock;
  log: Log;
  options: CoreOptions & { replayEventsMax: number; replayBytesMax: number };
  /** How an event looks on the wire of a stream. */
  renderFrame: FrameRenderer;
  /** What tells a reader that the log begins behind its place. */
  renderExpired: (oldestSeq: number) => string;
}

export interface Core {
  readonly projects: Projects;
  readonly sessions: Sessions;
  readonly admissions: Admissions;
  readonly runs: Runs;
  readonly queue: SessionQueue;
  readonly parking: Parking;
  readonly sessionLog: SessionLog;
  readonly exports: SessionExports;
  readonly imports: SessionImports;
  readonly tails: LogTails;
  readonly search: Search;
  readonly usage: UsageReports;
  readonly harnesses: Harnesses;
  readonly permissions: Permissions;
  once: AnswerOnce;
  status(): Pick<ServerStatus, 'activeRuns' | 'activeRunsMax' | 'slots' | 'retention' | 'harnesses'>;
  /** Settles the runs that a server before this one left active. Before anything else. */
  recover(): Promise<void>;
  /** Begins to dispatch. */
  start(): void;
  /** Takes no new runs, lets active ones finish for `drainMs`, cancels the rest, closes every conversation. */
  drain(drainMs: number): Promise<void>;
}

export function createCore(parts: CoreParts): Core {
  const { store, harnesses, targets, wakeup, clock, log, options, renderFrame, renderExpired } = parts;
  const conversations = new Conversations(harnesses, store, clock, log, options);
  const dispatcher = new Dispatcher({ store, conversations, targets, wakeup, clock, log, options });
  const projects = new Projects(store, targets, conversations, clock);
  const sessions = new Sessions(store, projects, targets, conversations, harnesses, clock);
  const tails = new LogTails({
    store,
    wakeup,
    renderFrame,
    renderExpired,
    bytesMax: options.tailBytesMax,
    pageMax: options.followPageMax,
    onError: (error) => log.warn('a log could not be followed', { error }),
  });
  const steering = new Steering(store, dispatcher, harnesses, clock);
  const admissions = new Admissions(store, sessions, steering, harnesses, clock, options, () =>
    dispatcher.refuseWhenDraining(),
  );
  const runs = new Runs(store, wakeup, clock, options);
  const parking = new Parking(store, runs, clock, log);
  const retention = new Retention(store, conversations, clock, log, options);
  const search = new Search(store, clock, log);
  let stopSweep: () => void = () => undefined;
  const sweep = () => {
    dispatcher.sweep();
    tails.sweep();
    conversations.closeIdle();
    void retention.sweep();
    void parking.resumeDue();
  };

  return {
    projects,
    sessions,
    tails,
    admissions,
    search,
    usage: new UsageReports(store, clock),
    runs,
    queue: new SessionQueue(store, runs, clock),
    parking,
    harnesses: new Harnesses(harnesses, clock),
    sessionLog: new SessionLog(store, sessions, options),
    exports: new SessionExports(store, clock),
    permissions: new Permissions(store, clock),
    imports: new SessionImports(store, sessions, clock),
    once: createAnswerOnce(store, clock),
    status: () => statusOf(dispatcher, retention, parts),
    async recover() {
      const recovered = await store.recoverRuns(clock.now());
      if (Object.values(recovered).some((count) => count > 0)) {
        log.warn('runs of a server that died were settled', recovered);
      }
    },
    start() {
      dispatcher.start();
      stopSweep = repeat(clock, options.sweepMs, sweep);
      search.start();
    },
    async drain(drainMs) {
      await dispatcher.drain(drainMs);
      runs.endWaits();
      stopSweep();
      search.stop();
      await conversations.closeAll();
    },
  };
}

function statusOf(
  dispatcher: Dispatcher,
  retention: Retention,
  { harnesses, options }: CoreParts,
): ReturnType<Core['status']> {
  return {
    activeRuns: dispatcher.activeRuns,
    activeRunsMax: options.activeRunsMax,
    slots: dispatcher.slotsOf(harnesses.keys()),
    retention: retention.settings,
    harnesses: [...harnesses.keys()],
  };
}

/** Until the returned function is called. */
function repeat(clock: Clock, everyMs: number, call: () => void): () => void {
  let stop: () => void = () => undefined;
  const again = () => {
    stop = clock.after(everyMs, () => {
      call();
      again();
    });
  };
  again();
  return () => stop();
}
