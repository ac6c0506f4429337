/** The things the API speaks of. Times are integer milliseconds since 1970 (UTC). */
import { z } from 'zod';
import { budget, parking, restartPolicy } from './budget.js';
import {
  delivery,
  eventEnvelope,
  mediaRef,
  permissionDecisionKind,
  runError,
  sessionEvent,
} from './events.js';
import { harnessName } from './harnesses.js';
import { permissionPolicy } from './permission-policy.js';

const time = z.int();
export const metadata = z.record(z.string(), z.unknown());

/** Clients choose an agent by kind; `asp` means that the target decides. */
export const backendKinds = [
  'asp',
  'agent-sdk',
  'agent-sdk-session',
  'claude-agent-sdk',
  'codex',
  'pi',
  'pi-sdk',
  'acp',
  'mock',
  'playback',
  'builtin',
] as const;
export const backendKind = z.enum(backendKinds);
export type BackendKind = z.infer<typeof backendKind>;

export const project = z.object({
  projectId: z.string(),
  name: z.string(),
  root: z.string(),
  sessionBackend: z.object({ kind: z.literal('asp') }),
  defaultTarget: z.string().optional(),
  /** Of all its runs; of those within a day. */
  budget: budget.optional(),
  dailyBudget: budget.optional(),
  /** Runs of it that are parked go on by themselves, once that makes sense. */
  autoResume: z.boolean().optional(),
  /** Absent: `fail`. */
  onRestart: restartPolicy.optional(),
  createdAt: time,
  updatedAt: time,
});
export type Project = z.infer<typeof project>;

const named = z.object({
  name: z.string(),
  /** The space, by its reference, or `targets.NAME` for the target itself. */
  from: z.string(),
});
const placed = named.extend({ path: z.string(), description: z.string().optional() });

/** A target as it comes out. It has names of variables and no values, and no arguments of commands: they may be secret. */
export const target = z.object({
  name: z.string(),
  description: z.string().optional(),
  harness: harnessName,
  model: z.string().optional(),
  primingPrompt: z.string().optional(),
  permissions: permissionPolicy.optional(),
  limits: budget.optional(),
  env: z.array(named),
  /** In the order in which they are laid on top of each other; a later one wins. */
  spaces: z.array(
    z.object({
      reference: z.string(),
      id: z.string(),
      version: z.string().optional(),
      description: z.string().optional(),
      path: z.string(),
    }),
  ),
  instructions: z.array(z.object({ from: z.string(), path: z.string(), bytes: z.int() })),
  skills: z.array(placed),
  commands: z.array(placed),
  agents: z.array(placed),
  mcpServers: z.array(
    named.extend({
      kind: z.enum(['stdio', 'http', 'sse']),
      command: z.string().optional(),
      /** Without user, query and fragment. */
      url: z.string().optional(),
    }),
  ),
  hooks: z.array(z.object({ event: z.string(), script: z.string(), from: z.string() })),
  conflicts: z.array(
    z.object({
      kind: z.enum(['skill', 'command', 'agent', 'mcp_server', 'env']),
      name: z.string(),
      winner: z.string(),
      overridden: z.array(z.string()),
    }),
  ),
  warnings: z.array(z.string()),
  /** Why it cannot be used; the lists are empty then. */
  error: runError.optional(),
});
export type TargetDescription = z.infer<typeof target>;

export const targetList = z.object({
  /** What a new session gets that names no target. */
  defaultTarget: z.string(),
  /** In the order of the file. The built-in agent can be named besides, as `builtin`. */
  targets: z.array(target),
  /** Of the file as a whole. */
  warnings: z.array(z.string()),
});
export type TargetList = z.infer<typeof targetList>;

export const sessionStatuses = [
  'idle',
  'queued',
  'running',
  'awaiting_permission',
  'parked',
  'archived',
] as const;
export const sessionStatus = z.enum(sessionStatuses);

export const sessionRuntime = z.object({
  provider: z.string(),
  continuationKeyPresent: z.boolean(),
  active: z.boolean().optional(),
});

const queueState = z.object({
  paused: z.boolean(),
  pausedReason: z.string().optional(),
  /** The run whose failure paused it. */
  failedRunId: z.string().optional(),
  /** The run that all others wait for until it is resumed or cancelled. */
  parkedRunId: z.string().optional(),
  pauseOnFailure: z.boolean(),
  /** Of runs that name none. */
  delivery,
});

/** The session and the run of it after which a fork begins. Either may be deleted by now. */
const forkedFrom = z.object({ sessionId: z.string(), runId: z.string() });

/** The session that a file told of, which may be another one or gone by now. */
const importedFrom = z.object({ sessionId: z.string(), exportedAt: time });

export const session = z.object({
  sessionId: z.string(),
  projectId: z.string(),
  backendKind: z.literal('asp'),
  name: z.string(),
  source: z.object({ kind: z.enum(['batch', 'interactive']) }),
  aspTargetName: z.string(),
  harness: harnessName,
  model: z.string().optional(),
  status: sessionStatus,
  headSeq: z.int(),
  /** Where the log begins, once retention has removed what was before. */
  oldestSeq: z.int().optional(),
  queue: queueState.extend({ length: z.int() }),
  runtime: sessionRuntime.optional(),
  budget: budget.optional(),
  metadata,
  createdAt: time,
  updatedAt: time,
  lastActivityAt: time,
  archivedAt: time.optional(),
  forkedFrom: forkedFrom.optional(),
  importedFrom: importedFrom.optional(),
});
export type Session = z.infer<typeof session>;

export const runStatuses = [
  'queued',
  'steering',
  'injecting',
  'running',
  'awaiting_permission',
  'parked',
  'completed',
  'failed',
  'cancelled',
] as const;
export const runStatus = z.enum(runStatuses);
export type RunStatus = z.infer<typeof runStatus>;

/** Its turn behind others, a slot, somebody who resumes the queue, a higher budget, the end of a usage limit. */
export const waitReason = z.enum(['turn', 'slot', 'paused', 'budget', 'usage_limit']);
export type WaitReason = z.infer<typeof waitReason>;

const cutText = z.object({ content: z.string(), truncated: z.boolean().optional() });

export const resumeReport = z.object({
  /** `fresh`: no context before; `warm`: the conversation was still open; `native`: the agent restored it. */
  mode: z.enum(['fresh', 'warm', 'native']),
  reason: z.string().optional(),
  /** The conversation was copied for this run. */
  forkedFrom: forkedFrom.optional(),
});
export type ResumeReport = z.infer<typeof resumeReport>;

export const usage = z.object({
  inputTokens: z.int().optional(),
  outputTokens: z.int().optional(),
  cachedInputTokens: z.int().optional(),
  costUsd: z.number().optional(),
  turns: z.int().optional(),
  toolCalls: z.int().optional(),
});
export type Usage = z.infer<typeof usage>;

export const toolHistoryEntry = z.object({
  toolUseId: z.string(),
  toolName: z.string(),
  isError: z.boolean(),
  durationMs: z.int(),
});
export type ToolHistoryEntry = z.infer<typeof toolHistoryEntry>;

export const runSummary = z.object({
  runId: z.string(),
  sessionId: z.string(),
  projectId: z.string(),
  status: runStatus,
  queuePosition: z.int().optional(),
  /** Of a queued run. */
  waitingFor: waitReason.optional(),
  /** Of a parked run. */
  parked: parking.optional(),
  inputPreview: z.string(),
  error: runError.optional(),
  createdAt: time,
  startedAt: time.optional(),
  completedAt: time.optional(),
});
export type RunSummary = z.infer<typeof runSummary>;

/** In the order in which they will run. */
export const queue = queueState.extend({
  sessionId: z.string(),
  activeRunId: z.string().optional(),
  runs: z.array(runSummary),
  total: z.int(),
});
export type Queue = z.infer<typeof queue>;

export const run = runSummary.extend({
  input: cutText.extend({ attachments: z.array(mediaRef).optional() }),
  /** Its own; without it that of the target holds. */
  permissions: permissionPolicy.optional(),
  /** Its own; where it says nothing, the `limits` of its target hold. */
  budget: budget.optional(),
  finalOutput: z.string().optional(),
  response: cutText.optional(),
  resume: resumeReport.optional(),
  usage: usage.optional(),
  toolHistory: z.array(toolHistoryEntry).optional(),
  /** Its own; without it that of the session holds. */
  model: z.string().optional(),
  /** The run that this one tries again. */
  retryOf: z.string().optional(),
  /** The run whose turn took this one in: the answer is there. */
  injectedInto: z.string().optional(),
  metadata,
});
export type Run = z.infer<typeof run>;

/** What became of a new run: it waits, it is part of the active run's turn, or the active run makes room for it. */
export const admittedRun = z.object({
  runId: z.string(),
  sessionId: z.string(),
  status: runStatus,
  /** Where `steer` or `interrupt` was asked for, by the run or as its session's default. */
  delivery: z.enum(['queued', 'injected', 'interrupted']).optional(),
  injectedInto: z.string().optional(),
  interruptedRunId: z.string().optional(),
});
export type AdmittedRun = z.infer<typeof admittedRun>;

export const runOutcome = z.object({
  runId: z.string(),
  sessionId: z.string(),
  status: runStatus,
  completedAt: time.optional(),
  finalOutput: z.string().optional(),
  error: runError.optional(),
  timedOut: z.literal(true).optional(),
});
export type RunOutcome = z.infer<typeof runOutcome>;

export const permission = z.object({
  requestId: z.string(),
  runId: z.string(),
  sessionId: z.string(),
  projectId: z.string(),
  toolUseId: z.string(),
  toolName: z.string(),
  toolInput: z.unknown(),
  status: z.enum(['pending', 'decided']),
  decision: permissionDecisionKind.optional(),
  requestedAt: time,
  decidedAt: time.optional(),
});
export type Permission = z.infer<typeof permission>;

export const eventsPage = z.object({
  events: z.array(eventEnvelope),
  total: z.int(),
  hasMore: z.boolean(),
});
export type EventsPage = z.infer<typeof eventsPage>;

export const searchHit = z.object({
  projectId: z.string(),
  sessionId: z.string(),
  runId: z.string().optional(),
  seq: z.int(),
  kind: z.enum(['prompt', 'message']),
  ts: time,
  /** The words around what was found, as plain text. */
  snippet: z.string(),
  /** What was found within the snippet: from `start` up to, not including, `end`. */
  marks: z.array(z.object({ start: z.int(), end: z.int() })),
});
export type SearchHit = z.infer<typeof searchHit>;

/** Data of the `ack` frame that opens every stream. */
export const streamAck = z.object({
  projectId: z.string(),
  sessionId: z.string(),
  mode: z.enum(['watch', 'attach']),
  runId: z.string().optional(),
  streamId: z.string(),
  snapshot: z.object({
    seq: z.int(),
    focusedRunId: z.string().optional(),
    runs: z.array(runSummary),
    replay: z.array(z.object({ seq: z.int(), runId: z.string().optional(), event: sessionEvent })),
    replayInfo: z.object({ truncated: z.boolean(), oldestSeq: z.int().optional() }),
    sessionRuntime,
  }),
});
export type StreamAck = z.infer<typeof streamAck>;
