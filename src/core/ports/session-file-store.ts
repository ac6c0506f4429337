/** The part of the store port that takes whole sessions out. */
import type { RunStatus, Session } from '../../contract/index.js';

/** A session at one moment. */
export interface SessionSnapshot {
  session: Session;
  /** Its agent was chosen without a target. */
  direct: boolean;
  runCount: number;
  /** Runs that have not ended. */
  openRuns: readonly { runId: string; status: RunStatus; startedAt?: number }[];
}

export interface SessionFileStore {
  /** All in one look. */
  findSnapshot(sessionId: string): Promise<SessionSnapshot | undefined>;
}
