/**
 * Which seq stands at which place of a log that has gaps. Deltas are removed from the stretch of one run at a time, and
 * each such stretch is a row of `log_gaps`; between two of them the seqs follow each other. So an offset costs a look at
 * the stretches, and steps over rows within one of them at most.
 */
import type { SqlRunner } from './driver.js';

export interface LogExtent {
  sessionKey: number;
  headSeq: number;
  /** All up to here was removed. */
  trimmedSeq: number;
  /** How many events are left. */
  kept: number;
}

type Reader = Pick<SqlRunner, 'all' | 'get'>;

/** The seq of the event that has `newer` events behind it; 0 when there are not so many. */
export function seqFromEnd(reader: Reader, extent: LogExtent, newer: number): number {
  const { sessionKey, headSeq, trimmedSeq, kept } = extent;
  if (newer >= kept) return 0;
  let top = headSeq;
  let passed = 0;
  if (kept < headSeq - trimmedSeq) {
    const gaps = reader.all(
      'SELECT high_seq, low_seq, removed FROM log_gaps WHERE session_key = ? AND high_seq > ? ORDER BY high_seq DESC',
      sessionKey,
      trimmedSeq,
    );
    for (const gap of gaps) {
      const [high, low] = [gap.high_seq as number, gap.low_seq as number];
      if (newer < passed + top - high) break;
      passed += top - high;
      const inside = high - low + 1 - (gap.removed as number);
      if (newer < passed + inside || low <= trimmedSeq) {
        const row = reader.get(
          'SELECT seq FROM events WHERE session_key = ? AND seq <= ? ORDER BY seq DESC LIMIT 1 OFFSET ?',
          sessionKey,
          high,
          newer - passed,
        );
        return (row?.seq as number | undefined) ?? 0;
      }
      passed += inside;
      top = low - 1;
    }
  }
  return top - (newer - passed);
}
