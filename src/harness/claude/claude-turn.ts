/** One turn of Claude Code: what its messages say, and what it comes to. */
import type { RunError, Usage } from '../../contract/index.js';
import {
  type Clock,
  notedPrompt,
  type PromptImage,
  type SteerOutcome,
  type TurnHost,
  type TurnRequest,
  type TurnResult,
} from '../../core/index.js';
import { type Fields, fieldsOf, type LinkEnd, listOf, textOf } from '../process/index.js';
import { TurnReport } from '../report/index.js';
import { AssistantWords } from './assistant-words.js';
import { Deliveries } from './deliveries.js';
import type { PromptInput } from './prompt-input.js';
import type { Query, ToolPermission } from './sdk.js';
import { tellSystem } from './system-messages.js';
import { toolEndOf } from './tool-results.js';
import { addUsage, failureOf } from './turn-outcome.js';

export interface TurnParts {
  query: Query;
  input: PromptInput;
  /** Of the agent, absolute. */
  program: string;
  clock: Pick<Clock, 'monotonicMs'>;
  continuation: string;
  /** The agent has a record of the conversation, whatever becomes of this turn. */
  isRecorded: boolean;
  notices: readonly string[];
}

/** The user's message that Claude Code adds when it is interrupted; the outcome says it. */
const interruptMarker = '[Request interrupted by user';

export class ClaudeTurn {
  /** Resolves when nothing more is to be expected. */
  readonly over: Promise<void>;
  private readonly report: TurnReport;
  private readonly words: AssistantWords;
  private readonly deliveries: Deliveries;
  private readonly usage: Usage = {};
  private readonly toolNames = new Map<string, string>();
  /** Until the agent has taken the prompt, what it says is about something else. */
  taken = false;
  private finished = false;
  private finish: () => void = () => undefined;
  private result: Fields | undefined;
  private death: RunError | undefined;
  private stoppedAtTurns: number | undefined;
  private limit: Fields = {};
  private modelError: string | undefined;
  /** The last thing in the agent's own record of the conversation. */
  private lastUuid: string | undefined;

  constructor(
    private readonly request: TurnRequest,
    private readonly host: TurnHost,
    private readonly parts: TurnParts,
  ) {
    const { images } = request;
    const prompt = notedPrompt(request);
    const { continuation, notices, clock } = parts;
    this.report = new TurnReport(host, clock, { prompt, images, continuation, notices });
    this.words = new AssistantWords(this.report);
    this.deliveries = new Deliveries(parts.input, parts.query);
    this.over = new Promise((resolve) => {
      this.finish = () => {
        this.finished = true;
        resolve();
      };
    });
  }

  begin(): void {
    this.deliveries.sendPrompt(contentOf(this.request), () => {
      this.taken = true;
    });
  }

  /** Resolves when there is room for more. */
  onFrame(frame: Fields): void | Promise<void> {
    if (this.finished) return;
    if (frame.type === 'command_lifecycle') {
      this.deliveries.note(frame);
      // One that was on its way when the turn was interrupted may be taken up nevertheless.
      if (frame.state === 'started' && this.host.signal.aborted) this.interruptQuery();
    } else if (this.taken) this.tell(frame);
    if (this.deliveries.areSettled) this.finish();
    return this.report.flush();
  }

  /** A text that no turn takes up is withdrawn, so that nothing answers it later. */
  steer(text: string): Promise<SteerOutcome> {
    if (this.finished || this.host.signal.aborted || this.stoppedAtTurns !== undefined)
      return Promise.resolve('missed');
    return this.deliveries.steer(text, () => this.report.steered(text));
  }

  async interrupt(): Promise<void> {
    await this.deliveries.withdraw();
    this.interruptQuery();
  }

  onDeath({ error }: LinkEnd): void {
    this.death ??= error;
    this.deliveries.settleAll();
    this.finish();
  }

  async permit(toolName: string, input: Fields, toolUseId: string): Promise<ToolPermission> {
    this.report.startTool({ toolUseId, toolName, input });
    // Whoever is asked can see in the log what the question is about.
    await this.report.flush();
    const { decision, message } = await this.host.permit({ toolUseId, toolName, toolInput: input });
    if (decision !== 'deny') return { behavior: 'allow', updatedInput: input };
    return { behavior: 'deny', message: message ?? 'This use of the tool was denied.' };
  }

  /** The hook between the last tool of a model turn and the next one: the one moment to stop at a bound of turns. */
  afterTools({ agent_id }: Fields): Fields {
    const { maxTurns } = this.request;
    if (agent_id !== undefined || maxTurns === undefined || this.words.turns < maxTurns) return {};
    this.stoppedAtTurns = this.words.turns;
    return { continue: false, stopReason: `The bound of ${maxTurns} model turns is reached.` };
  }

  async end(): Promise<TurnResult> {
    const outcome = this.outcome();
    await this.report.end(outcome.outcome !== 'completed');
    const usage = { ...this.usage, turns: this.words.turns, toolCalls: this.report.toolCallCount };
    const { lastUuid: checkpoint } = this;
    const { continuation, isRecorded } = this.parts;
    return {
      ...outcome,
      usage,
      ...(this.taken || isRecorded ? { continuation } : {}),
      ...(checkpoint === undefined ? {} : { checkpoint }),
    };
  }

  private outcome(): TurnResult {
    if (this.death !== undefined) return { outcome: 'failed', error: this.death };
    if (this.host.signal.aborted) return { outcome: 'interrupted' };
    if (this.result === undefined) {
      const message = 'Claude Code dropped the prompt without an answer. Send it again.';
      return { outcome: 'failed', error: { code: 'agent_failed', message } };
    }
    const { stoppedAtTurns, limit, modelError } = this;
    const { program } = this.parts;
    const error = failureOf(this.result, { stoppedAtTurns, limit, modelError, program });
    if (error !== undefined) return { outcome: 'failed', error };
    return {
      outcome: 'completed',
      finalOutput: this.report.finalOutput || (textOf(this.result.result) ?? ''),
    };
  }

  private tell(frame: Fields): void {
    switch (frame.type) {
      case 'stream_event':
        this.words.onStream(frame);
        break;
      case 'assistant':
        this.tellAssistant(frame);
        break;
      case 'user':
        this.tellUser(frame);
        break;
      case 'system':
        tellSystem(this.report, frame);
        break;
      case 'result':
        this.onResult(frame);
        break;
      default:
        this.tellOther(frame);
    }
  }

  private tellAssistant(frame: Fields): void {
    this.remember(frame);
    for (const { type, id, name } of listOf(fieldsOf(frame.message).content).map(fieldsOf))
      if (type === 'tool_use') this.toolNames.set(String(id), String(name));
    this.modelError = textOf(frame.error);
    // Its text is that of the error, which the result repeats.
    if (this.modelError === undefined) this.words.onAssistant(frame);
  }

  private tellUser(frame: Fields): void {
    this.remember(frame);
    const { content } = fieldsOf(frame.message);
    const blocks =
      typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content).map(fieldsOf);
    for (const block of blocks) {
      if (block.type === 'tool_result') this.endTool(block, frame.tool_use_result);
      // A subagent's prompt is the input of its tool call.
      else if (typeof frame.parent_tool_use_id === 'string') continue;
      else if (!String(block.text).startsWith(interruptMarker)) this.report.native('user', block);
    }
  }

  private endTool(block: Fields, record: unknown): void {
    const toolUseId = String(block.tool_use_id);
    this.report.endTool(toolUseId, toolEndOf(this.toolNames.get(toolUseId), block, record));
    this.toolNames.delete(toolUseId);
  }

  private remember({ parent_tool_use_id, uuid }: Fields): void {
    if (typeof parent_tool_use_id !== 'string') this.lastUuid = textOf(uuid) ?? this.lastUuid;
  }

  private onResult(result: Fields): void {
    this.result = result;
    addUsage(this.usage, result);
    this.deliveries.noteResult(result);
    // What is left was meant for a turn that has failed.
    if (result.is_error === true || this.stoppedAtTurns !== undefined) void this.deliveries.withdraw();
  }

  private tellOther({ type, session_id, uuid, ...payload }: Fields): void {
    if (type === 'rate_limit_event') this.limit = fieldsOf(payload.rate_limit_info);
    this.report.native(String(type), payload);
  }

  private interruptQuery(): void {
    this.parts.query.interrupt().catch(() => undefined);
  }
}

function contentOf({ images = [], ...request }: TurnRequest): string | Fields[] {
  const prompt = notedPrompt(request);
  if (images.length === 0) return prompt;
  return [{ type: 'text', text: prompt }, ...images.map(imageBlock)];
}

function imageBlock({ mimeType, data }: PromptImage): Fields {
  return { type: 'image', source: { type: 'base64', media_type: mimeType, data } };
}
