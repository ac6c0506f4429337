/** The core with a real store and real targets, and an agent that the test plays. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { settings } from '../../src/config.js';
import type { HarnessCapabilities, RunStatus } from '../../src/contract/index.js';
import {
  type Clock,
  type Core,
  type CoreOptions,
  createCore,
  type Log,
  systemClock,
  type Wakeup,
} from '../../src/core/index.js';
import { createTargets } from '../../src/targets/index.js';
import { GuestHarness, type GuestWays } from './guest-harness.js';
import { until } from './processes.js';
import { type OpenedStore, storesUnderTest } from './stores.js';

const quiet: Log = { info() {}, warn() {}, error() {} };

export const capableOfAll: HarnessCapabilities = {
  resume: true,
  fork: 'at_run',
  steer: true,
  permissions: true,
  partialOutput: true,
  models: true,
  images: true,
  maxTurns: true,
  subagents: true,
  cost: true,
};

interface Surroundings extends GuestWays {
  clock?: Clock;
  /** Instead of that of the store. */
  wakeup?: Wakeup;
}

export class CoreWorld {
  private constructor(
    readonly core: Core,
    readonly guest: GuestHarness,
    readonly opened: OpenedStore,
    readonly projectId: string,
  ) {}

  static async enter(
    capabilities: Partial<HarnessCapabilities> = {},
    options: Partial<CoreOptions> = {},
    { clock = systemClock, wakeup, ...ways }: Surroundings = {},
  ): Promise<CoreWorld> {
    const subject = storesUnderTest.find(({ keepsData }) => !keepsData);
    if (subject === undefined) throw new Error('no store in memory is listed');
    const opened = await subject.open();
    const root = await realpath(await mkdtemp(join(tmpdir(), 'quarterdeck-core-')));
    const guest = new GuestHarness({ ...capableOfAll, ...capabilities }, ways);
    const defaults = Object.fromEntries(
      Object.entries(settings).map(([name, { schema }]) => [name, schema.parse(undefined)]),
    ) as unknown as CoreOptions & { replayEventsMax: number; replayBytesMax: number };
    const core = createCore({
      store: opened.store,
      harnesses: new Map([['builtin', guest]]),
      targets: createTargets(quiet, {}),
      wakeup: wakeup ?? opened.wakeup,
      clock,
      log: quiet,
      options: { ...defaults, activeRunsPerHarnessMax: {}, ...options },
      renderFrame: () => '',
      renderExpired: () => '',
    });
    const { projectId } = await core.projects.create({ projectId: 'rex', root }, undefined);
    core.start();
    onTestFinished(async () => {
      await core.drain(0);
      await opened.close();
      await rm(root, { recursive: true, force: true });
    });
    return new CoreWorld(core, guest, opened, projectId);
  }

  async session(queue: { pauseOnFailure?: boolean } = {}): Promise<string> {
    return (await this.core.sessions.create(this.projectId, { queue }, undefined)).sessionId;
  }

  admit(
    sessionId: string,
    prompt: string,
    more: Partial<Parameters<Core['admissions']['admit']>[0]> = {},
    key?: string,
  ) {
    const session = { policy: 'resume' as const, sessionId };
    const record = key === undefined ? undefined : { scope: 'POST /admin/runs', key, bodyHash: 'hash' };
    return this.core.admissions.admit({ projectId: this.projectId, prompt, session, ...more }, record);
  }

  /** A run whose turn is under way. */
  async running(sessionId: string, prompt: string) {
    const { runId } = await this.admit(sessionId, prompt);
    const turn = await this.guest.turn(prompt);
    turn.begin();
    await this.reaches(runId, 'running');
    return { runId, turn };
  }

  reaches(runId: string, status: RunStatus) {
    return until(`run ${runId} is ${status}`, async () => {
      const run = await this.core.runs.get(runId);
      return run.status === status && run;
    });
  }

  async types(sessionId: string, runId?: string): Promise<string[]> {
    const query = { sessionId, limit: 1000, order: 'asc' as const };
    const events = await this.opened.store.readEvents(runId === undefined ? query : { ...query, runId });
    return events.map(({ type }) => type);
  }
}

export const completed = { outcome: 'completed', finalOutput: 'done' } as const;
