/**
 * Wake-ups: "look again", and nothing else. They carry no data, may come late, twice or not at all; whoever
 * listens reads the store and sweeps from time to time.
 */
export type WakeupTopic =
  /** A session's log grew. */
  | `log:${string}`
  /** A run has ended. */
  | `ended:${string}`
  /** A run is to be cancelled by whoever drives it. */
  | `cancel:${string}`
  /** A permission request was answered. */
  | `permission:${string}`
  /** Somewhere a session became ready, or a slot free. */
  | 'queue';

export interface Wakeup {
  /** Never throws; listeners are called soon, not within this call. */
  notify(topics: Iterable<WakeupTopic>): void;
  /** The returned function ends the subscription. */
  subscribe(topic: WakeupTopic, listener: () => void): () => void;
}
