/** One turn of Pi: what its events say, and what it comes to. */
import {
  type Clock,
  notedPrompt,
  type SteerOutcome,
  type TurnHost,
  type TurnRequest,
  type TurnResult,
} from '../../core/index.js';
import { type Fields, fieldsOf, type LinkEnd, textOf } from '../process/index.js';
import { TurnReport } from '../report/index.js';
import { detailsOf, outputOf, textIn } from './content.js';
import { type DialogAnswer, ExtensionDialogs } from './extension-dialogs.js';
import { modelFailure, promptRefusal } from './model-failure.js';
import type { PiLink } from './pi-link.js';
import { RunProgress } from './run-progress.js';
import { RunUsage } from './run-usage.js';
import { Steers } from './steers.js';

export interface TurnStart {
  request: TurnRequest;
  continuation: string;
  /** What a user types to start Pi. */
  command: string;
  notices: readonly string[];
}

export class PiTurn {
  private readonly report: TurnReport;
  private readonly progress: RunProgress;
  private readonly steers: Steers;
  private readonly dialogs: ExtensionDialogs;
  private readonly usage = new RunUsage();
  /** Pi has no names for messages; only one is being said at a time. */
  private messageCount = 0;
  /** The latest of the assistant. */
  private lastMessage: Fields = {};
  private promptSeen = false;
  private limitReached = false;
  private over = false;

  constructor(
    private readonly link: PiLink,
    private readonly host: TurnHost,
    private readonly clock: Clock,
    private readonly start: TurnStart,
  ) {
    const { request, continuation, notices } = start;
    const { images } = request;
    const prompt = notedPrompt(request);
    this.report = new TurnReport(host, clock, { prompt, images, continuation, notices });
    this.progress = new RunProgress(link, clock);
    this.steers = new Steers(link);
    this.dialogs = new ExtensionDialogs(host, this.report);
  }

  /** Never rejects, unless reporting does. `mayHoldSteers`: Pi has to forget its queue before the next turn. */
  async run(): Promise<{ result: TurnResult; mayHoldSteers: boolean }> {
    const { host, link } = this;
    const interrupt = () => void link.request('abort');
    host.signal.addEventListener('abort', interrupt, { once: true });
    const { request } = this.start;
    const { images = [] } = request;
    const reply = await link.request('prompt', {
      message: notedPrompt(request),
      ...(images.length === 0
        ? {}
        : { images: images.map(({ data, mimeType }) => ({ type: 'image', data, mimeType })) }),
    });
    if ('data' in reply) void this.progress.look();
    const end = 'data' in reply ? await Promise.race([this.progress.settled, link.ended]) : undefined;
    host.signal.removeEventListener('abort', interrupt);
    const mayHoldSteers = this.steers.missAll();
    const refusal = 'refusal' in reply ? reply.refusal : undefined;
    return { result: await this.finish('end' in reply ? reply.end : end, refusal), mayHoldSteers };
  }

  steer(prompt: string): Promise<SteerOutcome> {
    if (this.over || !this.promptSeen || this.host.signal.aborted) return Promise.resolve('missed');
    return this.steers.send(prompt);
  }

  /** Resolves when there is room for more. */
  async onEvent(event: Fields): Promise<void> {
    if (this.over) return;
    this.progress.onEvent(event, this.steers.areWaiting);
    if (!this.limitReached) this.tell(event);
    // An interrupt that came before the loop began found nothing to stop.
    if (event.type === 'agent_start' && this.host.signal.aborted) void this.link.request('abort');
    await this.report.flush();
  }

  /** Never waits for a person: Pi may go on with other work meanwhile. */
  async onDialog(dialog: Fields, answer: DialogAnswer): Promise<void> {
    if (this.over || this.limitReached) return answer({ cancelled: true });
    await this.dialogs.ask(dialog, answer);
  }

  private tell(event: Fields): void {
    const { type, ...payload } = event;
    switch (type) {
      case 'message_update':
        this.tellDelta(fieldsOf(event.assistantMessageEvent));
        break;
      case 'message_end':
        this.tellMessage(fieldsOf(event.message));
        break;
      case 'tool_execution_start':
      case 'tool_execution_update':
      case 'tool_execution_end':
        this.tellTool(event);
        break;
      case 'turn_start':
        this.holdLimit();
        break;
      case 'turn_end':
        if (fieldsOf(event.message).stopReason === 'toolUse') this.holdLimit();
        break;
      case 'auto_retry_start':
        this.report.notice('warn', retryWords(event));
        break;
      case 'extension_error':
        this.report.notice(
          'warn',
          `An extension of Pi failed in ${String(event.event)}: ${String(event.error)}`,
        );
        break;
      // Told otherwise: by the messages and the tools, the end of the turn, and what steering resolves to.
      case 'agent_start':
      case 'agent_end':
      case 'message_start':
      case 'auto_retry_end':
      case 'queue_update':
      case 'agent_settled':
        break;
      default:
        this.report.native(textOf(type) ?? 'unnamed', payload);
        break;
    }
  }

  private tellDelta({ type, delta }: Fields): void {
    const text = textOf(delta) ?? '';
    if (type === 'text_delta') this.report.say(this.messageKey, text);
    if (type === 'thinking_delta') this.report.think(this.messageKey, text);
  }

  private tellMessage(message: Fields): void {
    switch (message.role) {
      case 'assistant':
        this.usage.add(message);
        this.lastMessage = message;
        this.report.endMessage(this.messageKey, {
          text: textIn(message.content),
          thinking: textIn(message.content, 'thinking'),
        });
        this.messageCount += 1;
        break;
      case 'user':
        this.tellUserMessage(textIn(message.content));
        break;
      // Its call has ended with the same words.
      case 'toolResult':
        break;
      default:
        this.report.native('message', message);
    }
  }

  /** The first is the prompt; it is in Pi's file from here on. */
  private tellUserMessage(text: string): void {
    if (!this.promptSeen) {
      this.promptSeen = true;
      this.report.begin();
    } else this.report.steered(this.steers.take(text) ?? text);
  }

  private tellTool({ type, toolCallId, toolName, args, partialResult, result, isError }: Fields): void {
    const toolUseId = String(toolCallId);
    const name = String(toolName);
    if (type === 'tool_execution_start') this.report.startTool({ toolUseId, toolName: name, input: args });
    else if (type === 'tool_execution_update') this.report.updateTool(toolUseId, outputOf(partialResult));
    else {
      const failed = isError === true;
      const end = { isError: failed, output: outputOf(result), details: detailsOf(name, result, failed) };
      this.report.endTool(toolUseId, end);
    }
  }

  /** Before another model turn. */
  private holdLimit(): void {
    const { maxTurns } = this.start.request;
    if (maxTurns === undefined || this.usage.turns < maxTurns || this.limitReached) return;
    this.limitReached = true;
    void this.link.request('abort');
  }

  private async finish(end: LinkEnd | undefined, refusal: string | undefined): Promise<TurnResult> {
    const result = this.resultOf(end, refusal);
    this.report.endMessages();
    if (this.lastMessage.stopReason === 'length')
      this.report.notice('warn', 'The answer was cut short: the model reached its bound of tokens.');
    // What an extension handled without a model was taken all the same.
    if (end === undefined && refusal === undefined) this.report.begin();
    this.over = true;
    await this.report.end(result.outcome !== 'completed');
    if (result.outcome === 'completed') result.finalOutput = this.report.finalOutput;
    return { ...result, usage: this.usage.sum(this.report.toolCallCount) };
  }

  private resultOf(end: LinkEnd | undefined, refusal: string | undefined): TurnResult {
    if (end !== undefined) return { outcome: 'failed', error: end.error };
    if (this.host.signal.aborted) return { outcome: 'interrupted' };
    if (refusal !== undefined)
      return { outcome: 'failed', error: promptRefusal(refusal, this.start.command) };
    if (this.limitReached) return { outcome: 'failed', error: limitError(this.start.request.maxTurns) };
    const { command } = this.start;
    const { stopReason, errorMessage } = this.lastMessage;
    if (stopReason === 'error')
      return {
        outcome: 'failed',
        error: modelFailure(textOf(errorMessage) ?? '', { nowMs: this.clock.now(), command }),
      };
    if (stopReason === 'aborted')
      return {
        outcome: 'failed',
        error: {
          code: 'agent_failed',
          message: 'Pi stopped the turn by itself, as extensions may tell it to.',
        },
      };
    return { outcome: 'completed', finalOutput: '' };
  }

  private get messageKey(): string {
    return `message-${this.messageCount}`;
  }
}

function limitError(maxTurns = 0): { code: string; message: string } {
  return {
    code: 'max_turns_reached',
    message: `The agent was stopped after ${maxTurns} model turns, as the run asked. Raise maxTurns to let it go on.`,
  };
}

function retryWords({ attempt, maxAttempts, delayMs, errorMessage }: Fields): string {
  const delayS = Math.round(Number(delayMs) / 1000);
  return `The model failed (${String(errorMessage).slice(0, 300)}). Pi tries again in ${delayS} s, ${String(attempt)} of ${String(maxAttempts)}.`;
}
