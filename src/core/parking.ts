/** Runs that wait for more budget, or for their provider: resumed by a person, or by themselves when they are due. */
import type { Budget, Run } from '../contract/index.js';
import type { Log } from './log.js';
import type { Clock } from './ports/clock.js';
import type { ParkingStore } from './ports/store.js';
import type { Runs } from './runs.js';

export class Parking {
  constructor(
    private readonly store: ParkingStore,
    private readonly runs: Pick<Runs, 'get'>,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * The run is queued in front of its session, with `raise` written into the budget that is used up. A budget that is
   * still used up parks it again. Throws `run_not_found`, `run_not_parked`.
   */
  async resume(runId: string, raise: Budget | undefined): Promise<Run> {
    await this.store.resumeRun(runId, raise, this.clock.now());
    return this.runs.get(runId);
  }

  /** Never rejects. */
  async resumeDue(): Promise<void> {
    try {
      await this.store.resumeDueRuns(this.clock.now());
    } catch (error) {
      this.log.warn('runs that are due could not be resumed', { error });
    }
  }
}
