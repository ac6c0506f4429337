import type { RemovedSession } from './removed-session.js';

/** What retention removes. Each call removes one portion, so that other writes come between. True: there is more. */
export interface RetentionStore {
  /** `message_update` and `tool_execution_update` of runs that ended before, where the event that ends them holds the whole. */
  compactLogs(endedBefore: number): Promise<boolean>;
  /**
   * The oldest events of a log: up to the end of runs that ended before `endedBefore`, and all but the latest
   * `eventsMax`; 0 stands for no bound. Never those of a run that is queued or active, nor of one queued before it.
   */
  trimLogs(rule: { endedBefore: number; eventsMax: number }): Promise<boolean>;
  /**
   * Durable. Deletes the session that was archived first, when that was before `at`; none that a fork is still to copy,
   * and none that was taken up again meanwhile. Undefined: there is none.
   */
  deleteArchived(at: number): Promise<RemovedSession | undefined>;
}
