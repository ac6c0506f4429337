/**
 * Removes deltas of ended runs where the event that ends them holds the whole. A run is read once, from its end to its
 * start, so that an end is known before its deltas; seqs keep their numbers.
 */
import type { AgentEvent, ContentBlock, EventOf } from '../../contract/index.js';
import type { SqlRow } from './driver.js';
import { takeFromCounts } from './log-counts.js';
import type { Transaction } from './transaction.js';

/** Seqs that one portion looks at, and runs. */
const portionSeqs = 400;
const portionRuns = 50;

/** Where a portion stopped within a run. Lost with the process, which costs a second look at the run. */
export interface CompactionPlace {
  runKey: number;
  /** What is above this seq is done. */
  belowSeq: number;
  /** Ends that were read and whose start was not. */
  ends: ReadonlyMap<string, DeltaTest>;
  /** The row of `log_gaps` that this run fills. */
  gapHighSeq: number | undefined;
}

/** Whether the end event holds what a delta says. */
type DeltaTest = (delta: AgentEvent) => boolean;

interface Portion {
  more: boolean;
  place: CompactionPlace | undefined;
}

/** Changes nothing but the database: the place comes in and goes out, because a portion may be tried twice. */
export function compactPortion(
  tx: Transaction,
  endedBefore: number,
  begun: CompactionPlace | undefined,
): Portion {
  let seqsLeft = portionSeqs;
  for (let runs = 0; runs < portionRuns; runs += 1) {
    const row = (runs === 0 ? begunRun(tx, begun) : undefined) ?? dueRun(tx, endedBefore);
    if (row === undefined) return { more: false, place: undefined };
    const before = begun !== undefined && row.run_key === begun.runKey ? begun : startOf(row);
    const first = (row.claimed_seq as number | null) ?? before.belowSeq;
    const lowest = Math.max(first, before.belowSeq - seqsLeft);
    seqsLeft -= before.belowSeq - lowest;
    const place = lowest < before.belowSeq ? compactStretch(tx, row, before, lowest) : before;
    if (lowest > first) return { more: true, place };
    tx.run('UPDATE runs SET log_state = 1 WHERE run_key = ?', row.run_key as number);
  }
  return { more: true, place: undefined };
}

const runSelect = 'SELECT run_key, run_id, session_key, claimed_seq, last_seq FROM runs';

/** The run may be gone since, or its log. */
function begunRun(tx: Transaction, begun: CompactionPlace | undefined): SqlRow | undefined {
  if (begun === undefined) return undefined;
  return tx.get(`${runSelect} WHERE run_key = ? AND log_state = 0`, begun.runKey);
}

function dueRun(tx: Transaction, endedBefore: number): SqlRow | undefined {
  return tx.get(
    `${runSelect} WHERE log_state = 0 AND completed_at < ? ORDER BY completed_at LIMIT 1`,
    endedBefore,
  );
}

function startOf(row: SqlRow): CompactionPlace {
  const belowSeq = (row.last_seq as number) + 1;
  return { runKey: row.run_key as number, belowSeq, ends: new Map(), gapHighSeq: undefined };
}

/** From `lowest` up to the place. */
function compactStretch(
  tx: Transaction,
  run: SqlRow,
  place: CompactionPlace,
  lowest: number,
): CompactionPlace {
  const sessionKey = run.session_key as number;
  const rows = tx.all(
    `SELECT seq, type, data FROM events WHERE session_key = ? AND seq BETWEEN ? AND ? AND run_key = ?
      AND type IN ('message_start', 'message_update', 'message_end',
        'tool_execution_start', 'tool_execution_update', 'tool_execution_end') ORDER BY seq DESC`,
    sessionKey,
    lowest,
    place.belowSeq - 1,
    place.runKey,
  );
  const ends = new Map(place.ends);
  const removed = rows.filter((row) => isRepeated(row, ends));
  for (const { seq } of removed)
    tx.run('DELETE FROM events WHERE session_key = ? AND seq = ?', sessionKey, seq as number);
  takeFromCounts(
    tx,
    removed.map(({ type }) => ({ type: type as string, runId: run.run_id as string })),
    sessionKey,
  );
  const next = { ...place, ends, belowSeq: lowest };
  return removed.length === 0 ? next : { ...next, gapHighSeq: widenGap(tx, sessionKey, place, removed) };
}

function widenGap(
  tx: Transaction,
  sessionKey: number,
  place: CompactionPlace,
  removed: readonly SqlRow[],
): number {
  const highSeq = place.gapHighSeq ?? (removed[0]?.seq as number);
  tx.run(
    `INSERT INTO log_gaps (session_key, high_seq, low_seq, removed) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET low_seq = excluded.low_seq, removed = removed + excluded.removed`,
    sessionKey,
    highSeq,
    removed.at(-1)?.seq as number,
    removed.length,
  );
  return highSeq;
}

/** Takes note of ends and starts on the way. */
function isRepeated(row: SqlRow, ends: Map<string, DeltaTest>): boolean {
  const event = JSON.parse(row.data as string) as AgentEvent;
  switch (event.type) {
    case 'message_end':
      ends.set(`message ${event.messageId}`, messageTest(event, row.data as string));
      return false;
    case 'tool_execution_end':
      ends.set(`tool ${event.toolUseId}`, toolTest(event));
      return false;
    case 'message_start':
      ends.delete(`message ${event.messageId}`);
      return false;
    case 'tool_execution_start':
      ends.delete(`tool ${event.toolUseId}`);
      return false;
    case 'message_update':
      return ends.get(`message ${event.messageId}`)?.(event) === true;
    case 'tool_execution_update':
      return ends.get(`tool ${event.toolUseId}`)?.(event) === true;
    default:
      return false;
  }
}

/** As `cutMiddle` of the core and the reports of agents write it. */
const cutMark = /\[… \d+ characters cut …\]/;

/** Only an end that was not cut holds the whole, and only in the kinds of content that it has. */
function messageTest({ message }: EventOf<'message_end'>, json: string): DeltaTest {
  if (cutMark.test(json)) return () => false;
  const { content } = message;
  const has = (type: ContentBlock['type']) =>
    typeof content === 'string'
      ? type === 'text' && content !== ''
      : content.some((block) => block.type === type);
  return (delta) =>
    delta.type === 'message_update' &&
    delta.contentBlocks === undefined &&
    (!delta.textDelta || has('text')) &&
    (!delta.thinkingDelta || has('thinking'));
}

/** Each update holds all output so far: the last is kept where the end says less, as that of a tool that was ended does. */
function toolTest({ result }: EventOf<'tool_execution_end'>): DeltaTest {
  const chars = result.content.reduce(
    (sum, block) => sum + (block.type === 'text' ? block.text.length : 0),
    0,
  );
  let isLast = true;
  return (delta) => {
    const repeated =
      !isLast || (delta.type === 'tool_execution_update' && delta.partialOutput.length <= chars);
    isLast = false;
    return repeated;
  };
}
