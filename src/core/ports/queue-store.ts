import type { Queue } from '../../contract/index.js';
import type { Page } from './page.js';

export type QueuePlace = { to: 'first' | 'last' } | { before: string } | { after: string };

/** Edits of a session's queue, each with its event. They concern queued runs alone: others are `run_not_queued`. */
export interface QueueStore {
  /** In the order in which they will run. `cursor` is a run id; one that is not queued has nothing behind it. Throws `session_not_found`. */
  readQueue(sessionId: string, page: Page): Promise<Queue>;
  /** Durable. Throws `run_not_found`, `run_not_queued`. */
  editRun(runId: string, prompt: string, at: number): Promise<void>;
  /**
   * Durable. Rewrites the runs that it steps over. `interrupt`: also asks to cancel what is active in the session.
   * Throws `run_not_found`, `run_not_queued`; the latter also for a neighbour that is not queued in the same session.
   */
  moveRun(runId: string, place: QueuePlace, interrupt: boolean, at: number): Promise<void>;
  /** Durable. How many queued runs it cancelled. Throws `session_not_found`. */
  clearQueue(sessionId: string, at: number): Promise<number>;
}
