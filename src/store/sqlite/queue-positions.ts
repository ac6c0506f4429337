import type { SqlRow, SqlRunner } from './driver.js';

/**
 * Places in the queues of the runs of one list. One run of a session is counted; when a second one comes, the queue of
 * that session is read once for all of them.
 */
export class QueuePositions {
  private readonly counted = new Set<number>();
  private readonly places = new Map<number, Map<number, number>>();

  constructor(private readonly sql: SqlRunner) {}

  /** From 1; undefined when the run is not queued. */
  of(row: SqlRow): number | undefined {
    if (row.status !== 'queued') return undefined;
    const sessionKey = row.session_key as number;
    if (!this.counted.has(sessionKey)) {
      this.counted.add(sessionKey);
      return this.count(sessionKey, row.queue_order as number);
    }
    const places = this.places.get(sessionKey) ?? this.readQueue(sessionKey);
    return places.get(row.run_key as number);
  }

  private count(sessionKey: number, queueOrder: number): number {
    const row = this.sql.get(
      "SELECT count(*) AS position FROM runs WHERE session_key = ? AND status = 'queued' AND queue_order <= ?",
      sessionKey,
      queueOrder,
    );
    return row?.position as number;
  }

  private readQueue(sessionKey: number): Map<number, number> {
    const rows = this.sql.all(
      "SELECT run_key FROM runs WHERE session_key = ? AND status = 'queued' ORDER BY queue_order",
      sessionKey,
    );
    const places = new Map(rows.map((row, index) => [row.run_key as number, index + 1]));
    this.places.set(sessionKey, places);
    return places;
  }
}
