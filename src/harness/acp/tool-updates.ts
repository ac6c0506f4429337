/**
 * What an ACP agent says of its tool calls, in pieces: some before the input is known, some only when it asks for
 * permission, some with all output so far again and again, and some never say how a call ended.
 */
import type { PermissionAsk } from '../../core/index.js';
import { type Fields, fieldsOf } from '../process/index.js';
import type { TurnReport } from '../report/index.js';
import { detailsOf, exitCodeOf, inputOf, outputOf, parentOf, toolNameOf } from './tool-words.js';

export class ToolUpdates {
  /** The latest value of each field that the agent gave, by call, until the call has ended. */
  private readonly known = new Map<string, Fields>();
  private readonly denied = new Set<string>();

  constructor(private readonly report: TurnReport) {}

  /** A `tool_call` or `tool_call_update`. */
  update(given: Fields): void {
    const toolUseId = idOf(given);
    if (this.report.hasToolEnded(toolUseId)) return;
    const fields = this.merge(toolUseId, given);
    const { status, rawInput } = fields;
    const over = status === 'completed' || status === 'failed';
    // A pending call may tell where it will run before it tells what.
    const inputKnown = Object.keys(fieldsOf(rawInput)).some((key) => key !== 'cwd');
    if (over || inputKnown || status === 'in_progress') this.start(toolUseId, fields);
    if (over) this.end(toolUseId, status === 'failed');
    else this.report.updateTool(toolUseId, outputOf(fields));
  }

  /** Some agents tell of a call for the first time when they ask, so that it begins here. */
  ask(given: Fields): PermissionAsk {
    const toolUseId = idOf(given);
    const fields = this.merge(toolUseId, given);
    this.start(toolUseId, fields);
    return { toolUseId, toolName: toolNameOf(fields), toolInput: inputOf(fields) };
  }

  deny(toolUseId: string): void {
    this.denied.add(toolUseId);
  }

  /** A call that was denied has failed, whether the agent says so or not. */
  endDenied(): void {
    for (const toolUseId of this.denied) this.end(toolUseId, true);
  }

  private merge(toolUseId: string, fields: Fields): Fields {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
    const merged = { ...this.known.get(toolUseId), ...Object.fromEntries(given) };
    this.known.set(toolUseId, merged);
    return merged;
  }

  private start(toolUseId: string, fields: Fields): void {
    if (this.report.isToolOpen(toolUseId)) return;
    const parentToolUseId = parentOf(fields);
    this.report.endMessages(parentToolUseId);
    this.report.startTool({
      toolUseId,
      toolName: toolNameOf(fields),
      input: inputOf(fields),
      parentToolUseId,
    });
  }

  private end(toolUseId: string, failed: boolean): void {
    const fields = this.known.get(toolUseId) ?? {};
    // Agents count a call as completed when its shell has ended, however it ended.
    const isError = failed || (exitCodeOf(fields) ?? 0) !== 0;
    this.report.endTool(toolUseId, { isError, output: outputOf(fields), details: detailsOf(fields) });
    // Content is not needed any more, and a turn may have many calls.
    this.known.delete(toolUseId);
  }
}

function idOf({ toolCallId }: Fields): string {
  return String(toolCallId ?? 'unnamed');
}
