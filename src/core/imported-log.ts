/**
 * The log of a session on its way in: whether it is one, what is left open in it, and how it goes on here. A run that had
 * not ended when the file was written is cancelled: what became of it is not in the file, and importing runs nothing.
 */
import {
  type EventEnvelope,
  type EventOf,
  isTerminalEventType,
  type RunStatus,
  type SessionEvent,
  type SessionFileHeader,
  wrongLine,
} from '../contract/index.js';
import type { ImportedNames } from './imported-names.js';
import type { ImportedEvent } from './ports/store.js';
import { isTerminal } from './run-state.js';

interface RunTrack {
  runNo: number;
  /** As it is called here. */
  runId: string;
  /** What its line in the file says. */
  status: RunStatus;
  /** The type of its terminal event, once that came. */
  endedBy?: string;
}

const endings: Readonly<Record<string, RunStatus>> = {
  run_completed: 'completed',
  run_failed: 'failed',
  run_cancelled: 'cancelled',
};

export class ImportedLog {
  private readonly runs = new Map<string, RunTrack>();
  /** Questions without an answer, by their ids here. */
  private readonly asked = new Map<string, { runNo: number; event: EventOf<'permission_request'> }>();
  private seq = 0;
  private count = 0;
  private firstSeq: number | undefined;

  constructor(
    private readonly header: SessionFileHeader,
    private readonly names: ImportedNames,
    private readonly projectId: string,
    private readonly at: number,
  ) {}

  get headSeq(): number {
    return this.seq;
  }

  /** What is before was removed where the file comes from. */
  get oldestSeq(): number {
    return this.firstSeq ?? this.header.upToSeq + 1;
  }

  addRun(runIdThere: string, run: RunTrack): void {
    this.runs.set(runIdThere, run);
  }

  /** As it is to be kept. Throws `validation_failed`. */
  take(envelope: EventEnvelope, line: number): ImportedEvent {
    const { seq, type, ts, runId, source, event } = envelope;
    if (type !== event.type) throw wrongLine(line, `it is called ${type} and is a ${event.type}`);
    if (seq <= this.seq) throw wrongLine(line, `seq ${seq} comes behind seq ${this.seq}`);
    if (seq > this.header.upToSeq)
      throw wrongLine(line, `seq ${seq} is behind the end of the log, which is ${this.header.upToSeq}`);
    this.names.refuseOtherSession(envelope, line);
    const translated = this.names.translate(event, line);
    const track = runId === undefined ? undefined : this.trackOf(runId, line);
    if (track !== undefined) this.see(track, translated, line);
    this.seq = seq;
    this.count += 1;
    this.firstSeq ??= seq;
    return {
      seq,
      type,
      ts,
      source,
      json: JSON.stringify(translated),
      ...(track === undefined ? {} : { runNo: track.runNo }),
    };
  }

  /** What is written behind the file's log, so that nothing is open in it. Throws `validation_failed`. */
  finish(eventsInFile: number, line: number): ImportedEvent[] {
    if (eventsInFile !== this.count)
      throw wrongLine(line, `the file says ${eventsInFile} events and has ${this.count}`);
    for (const track of this.runs.values()) this.refuseContradiction(track, line);
    this.seq = this.header.upToSeq;
    const { at, projectId } = this;
    const open = [...this.runs.values()].filter(({ endedBy, status }) => !endedBy && !isTerminal(status));
    return [
      ...[...this.asked.values()].map(({ runNo, event: { requestId, toolUseId, runId } }) =>
        this.append(
          {
            ...{ type: 'permission_decision' as const, requestId, runId, projectId, toolUseId },
            ...{ decision: 'deny' as const, source: 'run_end' as const, decidedAt: at },
          },
          runNo,
        ),
      ),
      ...open.map(({ runId, runNo }) =>
        this.append({ type: 'run_cancelled', runId, projectId, cancelledAt: at, reason: openReason }, runNo),
      ),
      this.append({
        type: 'session_imported',
        fromSessionId: this.header.session.sessionId,
        fromSeq: this.header.upToSeq,
        exportedAt: this.header.exportedAt,
        importedAt: at,
      }),
    ];
  }

  private trackOf(runId: string, line: number): RunTrack {
    const track = this.runs.get(runId);
    if (track === undefined) throw wrongLine(line, `the run ${runId} is not in the file`);
    return track;
  }

  private see(track: RunTrack, event: SessionEvent, line: number): void {
    const { runNo } = track;
    if (event.type === 'permission_request') this.asked.set(event.requestId, { runNo, event });
    if (event.type === 'permission_decision') this.asked.delete(event.requestId);
    if (!isTerminalEventType(event.type)) return;
    if (track.endedBy !== undefined) throw wrongLine(line, 'its run has ended before');
    track.endedBy = event.type;
  }

  /** The state of a run is what the log says, as far as the log goes back. */
  private refuseContradiction({ status, endedBy, runId }: RunTrack, line: number): void {
    const said = endedBy === undefined ? undefined : endings[endedBy];
    if (said === status || (said === undefined && !isTerminal(status))) return;
    if (said === undefined && this.oldestSeq > 1) return;
    throw wrongLine(line, `the run ${runId} is ${status}, and the log says ${said ?? 'nothing of its end'}`);
  }

  private append(event: SessionEvent, runNo?: number): ImportedEvent {
    this.seq += 1;
    return {
      ...{ seq: this.seq, type: event.type, ts: this.at, source: 'control-plane' },
      json: JSON.stringify(event),
      ...(runNo === undefined ? {} : { runNo }),
    };
  }
}

const openReason = 'it had not ended when the session was exported; what became of it is not in the file';
