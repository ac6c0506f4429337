/** One turn: what the agent reports, in our words and in its order, and what it comes to. */
import { randomUUID } from 'node:crypto';
import type { AgentEvent, Usage } from '../../contract/index.js';
import type { Clock, TurnHost, TurnResult } from '../../core/index.js';
import type { Reply } from './acp-link.js';
import { countOf, type Fields, fieldsOf, textOf } from './fields.js';
import { Message } from './message.js';
import { cancelledOutcome, outcomeFor } from './permission-outcome.js';
import { ToolCalls } from './tool-calls.js';

/** The code of ACP for a request without a login. */
export const authRequired = -32000;

export class AcpTurn {
  private readonly turnId = randomUUID();
  private readonly tools: ToolCalls;
  private opening: AgentEvent[] = [];
  private message: Message | undefined;
  private finalOutput = '';
  /** Of the whole conversation, as the agent counts it. */
  private costAtEnd: number | undefined;
  private over = false;
  private emitted: Promise<void> = Promise.resolve();

  constructor(
    private readonly host: TurnHost,
    clock: Pick<Clock, 'monotonicMs'>,
    /** What the conversation had cost before; absent when the agent has not said. */
    private readonly costBefore: number | undefined,
    private readonly continuation: string,
  ) {
    this.tools = new ToolCalls(clock);
  }

  get cost(): number | undefined {
    return this.costAtEnd ?? this.costBefore;
  }

  /** Told with the agent's first sign of life: until then the prompt may not have reached it. */
  begin(prompt: string, notices: readonly string[]): void {
    const messageId = randomUUID();
    const message = { role: 'user' as const, content: prompt };
    this.opening = [
      { type: 'turn_start', turnId: this.turnId },
      { type: 'message_start', messageId, message },
      { type: 'message_end', messageId, message },
      ...notices.map((words): AgentEvent => ({ type: 'notice', level: 'warn', message: words })),
    ];
  }

  /** Resolves when there is room for more. */
  onUpdate(update: Fields): void | Promise<void> {
    if (this.over) return;
    const events = this.eventsOf(update);
    if (events.length > 0 || this.opening.length > 0) return this.emit(events);
  }

  /** Never waits for the answer: the agent may go on with other work meanwhile. */
  async onPermission({ toolCall, options }: Fields, answer: (outcome: Fields) => void): Promise<void> {
    const { host } = this;
    if (this.over || host.signal.aborted) return answer(cancelledOutcome);
    const { events, ask } = this.tools.ask(fieldsOf(toolCall));
    const cancelled = () => answer(cancelledOutcome);
    host.signal.addEventListener('abort', cancelled, { once: true });
    // Whoever is asked can see in the log what the question is about.
    await this.emit([...this.endMessage(), ...events]);
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
    const failed = result.outcome !== 'completed';
    const last = [...this.endMessage(), ...this.tools.endAll(failed), ...this.noticeOf(reply)];
    this.over = true;
    await this.emit([...last, { type: 'turn_end', turnId: this.turnId }]);
    if (result.outcome === 'completed') result.finalOutput = this.finalOutput;
    return { ...result, usage: this.usageOf(reply) };
  }

  /** One at a time, in order, whoever has something to say. */
  private emit(more: readonly AgentEvent[]): Promise<void> {
    // The first sign of life: the agent has taken the prompt, and keeps its session from here on.
    if (this.opening.length > 0) this.host.acknowledge(this.continuation);
    const events = [...this.opening, ...more];
    this.opening = [];
    const before = this.emitted;
    this.emitted = before.then(() => (events.length === 0 ? undefined : this.host.emit(events)));
    return this.emitted;
  }

  private eventsOf(update: Fields): AgentEvent[] {
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
      case 'agent_thought_chunk':
        return this.chunk(update);
      case 'tool_call':
      case 'tool_call_update': {
        const events = this.tools.update(update);
        return events.length === 0 ? [] : [...this.endMessage(), ...events];
      }
      case 'usage_update': {
        const { amount, currency } = fieldsOf(update.cost);
        if (typeof amount === 'number' && currency === 'USD') this.costAtEnd = amount;
        return [];
      }
      // Plans, modes, commands and titles change nothing that a log of ours tells, nor does an echo of the prompt.
      default:
        return [];
    }
  }

  private chunk({ sessionUpdate, content, messageId }: Fields): AgentEvent[] {
    const block = fieldsOf(content);
    const text = block.type === 'text' ? textOf(block.text) : `[${String(block.type)}]`;
    if (text === undefined) return [];
    const agentId = textOf(messageId);
    const events = this.message !== undefined && this.message.agentId !== agentId ? this.endMessage() : [];
    if (this.message === undefined) {
      this.message = new Message(randomUUID(), agentId);
      events.push(this.message.start());
    }
    const thinks = sessionUpdate === 'agent_thought_chunk';
    return [...events, thinks ? this.message.think(text) : this.message.say(text)];
  }

  private endMessage(): AgentEvent[] {
    const { message } = this;
    if (message === undefined) return [];
    this.message = undefined;
    if (message.text !== '') this.finalOutput = message.text;
    return [message.end()];
  }

  private resultOf(reply: Reply): TurnResult {
    if ('end' in reply) return { outcome: 'failed', error: reply.end.error };
    // Agents differ in what they answer to a cancel; that it was asked for is what counts.
    if (this.host.signal.aborted) return { outcome: 'interrupted' };
    if ('refusal' in reply) return failed(wordsOfRefusal(reply.refusal));
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

  private noticeOf(reply: Reply): AgentEvent[] {
    if (!('result' in reply) || reply.result.stopReason !== 'max_tokens') return [];
    const message = 'The answer was cut short: the model reached its bound of tokens.';
    return [{ type: 'notice', level: 'warn', message }];
  }

  private usageOf(reply: Reply): Usage {
    const usage: Usage = { toolCalls: this.tools.count };
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

function wordsOfRefusal({ code, message }: { code: number; message: string }): string {
  const login = code === authRequired ? ' Log in with its own program, as the user of this server.' : '';
  return `The agent refused the prompt: ${message} (${code}).${login}`;
}

function failed(message: string, code = 'agent_failed'): TurnResult {
  return { outcome: 'failed', error: { code, message } };
}
