/**
 * The tool calls of one turn. Agents tell of a call in pieces: some before its input is known, some only when they
 * ask for permission, some with all output so far again and again, and some never say how it ended.
 */
import type { AgentEvent } from '../../contract/index.js';
import type { Clock, PermissionAsk } from '../../core/index.js';
import { type Fields, fieldsOf } from './fields.js';
import { detailsOf, inputOf, outputOf, toolNameOf } from './tool-words.js';

interface ToolCall {
  id: string;
  /** The latest value of each field that the agent gave. */
  fields: Fields;
  startedAtMs: number | undefined;
  ended: boolean;
  denied: boolean;
  output: string;
  nextReportAtMs: number;
}

/** Each report repeats the output so far, so the pause between two grows with it. */
const pauseMs = 100;
const charsPerMs = 40;

export class ToolCalls {
  private readonly calls = new Map<string, ToolCall>();

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {}

  get count(): number {
    return this.calls.size;
  }

  /** What a `tool_call` or `tool_call_update` comes to. */
  update(fields: Fields): AgentEvent[] {
    const call = this.merge(fields);
    if (call.ended) return [];
    const { status, rawInput } = call.fields;
    const over = status === 'completed' || status === 'failed';
    // A pending call may tell where it will run before it tells what.
    const inputKnown = Object.keys(fieldsOf(rawInput)).some((key) => key !== 'cwd');
    const events = over || inputKnown || status === 'in_progress' ? this.start(call) : [];
    if (over) return [...events, this.end(call, status === 'failed')];
    return [...events, ...this.report(call)];
  }

  /** Some agents tell of a call for the first time when they ask, so that it begins here. */
  ask(fields: Fields): { events: AgentEvent[]; ask: PermissionAsk } {
    const call = this.merge(fields);
    const events = this.start(call);
    return {
      events,
      ask: { toolUseId: call.id, toolName: toolNameOf(call.fields), toolInput: inputOf(call.fields) },
    };
  }

  deny(toolUseId: string): void {
    const call = this.calls.get(toolUseId);
    if (call !== undefined) call.denied = true;
  }

  /** The turn is over; what the agent left open ends with it. */
  endAll(failed: boolean): AgentEvent[] {
    const open = [...this.calls.values()].filter((call) => !call.ended && call.startedAtMs !== undefined);
    return open.map((call) => this.end(call, failed || call.denied));
  }

  private merge(fields: Fields): ToolCall {
    const id = String(fields.toolCallId ?? 'unnamed');
    const known = this.calls.get(id);
    const call = known ?? {
      id,
      fields: {},
      startedAtMs: undefined,
      ended: false,
      denied: false,
      output: '',
      nextReportAtMs: 0,
    };
    const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
    call.fields = { ...call.fields, ...Object.fromEntries(given) };
    this.calls.set(id, call);
    return call;
  }

  private start(call: ToolCall): AgentEvent[] {
    if (call.startedAtMs !== undefined) return [];
    call.startedAtMs = this.clock.monotonicMs();
    const { id: toolUseId, fields } = call;
    return [
      { type: 'tool_execution_start', toolUseId, toolName: toolNameOf(fields), input: inputOf(fields) },
    ];
  }

  private report(call: ToolCall): AgentEvent[] {
    const now = this.clock.monotonicMs();
    if (call.startedAtMs === undefined || now < call.nextReportAtMs) return [];
    const partialOutput = outputOf(call.fields);
    if (partialOutput === call.output) return [];
    call.output = partialOutput;
    call.nextReportAtMs = now + pauseMs + partialOutput.length / charsPerMs;
    return [{ type: 'tool_execution_update', toolUseId: call.id, partialOutput }];
  }

  private end(call: ToolCall, isError: boolean): AgentEvent {
    call.ended = true;
    const { id: toolUseId, fields, startedAtMs } = call;
    const now = this.clock.monotonicMs();
    const text = outputOf(fields);
    const details = detailsOf(fields);
    // Content is not needed any more, and a turn may have many calls.
    call.fields = {};
    return {
      type: 'tool_execution_end',
      toolUseId,
      toolName: toolNameOf(fields),
      result: {
        content: text === '' ? [] : [{ type: 'text', text }],
        ...(details === undefined ? {} : { details }),
      },
      isError,
      durationMs: Math.round(now - (startedAtMs ?? now)),
    };
  }
}
