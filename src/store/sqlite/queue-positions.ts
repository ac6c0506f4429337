import type { SqlRow, SqlRunner } from './driver.js';

/**
 * Places in the queues of the runs of one list, in which the runs of a session follow each other in order: the first
 * of a session is counted, and the others count on from it.
 */
export class QueuePositions {
  private readonly last = new Map<number, { runNo: number; position: number }>();

  constructor(private readonly sql: SqlRunner) {}

  /** From 1; undefined when the run is not queued. */
  of(row: SqlRow): number | undefined {
    if (row.status !== 'queued') return undefined;
    const sessionKey = row.session_key as number;
    const runNo = row.run_no as number;
    const last = this.last.get(sessionKey);
    const position =
      last === undefined ? this.count(sessionKey, runNo) : last.position + (runNo > last.runNo ? 1 : -1);
    this.last.set(sessionKey, { runNo, position });
    return position;
  }

  private count(sessionKey: number, runNo: number): number {
    const row = this.sql.get(
      "SELECT count(*) AS position FROM runs WHERE session_key = ? AND status = 'queued' AND run_no <= ?",
      sessionKey,
      runNo,
    );
    return row?.position as number;
  }
}
