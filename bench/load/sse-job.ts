/** What the readers of streams are asked to do, and what they found. */
export type SseJob =
  | { kind: 'open'; port: number; path: string; readers: number; afterSeq: number }
  /** Waits until every reader has had everything up to this seq. */
  | { kind: 'expect'; headSeq: number; timeoutMs: number }
  | { kind: 'close' };

export interface SseResult {
  deliveries: number;
  lost: number;
  duplicated: number;
  /** When the last reader had its last event; wall time. */
  lastAtMs: number;
  cpuMs: number;
}
