/** The queue of a session as something to look at and to edit. Which run is next is the store's answer. */
import type { Queue, Run } from '../contract/index.js';
import { refuseLargePrompt } from './admissions.js';
import type { Clock } from './ports/clock.js';
import type { Page, ParkingStore, QueuePlace, QueueStore } from './ports/store.js';
import type { Runs } from './runs.js';

export interface RunEdit {
  prompt?: string;
  autoResume?: boolean;
}

export class SessionQueue {
  constructor(
    private readonly store: QueueStore & ParkingStore,
    private readonly runs: Pick<Runs, 'get'>,
    private readonly clock: Clock,
  ) {}

  /** Throws `session_not_found`. */
  read(sessionId: string, page: Page): Promise<Queue> {
    return this.store.readQueue(sessionId, page);
  }

  /**
   * The prompt of a queued run; whether it goes on by itself, of one that has not ended. Throws `run_not_found`,
   * `run_not_queued`, `run_already_ended`, `prompt_too_large`.
   */
  async edit(runId: string, { prompt, autoResume }: RunEdit): Promise<Run> {
    if (prompt !== undefined) {
      refuseLargePrompt(prompt);
      await this.store.editRun(runId, prompt, this.clock.now());
    }
    if (autoResume !== undefined) await this.store.setAutoResume(runId, autoResume, this.clock.now());
    return this.runs.get(runId);
  }

  /** Throws `run_not_found`, `run_not_queued`. */
  async move(runId: string, place: QueuePlace): Promise<Run> {
    await this.store.moveRun(runId, place, false, this.clock.now());
    return this.runs.get(runId);
  }

  /**
   * To the front, and with `interrupt` the active run is asked to end. A paused queue stays paused: a pause is a
   * person's word, and the answer says what the run waits for. Throws `run_not_found`, `run_not_queued`.
   */
  async runNow(runId: string, interrupt: boolean): Promise<Run> {
    await this.store.moveRun(runId, { to: 'first' }, interrupt, this.clock.now());
    return this.runs.get(runId);
  }

  /** Throws `session_not_found`. */
  async clear(sessionId: string): Promise<{ sessionId: string; cancelled: number }> {
    return { sessionId, cancelled: await this.store.clearQueue(sessionId, this.clock.now()) };
  }
}
