import type { Ask, EnvelopeOf, Tool } from './items';
import { addAsk } from './join';
import { type Transcript, toolKey } from './transcript';

export function startTool(transcript: Transcript, envelope: EnvelopeOf<'tool_execution_start'>): void {
  const { toolUseId, toolName, input, parentToolUseId } = envelope.event;
  const tool = toolOf(transcript, envelope, toolUseId);
  const parent = parentToolUseId ?? tool.parentToolUseId;
  const startedAt = tool.startedAt ?? envelope.ts;
  put(transcript, { ...tool, toolName, input, startedAt, parentToolUseId: parent }, envelope);
}

export function updateTool(transcript: Transcript, envelope: EnvelopeOf<'tool_execution_update'>): void {
  const { toolUseId, partialOutput } = envelope.event;
  put(transcript, { ...toolOf(transcript, envelope, toolUseId), output: partialOutput }, envelope);
}

export function endTool(transcript: Transcript, envelope: EnvelopeOf<'tool_execution_end'>): void {
  const { toolUseId, toolName, result, isError, durationMs, parentToolUseId } = envelope.event;
  const tool = toolOf(transcript, envelope, toolUseId);
  const parent = parentToolUseId ?? tool.parentToolUseId;
  const end = { ...result, isError, durationMs };
  put(transcript, { ...tool, toolName, end, parentToolUseId: parent }, envelope);
}

export function askForTool(transcript: Transcript, envelope: EnvelopeOf<'permission_request'>): void {
  const { requestId, runId, toolUseId, toolName, toolInput, requestedAt } = envelope.event;
  const tool = toolOf(transcript, { ...envelope, runId }, toolUseId);
  transcript.pending.set(requestId, tool.key);
  putAsk(transcript, { ...tool, toolName, input: toolInput }, { requestId, requestedAt }, envelope);
}

export function decideForTool(transcript: Transcript, envelope: EnvelopeOf<'permission_decision'>): void {
  const { requestId, runId, toolUseId, decision, source, message, decidedAt } = envelope.event;
  transcript.pending.delete(requestId);
  const tool = toolOf(transcript, { ...envelope, runId }, toolUseId);
  putAsk(transcript, tool, { requestId, decision, source, message, decidedAt }, envelope);
}

function putAsk(transcript: Transcript, tool: Tool, ask: Ask, { seq }: { seq: number }): void {
  put(transcript, { ...tool, asks: addAsk(tool.asks, ask) }, { seq });
}

function put(transcript: Transcript, tool: Tool, { seq }: { seq: number }): void {
  transcript.put({ ...tool, lastSeq: seq });
}

function toolOf(
  transcript: Transcript,
  { seq, runId }: { seq: number; runId?: string | undefined },
  toolUseId: string,
): Tool {
  const key = toolKey(runId, toolUseId);
  const known = transcript.find(key);
  if (known?.kind === 'tool') return known;
  return { kind: 'tool', key, seq, lastSeq: seq, runId, toolUseId, asks: [] };
}
