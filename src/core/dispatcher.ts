/**
 * Gives free slots to ready sessions. It claims, starts a driver for each claimed run, and claims again when a slot
 * is free or somebody says that a session became ready. Which run is next is the store's answer, not kept here.
 */
import { AppError, type HarnessName, type ServerStatus } from '../contract/index.js';
import type { ClaimedRun } from './ports/store.js';
import { type DriverParts, RunDriver } from './run-driver.js';
import type { SteerReport } from './turn-steers.js';

interface Driven {
  driver: RunDriver;
  harness: HarnessName;
  done: Promise<void>;
}

export class Dispatcher {
  private readonly drivers = new Map<string, Driven>();
  private readonly workerId: string;
  private claiming: Promise<void> | undefined;
  private again = false;
  private accepting = false;
  private lastProjectId: string | undefined;
  private unsubscribe: () => void = () => undefined;

  constructor(private readonly parts: DriverParts) {
    this.workerId = parts.clock.newId('wrk');
  }

  get activeRuns(): number {
    return this.drivers.size;
  }

  /** What of the room that each agent has is taken. */
  slotsOf(harnesses: Iterable<HarnessName>): ServerStatus['slots'] {
    const active = [...this.drivers.values()].map(({ harness }) => harness);
    return [...harnesses].map((harness) => ({
      harness,
      activeRuns: active.filter((one) => one === harness).length,
      activeRunsMax: this.harnessActiveMax(harness),
    }));
  }

  start(): void {
    this.accepting = true;
    this.unsubscribe = this.parts.wakeup.subscribe('queue', () => this.wake());
    this.wake();
  }

  /** Claims what is ready, now or after the claim that is under way. */
  wake(): void {
    if (!this.accepting) return;
    if (this.claiming !== undefined) {
      this.again = true;
      return;
    }
    this.claiming = this.claim()
      .catch((error: unknown) => this.parts.log.error('runs could not be claimed', { error }))
      .finally(() => {
        this.claiming = undefined;
        if (!this.again) return;
        this.again = false;
        this.wake();
      });
  }

  /** Makes good what a lost wake-up may have stranded. */
  sweep(): void {
    this.wake();
    for (const [runId, { driver }] of this.drivers) {
      driver
        .checkCancel()
        .catch((error: unknown) => this.parts.log.warn('a run could not be read', { runId, error }));
    }
  }

  /** Puts a text into the turn of a run that is driven here; the run ends only after `settle`. */
  steer<T>(runId: string, prompt: string, settle: (report: SteerReport) => Promise<T>): Promise<T> {
    const driven = this.drivers.get(runId);
    return driven === undefined ? settle('missed') : driven.driver.steers.steer(prompt, settle);
  }

  /** Claims no more, lets active runs finish for `drainMs`, then cancels them; resolves when none is left. */
  async drain(drainMs: number): Promise<void> {
    this.accepting = false;
    this.unsubscribe();
    // What is being claimed now will be driven.
    await this.claiming;
    const cancelTimer = this.parts.clock.after(drainMs, () => {
      for (const { driver } of this.drivers.values()) driver.cancel('the server is shutting down');
    });
    while (this.drivers.size > 0) await Promise.all([...this.drivers.values()].map(({ done }) => done));
    cancelTimer();
  }

  refuseWhenDraining(): void {
    if (this.accepting) return;
    throw new AppError('draining', 'The server is shutting down and takes no new runs.', {
      retryAfterMs: 5000,
    });
  }

  private async claim(): Promise<void> {
    const { store, clock, options } = this.parts;
    const limit = options.activeRunsMax - this.drivers.size;
    if (limit <= 0) return;
    const claimed = await store.claimRuns({
      workerId: this.workerId,
      limit,
      globalActiveMax: options.activeRunsMax,
      projectActiveMax: options.activeRunsPerProjectMax,
      harnessActiveMax: (harness) => this.harnessActiveMax(harness),
      ...(this.lastProjectId === undefined ? {} : { afterProjectId: this.lastProjectId }),
      at: clock.now(),
    });
    for (const run of claimed) this.drive(run);
    this.lastProjectId = claimed.at(-1)?.session.projectId ?? this.lastProjectId;
  }

  private harnessActiveMax(harness: string): number {
    const { activeRunsMax, activeRunsPerHarnessMax } = this.parts.options;
    return Math.min(activeRunsPerHarnessMax[harness] ?? activeRunsMax, activeRunsMax);
  }

  private drive(run: ClaimedRun): void {
    const driver = new RunDriver(run, this.parts);
    const done = driver.drive().finally(() => {
      this.drivers.delete(run.runId);
      this.wake();
    });
    this.drivers.set(run.runId, { driver, harness: run.session.harness, done });
  }
}
