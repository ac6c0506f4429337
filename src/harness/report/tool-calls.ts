/** The tool calls of one turn, from their start to their end, with how long each took. */
import type { AgentEvent, ContentBlock } from '../../contract/index.js';
import { type Clock, cutMiddle } from '../../core/index.js';

export interface ToolCall {
  toolUseId: string;
  toolName: string;
  input: unknown;
  /** The tool call whose subagent makes this one. */
  parentToolUseId?: string | undefined;
}

export interface ToolEnd {
  isError: boolean;
  /** All output, which replaces what came before; absent: what was reported so far stands. */
  output?: string;
  /** Instead of `output`, where there is more than text. */
  content?: ContentBlock[];
  /** The agent's own record of it, such as `{exitCode}`. Left out when it is too large. */
  details?: unknown;
}

interface OpenCall extends ToolCall {
  startedAtMs: number;
  output: string;
  nextReportAtMs: number;
}

/** Each report repeats the output so far, so the pause between two grows with it. */
const pauseMs = 100;
const charsPerMs = 40;
const outputCharsMax = 64 * 1024;
const detailsCharsMax = 16 * 1024;

export class ToolCalls {
  /** How many were begun. */
  count = 0;
  private readonly open = new Map<string, OpenCall>();
  private readonly ended = new Set<string>();

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {}

  isOpen(toolUseId: string): boolean {
    return this.open.has(toolUseId);
  }

  hasEnded(toolUseId: string): boolean {
    return this.ended.has(toolUseId);
  }

  /** Nothing for a call that was begun before. */
  start(call: ToolCall): AgentEvent[] {
    const { toolUseId, toolName, input } = call;
    if (this.open.has(toolUseId) || this.ended.has(toolUseId)) return [];
    this.count += 1;
    this.open.set(toolUseId, {
      ...call,
      startedAtMs: this.clock.monotonicMs(),
      output: '',
      nextReportAtMs: 0,
    });
    return [{ type: 'tool_execution_start', toolUseId, toolName, input, ...parentOf(call) }];
  }

  /** `outputSoFar` is all of it; some reports are passed over, because the next one or the end repeats them. */
  update(toolUseId: string, outputSoFar: string): AgentEvent[] {
    const call = this.open.get(toolUseId);
    if (call === undefined || outputSoFar === call.output) return [];
    call.output = cutMiddle(outputSoFar, outputCharsMax);
    const now = this.clock.monotonicMs();
    if (now < call.nextReportAtMs) return [];
    call.nextReportAtMs = now + pauseMs + call.output.length / charsPerMs;
    return [{ type: 'tool_execution_update', toolUseId, partialOutput: call.output }];
  }

  /** The same for agents that tell only what is new. */
  append(toolUseId: string, delta: string): AgentEvent[] {
    const call = this.open.get(toolUseId);
    return call === undefined ? [] : this.update(toolUseId, call.output + delta);
  }

  /** Nothing for a call that is not open. */
  end(toolUseId: string, { isError, output, content, details }: ToolEnd): AgentEvent[] {
    const call = this.open.get(toolUseId);
    if (call === undefined) return [];
    this.open.delete(toolUseId);
    this.ended.add(toolUseId);
    const text = cutMiddle(output ?? call.output, outputCharsMax);
    const shown: ContentBlock[] = content ?? (text === '' ? [] : [{ type: 'text', text }]);
    return [
      {
        type: 'tool_execution_end',
        toolUseId,
        toolName: call.toolName,
        result: { content: shown, ...detailsWithin(details) },
        isError,
        durationMs: Math.round(this.clock.monotonicMs() - call.startedAtMs),
        ...parentOf(call),
      },
    ];
  }

  /** What the agent left open ends with its turn. */
  endAll(isError: boolean): AgentEvent[] {
    return [...this.open.keys()].flatMap((toolUseId) => this.end(toolUseId, { isError }));
  }
}

function parentOf({ parentToolUseId }: ToolCall): { parentToolUseId?: string } {
  return parentToolUseId === undefined ? {} : { parentToolUseId };
}

function detailsWithin(details: unknown): { details?: unknown } {
  if (details === undefined || JSON.stringify(details).length > detailsCharsMax) return {};
  return { details };
}
