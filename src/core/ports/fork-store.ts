/** The part of the store port that opens sessions which go on where another one was. */
import type { Session } from '../../contract/index.js';
import type { AnswerRecord } from './answer-store.js';

export interface ForkRequest {
  /** The source: the fork is in its project, with its agent, model and queue settings. */
  sessionId: string;
  /** Absent: its last run that reached the agent and ended. */
  atRunId?: string;
  /** What the agent can: `latest` copies a conversation only as it is when the copy is made. */
  canForkAt: 'latest' | 'at_run';
  fork: { sessionId: string; name: string; metadata: Record<string, unknown>; at: number };
}

/** What the agent of a forked session copies for its first turn. */
export interface ForkOrigin {
  /** The source, and the run of it after which the fork begins. */
  sessionId: string;
  runId: string;
  /** Of the source. */
  continuation: string;
  /** Absent: as the conversation is when the copy is made. */
  checkpoint?: string;
}

export interface ForkStore {
  /**
   * Durable. A new session whose log begins with `session_forked`; claims of its runs have the origin until it has a
   * continuation of its own. Its answer is the new session. Throws `session_not_found`, `run_not_found`,
   * `run_not_ended`, `no_fork_point`; of agents that copy only the present state also `unsupported` (the run is not the
   * last) and `session_busy`.
   */
  forkSession(request: ForkRequest, record: AnswerRecord | undefined): Promise<Session>;
}
