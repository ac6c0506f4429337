/**
 * The way of one run's events into the log: serialised once, in order, bounded in size and in number under way.
 * The first of them is the run's first sign of life and makes it `running`. Events of all runs that come in one turn
 * of the event loop share a commit: that is the store's group, nothing is held back here.
 */
import { type AgentEvent, limits, type ResumeReport, type ToolHistoryEntry } from '../contract/index.js';
import { boundEvent } from './event-bounds.js';
import type { CoreOptions } from './options.js';
import type { Clock } from './ports/clock.js';
import {
  type Continuation,
  type PendingEvent,
  pendingEvent,
  type RunClaim,
  type RunStore,
} from './ports/store.js';

const room = Promise.resolve();

export class RunLog {
  readonly toolHistory: ToolHistoryEntry[] = [];
  private started = false;
  private closed = false;
  private bytesInFlight = 0;

  constructor(
    private readonly claim: RunClaim,
    private readonly resume: ResumeReport,
    private readonly store: RunStore,
    private readonly clock: Clock,
    private readonly options: CoreOptions,
    /** The store refused: the claim is lost, or the disk is. The run must be given up. */
    private readonly onRefused: (error: unknown) => void,
  ) {}

  /** A sign of life of the agent's turn: the run is `running` from the first one on. */
  begin(): void {
    if (this.started || this.closed) return;
    this.started = true;
    this.watch(this.store.startRun(this.claim, this.resume, this.clock.now()), 0);
  }

  /** From here on the conversation can be restored, whatever becomes of the run. */
  acknowledge(continuation: Continuation): void {
    if (this.closed) return;
    this.begin();
    this.watch(this.store.observeContinuation(this.claim, continuation, this.clock.now()), 0);
  }

  /** Resolves when there is room for more. Never rejects. */
  emit(events: readonly AgentEvent[]): Promise<void> {
    if (this.closed || events.length === 0) return room;
    this.begin();
    let bytes = 0;
    const pending = events.map((event) => {
      const entry = this.pendingEvent(event);
      bytes += entry.json.length;
      this.remember(entry.event);
      return entry;
    });
    const appended = this.watch(this.store.appendRunEvents(this.claim, pending, this.clock.now()), bytes);
    return this.bytesInFlight > this.options.eventBytesInFlightMax ? appended : room;
  }

  /** A word of the server about the run. It is no sign of life. */
  note(message: string): void {
    if (this.closed) return;
    const { runId } = this.claim;
    const notice = pendingEvent({ type: 'notice', level: 'warn', message, runId });
    this.watch(this.store.appendRunEvents(this.claim, [notice], this.clock.now()), 0);
  }

  /** What comes later is dropped: the turn was given up. */
  close(): void {
    this.closed = true;
  }

  private pendingEvent(event: AgentEvent): PendingEvent {
    const whole = pendingEvent(event, 'agent');
    return { ...boundEvent(event, whole.json, this.options.eventBytesMax), source: 'agent' };
  }

  private watch(write: Promise<void>, bytes: number): Promise<void> {
    this.bytesInFlight += bytes;
    return write
      .catch((error: unknown) => {
        if (this.closed) return;
        this.close();
        this.onRefused(error);
      })
      .finally(() => {
        this.bytesInFlight -= bytes;
      });
  }

  private remember(event: PendingEvent['event']): void {
    if (event.type !== 'tool_execution_end' || this.toolHistory.length >= limits.toolHistoryMax) return;
    const { toolUseId, toolName, isError, durationMs } = event;
    this.toolHistory.push({ toolUseId, toolName, isError, durationMs });
  }
}
