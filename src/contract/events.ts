/**
 * The events of a session's log. One envelope everywhere (REST pages, stream frames); `event` inside it is one
 * of the types below. Readers skip types they do not know: new ones may be added at any time.
 */
import { z } from 'zod';
import { budget, budgetScope, parkReason } from './budget.js';

const id = z.string();
/** Milliseconds since 1970, UTC. */
const time = z.int();

export const mediaRef = z.object({
  type: z.literal('media_ref'),
  url: z.string(),
  mimeType: z.string().optional(),
  filename: z.string().optional(),
  alt: z.string().optional(),
});
export type MediaRef = z.infer<typeof mediaRef>;

export const contentBlock = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image'), data: z.string(), mimeType: z.string() }),
  mediaRef,
  z.object({ type: z.literal('thinking'), text: z.string() }),
  z.object({ type: z.literal('tool_use'), id, name: z.string(), input: z.unknown() }),
  z.object({
    type: z.literal('tool_result'),
    tool_use_id: id,
    content: z.unknown(),
    is_error: z.boolean().optional(),
  }),
]);
export type ContentBlock = z.infer<typeof contentBlock>;

/** What a run does when its session is busy. */
export const delivery = z.enum(['queue', 'steer', 'interrupt', 'reject']);
export type Delivery = z.infer<typeof delivery>;

const message = z.object({
  role: z.enum(['user', 'assistant', 'toolResult']),
  content: z.union([z.string(), z.array(contentBlock)]),
});

export const runError = z.object({
  code: z.string(),
  message: z.string(),
  /** When the provider's usage limit ends, where it says so. */
  resumesAt: time.optional(),
});
export type RunError = z.infer<typeof runError>;

export const permissionDecisionKind = z.enum(['allow', 'deny', 'always_allow']);
export type PermissionDecisionKind = z.infer<typeof permissionDecisionKind>;

const permissionAction = z.object({
  id: z.string(),
  kind: z.enum(['approve', 'deny', 'always_allow']),
  label: z.string(),
  style: z.string().optional(),
});

/** What Quarterdeck itself reports: the life of runs and of the session. */
const controlPlaneEvents = [
  z.object({
    type: z.literal('run_queued'),
    runId: id,
    projectId: id,
    queuedAt: time,
    input: z.object({ content: z.string(), attachments: z.array(mediaRef).optional() }),
    queuePosition: z.int(),
    /** The run that this one tries again. */
    retryOf: id.optional(),
  }),
  z.object({
    type: z.literal('run_edited'),
    runId: id,
    input: z.object({ content: z.string() }),
    editedAt: time,
  }),
  /** Whether it goes on by itself, once it was parked. */
  z.object({ type: z.literal('auto_resume_set'), runId: id, autoResume: z.boolean(), setAt: time }),
  z.object({ type: z.literal('run_moved'), runId: id, queuePosition: z.int(), movedAt: time }),
  z.object({ type: z.literal('run_steering'), runId: id, projectId: id, intoRunId: id, steeredAt: time }),
  z.object({ type: z.literal('run_injecting'), runId: id, projectId: id, claimedAt: time, attempt: z.int() }),
  z.object({
    type: z.literal('run_requeued'),
    runId: id,
    projectId: id,
    requeuedAt: time,
    reason: z.string(),
  }),
  z.object({ type: z.literal('run_started'), runId: id, projectId: id, startedAt: time }),
  z.object({
    type: z.literal('run_completed'),
    runId: id,
    projectId: id,
    completedAt: time,
    finalOutput: z.string(),
    /** The run whose turn took this one in and answers it. */
    injectedInto: id.optional(),
  }),
  z.object({
    type: z.literal('run_parked'),
    runId: id,
    projectId: id,
    parkedAt: time,
    reason: parkReason,
    message: z.string(),
    /** Whose budget is used up. */
    scope: budgetScope.optional(),
    resumesAt: time.optional(),
    autoResume: z.boolean(),
  }),
  z.object({
    type: z.literal('run_resumed'),
    runId: id,
    projectId: id,
    resumedAt: time,
    source: z.enum(['api', 'auto']),
    /** What the budget that was used up has now. */
    raise: budget.optional(),
  }),
  z.object({ type: z.literal('run_failed'), runId: id, projectId: id, failedAt: time, error: runError }),
  z.object({
    type: z.literal('run_cancelled'),
    runId: id,
    projectId: id,
    cancelledAt: time,
    reason: z.string().optional(),
  }),
  z.object({ type: z.literal('cancel_requested'), runId: id, requestedAt: time, queue: z.string() }),
  z.object({
    type: z.literal('queue_paused'),
    pausedAt: time,
    reason: z.string(),
    /** The run whose failure paused it. */
    failedRunId: id.optional(),
  }),
  z.object({ type: z.literal('queue_resumed'), resumedAt: time }),
  z.object({
    type: z.literal('session_forked'),
    fromSessionId: id,
    fromRunId: id,
    /** The last event of that run, in the log of that session. */
    fromSeq: z.int(),
    forkedAt: time,
  }),
  z.object({
    type: z.literal('session_imported'),
    fromSessionId: id,
    /** Where the log of the file ends; what is behind was written here. */
    fromSeq: z.int(),
    exportedAt: time,
    importedAt: time,
  }),
  z.object({
    type: z.literal('session_updated'),
    updatedAt: time,
    name: z.string().optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    archived: z.boolean().optional(),
    queue: z.object({ pauseOnFailure: z.boolean().optional(), delivery: delivery.optional() }).optional(),
    budget: budget.nullable().optional(),
  }),
  z.object({
    type: z.literal('permission_request'),
    requestId: id,
    runId: id,
    projectId: id,
    toolUseId: id,
    toolName: z.string(),
    toolInput: z.unknown(),
    requestedAt: time,
    actions: z.array(permissionAction),
  }),
  z.object({
    type: z.literal('permission_decision'),
    requestId: id,
    runId: id,
    projectId: id,
    toolUseId: id,
    decision: permissionDecisionKind,
    source: z.enum(['api', 'rule', 'policy', 'unattended', 'cancel', 'restart', 'run_end']),
    message: z.string().optional(),
    decidedAt: time,
  }),
  z.object({
    type: z.literal('continuation_key_observed'),
    provider: z.enum(['anthropic', 'openai', 'unknown']),
    continuationKey: z.string(),
  }),
  z.object({
    type: z.literal('harness_process_started'),
    harnessProcessId: id,
    provider: z.string(),
    frontend: z.string(),
    interactionMode: z.string(),
    ioMode: z.string(),
    execTarget: z.object({ kind: z.literal('local') }),
  }),
  z.object({
    type: z.literal('harness_process_exited'),
    harnessProcessId: id,
    exitCode: z.int().optional(),
  }),
  z.object({ type: z.literal('agent_start'), sessionId: id.optional() }),
  z.object({ type: z.literal('agent_end'), sessionId: id.optional(), reason: z.string().optional() }),
] as const;

/** What an agent reports during a turn, in our words. A harness emits these and no others. */
const agentEvents = [
  z.object({ type: z.literal('turn_start'), turnId: id }),
  z.object({ type: z.literal('turn_end'), turnId: id, toolResults: z.array(z.unknown()).optional() }),
  z.object({
    type: z.literal('message_start'),
    messageId: id,
    message,
    /** The tool call whose subagent speaks; absent for the agent itself. */
    parentToolUseId: id.optional(),
  }),
  z.object({
    type: z.literal('message_update'),
    messageId: id,
    textDelta: z.string().optional(),
    thinkingDelta: z.string().optional(),
    contentBlocks: z.array(contentBlock).optional(),
  }),
  z.object({
    type: z.literal('message_end'),
    messageId: id,
    message,
    parentToolUseId: id.optional(),
  }),
  z.object({
    type: z.literal('tool_execution_start'),
    toolUseId: id,
    toolName: z.string(),
    input: z.unknown(),
    parentToolUseId: id.optional(),
  }),
  z.object({ type: z.literal('tool_execution_update'), toolUseId: id, partialOutput: z.string() }),
  z.object({
    type: z.literal('tool_execution_end'),
    toolUseId: id,
    toolName: z.string(),
    result: z.object({ content: z.array(contentBlock), details: z.unknown().optional() }),
    isError: z.boolean(),
    durationMs: z.int(),
    parentToolUseId: id.optional(),
  }),
  /** What the agent reported and no type of ours can say, as it was. */
  z.object({ type: z.literal('native_event'), name: z.string(), payload: z.unknown() }),
] as const;

/** Reported by either side: something a reader should know that changes no state. */
const noticeEvent = z.object({
  type: z.literal('notice'),
  level: z.enum(['info', 'warn', 'error']),
  message: z.string(),
  runId: id.optional(),
});

export const agentEvent = z.discriminatedUnion('type', [...agentEvents, noticeEvent]);
export type AgentEvent = z.infer<typeof agentEvent>;

export const sessionEvent = z.discriminatedUnion('type', [
  ...controlPlaneEvents,
  ...agentEvents,
  noticeEvent,
]);
export type SessionEvent = z.infer<typeof sessionEvent>;
export type SessionEventType = SessionEvent['type'];
export type EventOf<T extends SessionEventType> = Extract<SessionEvent, { type: T }>;

export const eventSource = z.enum(['agent', 'control-plane']);
export type EventSource = z.infer<typeof eventSource>;

export const eventEnvelope = z.object({
  /** Per session, starts at 1, strictly rising, never reused. */
  seq: z.int(),
  /** Repeats `event.type`. */
  type: z.string(),
  ts: time,
  projectId: id,
  sessionId: id,
  runId: id.optional(),
  /** Names the log that `seq` counts in. */
  streamId: id,
  source: eventSource,
  event: sessionEvent,
});
export type EventEnvelope = z.infer<typeof eventEnvelope>;

/** The events that end a run; each run has exactly one. */
export const terminalEventTypes = ['run_completed', 'run_failed', 'run_cancelled'] as const;

export function isTerminalEventType(type: string): boolean {
  return (terminalEventTypes as readonly string[]).includes(type);
}
