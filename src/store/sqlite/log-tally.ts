/** What a log that is taken in comes to, while its events pass by: counts, where its runs stand, and which seqs are missing. */
import type { ImportedEvent } from '../../core/index.js';

export interface RunTally {
  events: number;
  firstSeq: number;
  claimedSeq: number | null;
  lastSeq: number;
  types: Record<string, number>;
  /** Its deltas were removed before: another look would find none. */
  hasGaps: boolean;
  firstType: string;
}

/** As `log_gaps` has them. */
export interface LogGap {
  highSeq: number;
  lowSeq: number;
  removed: number;
}

export class LogTally {
  readonly types: Record<string, number> = {};
  private readonly runs = new Map<number, RunTally>();
  private lastSeq: number | undefined;
  /** The run that was claimed and has not ended; deltas are removed from the stretch of one run. */
  private activeRunNo: number | undefined;
  private gap: (LogGap & { runNo: number | undefined }) | undefined;
  private gaps: LogGap[] = [];

  /** The number of the event within its run. */
  count({ seq, type, runNo }: ImportedEvent): number | undefined {
    if (this.lastSeq !== undefined && seq > this.lastSeq + 1) this.addGap(this.lastSeq + 1, seq - 1);
    this.lastSeq = seq;
    countOne(this.types, type);
    if (runNo === undefined) return undefined;
    const run = this.runs.get(runNo) ?? beginTally(seq, type);
    this.runs.set(runNo, run);
    countOne(run.types, type);
    run.events += 1;
    run.lastSeq = seq;
    if (type === 'run_injecting') {
      run.claimedSeq ??= seq;
      this.activeRunNo = runNo;
    } else if (runNo === this.activeRunNo && terminalTypes.has(type)) this.activeRunNo = undefined;
    return run.events;
  }

  /** Where the events of a run are gone that it began with, it began before the log does. */
  ofRun(runNo: number, oldestSeq: number): RunTally {
    const before = oldestSeq - 1;
    const run = this.runs.get(runNo) ?? beginTally(before, '');
    if (run.firstType === 'run_queued' || before === 0) return run;
    return { ...run, firstSeq: before, claimedSeq: run.claimedSeq ?? before };
  }

  /** The gaps that nothing is added to any more. */
  takeGaps({ all }: { all: boolean }): LogGap[] {
    if (all && this.gap !== undefined) {
      this.gaps.push(this.gap);
      this.gap = undefined;
    }
    return this.gaps.splice(0);
  }

  /** All that is missing of one run is one stretch, as when deltas are removed here. */
  private addGap(lowSeq: number, highSeq: number): void {
    const { gap, activeRunNo: runNo } = this;
    const run = runNo === undefined ? undefined : this.runs.get(runNo);
    if (run !== undefined) run.hasGaps = true;
    const removed = highSeq - lowSeq + 1;
    if (gap !== undefined && runNo !== undefined && gap.runNo === runNo) {
      gap.highSeq = highSeq;
      gap.removed += removed;
      return;
    }
    if (gap !== undefined) this.gaps.push(gap);
    this.gap = { highSeq, lowSeq, removed, runNo };
  }
}

const terminalTypes: ReadonlySet<string> = new Set(['run_completed', 'run_failed', 'run_cancelled']);

function beginTally(seq: number, firstType: string): RunTally {
  return {
    ...{ events: 0, firstSeq: seq, claimedSeq: null, lastSeq: seq, types: {}, hasGaps: false },
    firstType,
  };
}

function countOne(counts: Record<string, number>, type: string): void {
  counts[type] = (counts[type] ?? 0) + 1;
}
