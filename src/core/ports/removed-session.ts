import type { HarnessName } from '../../contract/index.js';

/** What a deleted session leaves with its agent. */
export interface RemovedSession {
  sessionId: string;
  harness: HarnessName;
  /** Of every conversation that it ever had: a run may begin a new one. */
  continuations: readonly string[];
}
