/**
 * What a transcript is made of. An item is never changed, only replaced: who shows one can tell by its identity whether
 * there is something new. What a piece of a log does not say is absent; `join.ts` adds what an older piece says.
 */
import type {
  ContentBlock,
  EventEnvelope,
  MediaRef,
  Parking,
  RunError,
  SessionEvent,
} from 'quarterdeck/client';

export type EventOf<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>;
export type EnvelopeOf<Type extends SessionEvent['type']> = EventEnvelope & { event: EventOf<Type> };

interface Placed {
  /** Within the transcript. */
  key: string;
  /** Its first and its last event. */
  seq: number;
  lastSeq: number;
  runId?: string | undefined;
  /** The tool call whose subagent it is of. */
  parentToolUseId?: string | undefined;
}

/** Where a run begins and ends; what is known of it is in its `RunFacts`. */
export interface RunStart extends Placed {
  kind: 'run_start';
}
export interface RunEnd extends Placed {
  kind: 'run_end';
}

export interface Message extends Placed {
  kind: 'message';
  /** Absent while the start of the message is in an older piece. */
  role?: 'user' | 'assistant';
  text: string;
  thinking: string;
  /** What is neither text nor thinking. */
  blocks: readonly ContentBlock[];
  /** Its end was seen: this is all of it. */
  whole: boolean;
}

/** A question about a tool call. Either half may be in another piece of the log. */
export interface Ask {
  requestId: string;
  requestedAt?: number;
  decision?: EventOf<'permission_decision'>['decision'];
  source?: EventOf<'permission_decision'>['source'];
  message?: string | undefined;
  decidedAt?: number;
}

export interface ToolEnd {
  content: readonly ContentBlock[];
  details?: unknown;
  isError: boolean;
  durationMs: number;
}

export interface Tool extends Placed {
  kind: 'tool';
  toolUseId: string;
  toolName?: string;
  input?: unknown;
  /** When it was first heard of. */
  startedAt?: number;
  /** All output so far, while it runs. */
  output?: string;
  end?: ToolEnd;
  asks: readonly Ask[];
}

export interface Notice extends Placed {
  kind: 'notice';
  level: EventOf<'notice'>['level'];
  words: string;
}

/** Something that happened to the session. */
export interface Marker extends Placed {
  kind: 'marker';
  event: SessionEvent;
}

/** A run was set aside. */
export interface Parked extends Placed {
  kind: 'parked';
  parking: Parking;
}

/** Events that the server no longer has. */
export interface Gap extends Placed {
  kind: 'gap';
}

export type Item = RunStart | RunEnd | Message | Tool | Notice | Marker | Parked | Gap;

export interface RunFacts {
  runId: string;
  prompt?: { content: string; attachments?: readonly MediaRef[] | undefined };
  retryOf?: string | undefined;
  queuedAt?: number;
  claimedAt?: number;
  /** When it was taken out of the queue for the last time, and when it left the agent without an end: seqs. */
  claimedSeq?: number;
  leftSeq?: number;
  /** It was put back into the queue after it was parked: a seq. */
  resumedSeq?: number;
  /** Whether it goes on by itself, where that was changed. */
  autoResume?: boolean;
  startedAt?: number;
  endedAt?: number;
  status?: 'completed' | 'failed' | 'cancelled';
  error?: RunError;
  /** Why it was cancelled. */
  reason?: string | undefined;
  cancelAskedAt?: number;
  /** The user's message that repeats the prompt. */
  promptKey?: string;
  /** Spent waiting for answers to permission requests. */
  askedMs?: number;
}

/** An agent is at it, as far as is known. */
export function goesOn({ endedAt, claimedSeq = 0, leftSeq = 0 }: RunFacts): boolean {
  return endedAt === undefined && claimedSeq >= leftSeq;
}
