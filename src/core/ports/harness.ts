/**
 * The harness port: how the core drives a coding agent, whatever its dialect.
 *
 * An adapter translates one agent's protocol into our events and nothing else: it knows no store, no HTTP and no
 * queue. After `open` it never throws: failure is a `TurnResult` with a reason. What it cannot do it declares in
 * `capabilities`. Every deadline is the caller's: an adapter may wait for its agent as long as nobody aborts.
 */
import type {
  AgentEvent,
  AgentProgram,
  Budget,
  HarnessCapabilities,
  HarnessName,
  PermissionDecisionKind,
  RunError,
  Usage,
} from '../../contract/index.js';

/** Everything an agent needs to start in a project: what a target comes to once it is resolved. */
export interface LaunchPlan {
  target: string;
  harness: HarnessName;
  /** Absolute path of the project's folder. */
  cwd: string;
  model?: string;
  /** Added to the clean environment that the harness gives its process. */
  env: Readonly<Record<string, string>>;
  /** The target's own table for this harness, validated by the adapter. */
  options: Readonly<Record<string, unknown>>;
  /** For the start of a fresh conversation: who the agent is here, and what it should know of the project. */
  primingPrompt?: string;
  /** Absent: the agent's own ways of asking hold. */
  permissions?: PermissionPolicy;
  /** Of each run, where the run has none of its own. */
  limits?: Budget;
  /** What the spaces of the target, and its own `mcp`, bring; absent when it has neither. */
  bundle?: LaunchBundle;
}

/** What a target says of its agent's use of tools. */
export interface PermissionPolicy {
  /** Where no rule matches. `bypass`: allow without asking. */
  mode: 'bypass' | 'ask' | 'deny';
  /** The first one that matches decides. */
  rules: readonly PermissionRule[];
  /** When nobody answers; absent: a request waits as long as it takes. */
  unattended?: { timeoutMs: number; decision: 'allow' | 'deny' };
}

export interface PermissionRule {
  /** Name of the tool; `*` for any. */
  tool: string;
  /** With `*` for anything, against the command, path or address that the tool is used on. */
  pattern?: string;
  decision: 'allow' | 'ask' | 'deny';
}

/** Instructions and tools composed from spaces, in order, for the agent's native way of taking them. */
export interface LaunchBundle {
  /** Markdown, to be added to the agent's own instructions. */
  instructions: string;
  /** Folders that hold a `SKILL.md`, absolute. */
  skills: readonly { name: string; path: string }[];
  /** Markdown files, absolute. */
  commands: readonly { name: string; path: string }[];
  agents: readonly { name: string; path: string }[];
  mcpServers: Readonly<Record<string, McpServer>>;
  /** Files that Pi loads into itself, absolute, in the order of the spaces; for Pi alone. */
  piExtensions?: readonly string[];
  /** In the order of the spaces. */
  hooks?: readonly LaunchHook[];
  /** Absent when no space says anything of permissions. */
  permissions?: SpacePermissions;
}

/** A script of a space that runs when something happens to its agent. */
export interface LaunchHook {
  /** `pre_tool_use`, `session_start` …, as the format of spaces names them. */
  event: string;
  /** A file inside its space, absolute. */
  script: string;
  /** `script` is a line for a shell instead. */
  isShellLine?: boolean;
  /** Of the space, absolute, which scripts know as `CLAUDE_PLUGIN_ROOT`. */
  folder: string;
  /** Only for these tools. */
  tools?: readonly string[];
  /** Only for events of this kind. */
  matcher?: string;
  /** The agent waits, and the script may refuse. */
  blocking: boolean;
  /** The agent gives it up after so many seconds. */
  timeoutS?: number;
}

/** What spaces grant and refuse, whatever the agent; an adapter maps it to what its agent can enforce. */
export interface SpacePermissions {
  allow: SpaceGrants;
  /** Stronger than `allow`. */
  deny: SpaceGrants;
}

export interface SpaceGrants {
  read: readonly string[];
  write: readonly string[];
  /** Programs, with any arguments. */
  commands: readonly string[];
  /** Whole command lines, with `*` for anything. */
  commandPatterns: readonly string[];
  hosts: readonly string[];
  /** Rules in the words of Claude Code, as `Bash(git status)`. */
  toolRules: readonly string[];
}

export type McpServer =
  | { kind: 'stdio'; command: string; args: readonly string[]; env: Readonly<Record<string, string>> }
  | { kind: 'http' | 'sse'; url: string; headers: Readonly<Record<string, string>> };

export interface OpenRequest {
  sessionId: string;
  launch: LaunchPlan;
  /** Present: restore this conversation or throw `resume_lost`; never start a fresh one in its place. */
  continuation?: string;
  /**
   * Only with a continuation: opens a copy of that conversation, as it was after the turn that gave this checkpoint,
   * or as it is now. The original stays as it is; the copy has a continuation of its own.
   */
  fork?: { checkpoint?: string };
}

export interface Harness {
  readonly name: HarnessName;
  readonly capabilities: HarnessCapabilities;
  /** Starts nothing. Throws AppError `target_invalid` for options that `open` would not understand. */
  checkOptions(launch: LaunchPlan): void;
  /**
   * Starts or restores a conversation; returns when it can take a turn.
   * Throws AppError: `harness_unavailable` (not installed), `login_required`, `target_invalid` (options that it does
   * not understand), `resume_lost`, `unsupported` (a fork that it cannot do), `harness_failed`.
   * When `signal` aborts it gives up, leaves no process behind, and rejects.
   */
  open(request: OpenRequest, signal: AbortSignal): Promise<Conversation>;
  /** Looks for its programs without starting a conversation. Never rejects; gives up when `signal` aborts. */
  inspect(signal: AbortSignal): Promise<readonly AgentProgram[]>;
  /**
   * Its session is deleted: removes what this harness keeps of the conversation on disk, where that is ours. What an
   * agent keeps in the folders of its user is not. The conversation is closed. Idempotent; never rejects.
   */
  forget(continuation: string): Promise<void>;
  /** Ends every process of this harness, politely and then by force. Idempotent; never rejects. */
  close(): Promise<void>;
}

export interface TurnRequest {
  runId: string;
  prompt: string;
  /** What the agent must know before it reads the prompt, which it may have begun with before; `notedPrompt` has both. */
  note?: string;
  /** Shown to the model together with the prompt. */
  images?: readonly PromptImage[];
  /** The agent stops after so many model turns. */
  maxTurns?: number;
}

/** The text for an agent that takes one text. */
export function notedPrompt({ prompt, note }: Pick<TurnRequest, 'prompt' | 'note'>): string {
  return note === undefined ? prompt : `${note}\n\n${prompt}`;
}

export interface PromptImage {
  mimeType: string;
  /** Base64. */
  data: string;
  /** Where a reader of the log finds it. */
  url: string;
}

/** `missed`: the turn was over, or the agent cannot be steered; it has not seen the text and never will. */
export type SteerOutcome = 'injected' | 'missed';

export interface PermissionAsk {
  toolUseId: string;
  toolName: string;
  toolInput: unknown;
}

export interface PermissionAnswer {
  decision: PermissionDecisionKind;
  message?: string;
}

/** What a turn may do to the world outside: the adapter's only way out. */
export interface TurnHost {
  /**
   * Appends to the session's log, in order. The promise resolves when there is room for more: an adapter awaits
   * it before it reads on from its agent, so that memory stays bounded. Never rejects; after the turn has been
   * given up, events are dropped.
   */
  emit(events: readonly AgentEvent[]): Promise<void>;
  /**
   * The agent has taken the prompt, and its conversation can be restored from this continuation from now on, whatever
   * becomes of the turn, of the agent and of this server. As soon as that is true; repeating it is harmless.
   */
  acknowledge(continuation: string): void;
  /** Asks a person or a rule. Waits as long as it takes; `deny` when the turn is cancelled. Never rejects. */
  permit(ask: PermissionAsk): Promise<PermissionAnswer>;
  /** Aborted = interrupt the turn: stop the work, keep the context, then return `interrupted`. */
  readonly signal: AbortSignal;
}

export type TurnResult = {
  /** Restores the conversation up to and including this turn, acknowledged by the agent. */
  continuation?: string;
  /** Names the conversation as it is after this turn, for a fork; only where the agent can fork there. */
  checkpoint?: string;
  usage?: Usage;
} & (
  | { outcome: 'completed'; finalOutput: string }
  | { outcome: 'interrupted' }
  | { outcome: 'failed'; error: RunError }
);

/** The operating-system process behind a conversation; several conversations may share one. */
export interface ConversationProcess {
  harnessProcessId: string;
  /** Whose program it is: `quarterdeck`, `anthropic`, `openai` … */
  provider: string;
  frontend: string;
  interactionMode: string;
  ioMode: string;
}

export interface ConversationEnd {
  /** The process is gone too; without an exit code it was ended by a signal. */
  processExited: boolean;
  exitCode?: number;
}

export interface Conversation {
  readonly process: ConversationProcess;
  /** Resolves, never rejects, when the conversation can take no more turns, for whatever reason. */
  readonly ended: Promise<ConversationEnd>;
  /** One prompt and all that follows. One turn at a time. Never rejects. */
  turn(request: TurnRequest, host: TurnHost): Promise<TurnResult>;
  /**
   * Puts a text into the turn that is under way. `injected` once the agent has it for that turn, so that the turn's
   * result answers it as well. Never rejects.
   */
  steer(prompt: string): Promise<SteerOutcome>;
  /**
   * Resolves when nothing is left running that the turns of this conversation started in their tools, by signals
   * where needed; called after each interrupted turn. The conversation stays usable.
   * Rejects when a process survives everything.
   */
  clearProcesses(): Promise<void>;
  /** By force, for an agent that does not obey: the conversation ends, and nothing of it is left running. */
  terminate(): Promise<void>;
  /** Ends the conversation politely; its continuation stays good. Idempotent; never rejects. */
  close(): Promise<void>;
}
