/** The items of a turn and of its subagents: messages, thoughts and tool calls, each from its start to its end. */
import type { PermissionAsk } from '../../core/index.js';
import { type Fields, fieldsOf, listOf, textOf } from '../process/index.js';
import type { TurnReport } from '../report/index.js';
import { toolCallOf, toolEndOf } from './item-words.js';

/** Their input is known only when they end. */
const toldAtEnd = new Set(['webSearch', 'imageGeneration']);

export class ThreadItems {
  /** Calls that are under way, by id, oldest first. */
  readonly open = new Map<string, PermissionAsk>();

  constructor(private readonly report: TurnReport) {}

  start(item: Fields, parentToolUseId?: string): void {
    const call = toldAtEnd.has(String(item.type)) ? undefined : toolCallOf(item);
    if (call !== undefined) this.startTool(call.toolUseId, call.toolName, call.input, parentToolUseId);
  }

  end(item: Fields, parentToolUseId?: string): void {
    const id = textOf(item.id) ?? 'unnamed';
    if (item.type === 'agentMessage') {
      this.report.endMessage(id, { text: textOf(item.text) ?? '' }, parentToolUseId);
    } else if (item.type === 'reasoning') {
      this.report.endMessage(id, { thinking: thoughtOf(item) }, parentToolUseId);
    } else this.endOther(item, parentToolUseId);
  }

  /** A question may come before its call is told. */
  startAsked({ toolUseId, toolName, toolInput }: PermissionAsk, parentToolUseId?: string): void {
    this.startTool(toolUseId, toolName, toolInput, parentToolUseId);
  }

  /** What is not of an item as a whole: pieces of texts and outputs. False for what is none. */
  tellDelta(method: string, params: Fields, parentToolUseId?: string): boolean {
    const { report } = this;
    const id = textOf(params.itemId) ?? 'unnamed';
    const delta = textOf(params.delta) ?? '';
    switch (method) {
      case 'item/agentMessage/delta':
        report.say(id, delta, parentToolUseId);
        return true;
      case 'item/reasoning/summaryTextDelta':
      case 'item/reasoning/textDelta':
        report.think(id, delta, parentToolUseId);
        return true;
      case 'item/reasoning/summaryPartAdded':
        if (params.summaryIndex !== 0) report.think(id, partsBetween, parentToolUseId);
        return true;
      case 'item/commandExecution/outputDelta':
      case 'item/fileChange/outputDelta':
        report.appendToTool(id, delta);
        return true;
      // The call is told with its changes at its start and at its end, a plan when it is whole.
      case 'item/fileChange/patchUpdated':
      case 'item/plan/delta':
        return true;
      default:
        return false;
    }
  }

  private endOther(item: Fields, parentToolUseId: string | undefined): void {
    const call = toolCallOf(item);
    if (call === undefined) {
      this.report.native(`item/${String(item.type)}`, item);
      return;
    }
    this.startTool(call.toolUseId, call.toolName, call.input, parentToolUseId);
    this.report.endTool(call.toolUseId, toolEndOf(item));
    this.open.delete(call.toolUseId);
  }

  private startTool(toolUseId: string, toolName: string, input: unknown, parentToolUseId?: string): void {
    if (this.report.isToolOpen(toolUseId) || this.report.hasToolEnded(toolUseId)) return;
    this.open.set(toolUseId, { toolUseId, toolName, toolInput: input });
    this.report.startTool({ toolUseId, toolName, input, parentToolUseId });
  }
}

const partsBetween = '\n\n';

/** The model's own thoughts come only from models that do not sum them up. */
function thoughtOf({ summary, content }: Fields): string {
  const parts = listOf(summary).length > 0 ? listOf(summary) : listOf(content);
  return parts.map((part) => textOf(part) ?? textOf(fieldsOf(part).text) ?? '').join(partsBetween);
}
