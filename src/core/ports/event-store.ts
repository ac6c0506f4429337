/** Reading logs: the part of the store port that pages, streams and recovery share. */
import type { EventSource } from '../../contract/index.js';

export interface EventQuery {
  sessionId: string;
  runId?: string;
  types?: readonly string[];
  /** Exclusive bounds by seq. */
  after?: number;
  before?: number;
  /** Steps over so many of what matches. */
  offset?: number;
  limit: number;
  order: 'asc' | 'desc';
}

export interface StoredEvent {
  seq: number;
  type: string;
  ts: number;
  runId?: string;
  source: EventSource;
  /** The event as JSON, as it was appended. */
  json: string;
}

export interface EventStore {
  /**
   * Constant in the length of the log, but for `offset` together with `types`, and within one run whose deltas were
   * removed. An unknown session has no events.
   */
  readEvents(query: EventQuery): Promise<StoredEvent[]>;
  /**
   * The same in one look with where the log begins: events of it, or of the run, before `oldestSeq` were removed
   * (`trimLogs`); 1 while none were.
   */
  readEventsBehind(query: EventQuery): Promise<{ events: StoredEvent[]; oldestSeq: number }>;
  /** How many events match, whatever the cursor, of those that are there. Constant in the length of the log. */
  countEvents(query: Pick<EventQuery, 'sessionId' | 'runId' | 'types'>): Promise<number>;
  /** Whether the session exists. */
  hasLog(sessionId: string): Promise<boolean>;
}
