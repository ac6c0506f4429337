/** One turn of an agent that speaks ACP: what its updates say, and what it comes to. */
import { randomUUID } from 'node:crypto';
import type { Usage } from '../../contract/index.js';
import type { Clock, TurnHost, TurnResult } from '../../core/index.js';
import { countOf, type Fields, fieldsOf, type Reply, textOf } from '../process/index.js';
import { type TurnOpening, TurnReport } from '../report/index.js';
import { cancelledOutcome, outcomeFor } from './permission-outcome.js';
import { errorOfRefusal } from './refusals.js';
import { ToolUpdates } from './tool-updates.js';
import { parentOf } from './tool-words.js';

export class AcpTurn {
  private readonly report: TurnReport;
  private readonly tools: ToolUpdates;
  /** Of the message being said, by the subagent that says it; agents need not give one. */
  private readonly messageKeys = new Map<string | undefined, string>();
  /** Of the whole conversation, as the agent counts it. */
  private costAtEnd: number | undefined;
  private over = false;

  constructor(
    private readonly host: TurnHost,
    clock: Pick<Clock, 'monotonicMs'>,
    opening: TurnOpening,
    /** What the conversation had cost before; absent when the agent has not said. */
    private readonly costBefore: number | undefined,
  ) {
    this.report = new TurnReport(host, clock, opening);
    this.tools = new ToolUpdates(this.report);
  }

  get cost(): number | undefined {
    return this.costAtEnd ?? this.costBefore;
  }

  /** Resolves when there is room for more. */
  onUpdate(update: Fields): void | Promise<void> {
    if (this.over) return;
    this.report.begin();
    this.tell(update);
    return this.report.flush();
  }

  /** Never waits for the answer: the agent may go on with other work meanwhile. */
  async onPermission({ toolCall, options }: Fields, answer: (outcome: Fields) => void): Promise<void> {
    const { host } = this;
    if (this.over || host.signal.aborted) return answer(cancelledOutcome);
    this.report.endMessages();
    const ask = this.tools.ask(fieldsOf(toolCall));
    const cancelled = () => answer(cancelledOutcome);
    host.signal.addEventListener('abort', cancelled, { once: true });
    // Whoever is asked can see in the log what the question is about.
    await this.report.flush();
    if (host.signal.aborted) return;
    void host.permit(ask).then(({ decision }) => {
      if (host.signal.aborted) return;
      host.signal.removeEventListener('abort', cancelled);
      if (decision === 'deny') this.tools.deny(ask.toolUseId);
      answer(outcomeFor(decision, options));
    });
  }

  /** What the reply to the prompt comes to, once everything is delivered. */
  async end(reply: Reply): Promise<TurnResult> {
    const result = this.resultOf(reply);
    this.tools.endDenied();
    this.report.endMessages();
    if ('result' in reply && reply.result.stopReason === 'max_tokens')
      this.report.notice('warn', 'The answer was cut short: the model reached its bound of tokens.');
    // An agent that had nothing to say has still taken the prompt.
    this.report.begin();
    this.over = true;
    await this.report.end(result.outcome !== 'completed');
    if (result.outcome === 'completed') result.finalOutput = this.report.finalOutput;
    return { ...result, usage: this.usageOf(reply) };
  }

  private tell(update: Fields): void {
    const { sessionUpdate, ...payload } = update;
    switch (sessionUpdate) {
      case 'agent_message_chunk':
      case 'agent_thought_chunk':
        this.tellChunk(update);
        break;
      case 'tool_call':
      case 'tool_call_update':
        this.tools.update(update);
        break;
      case 'usage_update': {
        const { amount, currency } = fieldsOf(update.cost);
        if (typeof amount === 'number' && currency === 'USD') this.costAtEnd = amount;
        // It also says how full the window of the model is.
        this.report.native('usage_update', payload);
        break;
      }
      // The prompt is in the log already.
      case 'user_message_chunk':
        break;
      default:
        this.report.native(textOf(sessionUpdate) ?? 'unnamed', payload);
    }
  }

  private tellChunk(update: Fields): void {
    const { sessionUpdate, content, messageId } = update;
    const block = fieldsOf(content);
    const text = block.type === 'text' ? textOf(block.text) : `[${String(block.type)}]`;
    if (text === undefined) return;
    const parent = parentOf(update);
    const before = this.messageKeys.get(parent);
    const key = textOf(messageId) ?? before ?? randomUUID();
    if (key !== before) this.report.endMessages(parent);
    this.messageKeys.set(parent, key);
    if (sessionUpdate === 'agent_thought_chunk') this.report.think(key, text, parent);
    else this.report.say(key, text, parent);
  }

  private resultOf(reply: Reply): TurnResult {
    if ('end' in reply) return { outcome: 'failed', error: reply.end.error };
    // Agents differ in what they answer to a cancel; that it was asked for is what counts.
    if (this.host.signal.aborted) return { outcome: 'interrupted' };
    if ('refusal' in reply) return { outcome: 'failed', error: errorOfRefusal(reply.refusal) };
    const { stopReason } = reply.result;
    switch (stopReason) {
      case 'end_turn':
      case 'max_tokens':
        return { outcome: 'completed', finalOutput: '' };
      case 'max_turn_requests':
        return failed('The agent stopped at its own bound of model turns.', 'max_turns_reached');
      case 'refusal':
        return failed('The agent refused to go on with this prompt.');
      case 'cancelled':
        return failed('The agent stopped the turn by itself, as some do when a tool is denied.');
      default:
        return failed(`The agent ended the turn in an unknown way: ${JSON.stringify(stopReason)}.`);
    }
  }

  private usageOf(reply: Reply): Usage {
    const usage: Usage = { toolCalls: this.report.toolCallCount };
    if (this.costAtEnd !== undefined && this.costBefore !== undefined)
      usage.costUsd = Math.max(0, this.costAtEnd - this.costBefore);
    const told = fieldsOf('result' in reply ? reply.result.usage : undefined);
    const counts: [keyof Usage, unknown][] = [
      ['inputTokens', told.inputTokens],
      ['outputTokens', told.outputTokens],
      ['cachedInputTokens', told.cachedReadTokens],
    ];
    for (const [key, value] of counts) {
      const count = countOf(value);
      if (count !== undefined) usage[key] = count;
    }
    return usage;
  }
}

function failed(message: string, code = 'agent_failed'): TurnResult {
  return { outcome: 'failed', error: { code, message } };
}
