/**
 * What the built-in agent and its adapter say to each other: JSON lines over standard input and output.
 *
 * A conversation is addressed by its channel, a number that the adapter chooses and never uses twice; a turn by its
 * number within the channel, so that a late interrupt cannot hit the wrong turn.
 *
 * Flow control: per channel the agent may have `windowChars` of frames on the way. The adapter gives room back with
 * `room` once the log took the events. The pipe itself is always read, so one slow log never holds up another
 * conversation.
 */
import type { AgentEvent, PermissionDecisionKind, RunError, Usage } from '../../../contract/index.js';

export const protocolVersion = 1;

/** Characters of frames of one channel that may be on the way; one frame may go beyond it. */
export const windowChars = 256 * 1024;

export interface OpenMessage {
  t: 'open';
  channel: number;
  conversationId: string;
  /** True: restore it or fail. False: it must not exist yet. */
  resume: boolean;
  /** It begins as a copy of another, after so many prompts of that, or as that is now. Not with `resume`. */
  copyOf?: { conversationId: string; prompts?: number };
  cwd: string;
  /** The whole environment of its tools. */
  toolEnv: Record<string, string>;
  /** Runs instead of every prompt; validated when it runs. */
  script?: unknown;
  /** Names of the tools that ask before they are used. */
  askBefore: string[];
  given: Given;
}

/** What the target and its spaces give to a conversation. */
export interface Given {
  target: string;
  primingPrompt?: string;
  instructions: string;
  /** Names. */
  skills: string[];
  commands: string[];
  agents: string[];
  mcpServers: string[];
}

export interface TurnMessage {
  t: 'turn';
  channel: number;
  turn: number;
  prompt: string;
  /** What the log shows of it, where that is more. */
  shown?: string;
  images?: ShownImage[];
  maxTurns?: number;
}

/** What came with a prompt; an agent without eyes needs no more than this. */
export interface ShownImage {
  mimeType: string;
  url: string;
  bytes: number;
}

export type ToAgent =
  | { t: 'hello'; protocol: number; dataDir: string }
  | OpenMessage
  | TurnMessage
  | { t: 'interrupt'; channel: number; turn: number }
  /** A text for the turn under way, answered with `steered`; `steering` is a number of the adapter's. */
  | { t: 'steer'; channel: number; turn: number; steering: number; prompt: string }
  | { t: 'answer'; channel: number; toolUseId: string; decision: PermissionDecisionKind; message?: string }
  | { t: 'room'; channel: number; chars: number }
  /** Ends what runs, by force, and forgets the conversation; its file stays. Answered with `closed`. */
  | { t: 'close'; channel: number };

export interface ToolQuestion {
  toolUseId: string;
  toolName: string;
  toolInput: unknown;
}

/** `checkpoint`: how many prompts the conversation has had. */
export type TurnOutcome = { usage: Usage; checkpoint?: string } & (
  | { outcome: 'completed'; finalOutput: string }
  | { outcome: 'interrupted' }
  | { outcome: 'failed'; error: RunError }
);

/** A portion of a turn, in order: events, then perhaps a question, and last of all the outcome. */
export interface Frame {
  t: 'frame';
  channel: number;
  turn: number;
  events: AgentEvent[];
  ask?: ToolQuestion;
  result?: TurnOutcome;
}

export type FromAgent =
  | { t: 'ready'; protocol: number }
  | { t: 'opened'; channel: number; error?: RunError }
  | { t: 'closed'; channel: number }
  /** Injected: the turn will answer it. Else nobody has seen it. */
  | { t: 'steered'; channel: number; steering: number; injected: boolean }
  | Frame;
