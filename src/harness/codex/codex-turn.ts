/** One turn of Codex: what its notifications say, what it asks, and what it comes to. */
import { randomUUID } from 'node:crypto';
import type { RunError } from '../../contract/index.js';
import type { Clock, SteerOutcome, TurnHost, TurnResult } from '../../core/index.js';
import { type Fields, fieldsOf, type RpcRequest, textOf } from '../process/index.js';
import { type TurnOpening, TurnReport } from '../report/index.js';
import { approvalOf, plainAnswerTo } from './approvals.js';
import type { CodexServer } from './codex-server.js';
import { ThreadItems } from './thread-items.js';
import { TokenUsage } from './token-usage.js';
import { failureOf } from './turn-failure.js';

/** What of a conversation outlasts its turns. */
export interface ThreadState {
  server: CodexServer;
  threadId: string;
  /** Threads of subagents, with the call that began each. */
  subagents: Map<string, string>;
  /** The latest sum of tokens of each thread. */
  tokenTotals: Map<string, number>;
  /** Warnings that were told: Codex repeats some in each turn. */
  warned: Set<string>;
}

interface Steer {
  prompt: string;
  /** A word of ours that the log does not repeat. */
  quiet: boolean;
  settle(outcome: SteerOutcome): void;
}

export class CodexTurn {
  readonly result: Promise<TurnResult>;
  /** More answers of the model were wanted than allowed. */
  boundReached = false;
  private readonly report: TurnReport;
  private readonly items: ThreadItems;
  private readonly usage: TokenUsage;
  private readonly steers = new Map<string, Steer>();
  /** Of this thread and its subagents, by thread. */
  private readonly turnIds = new Map<string, string>();
  /** Resolves when the turn has an id, or never will. */
  private readonly identified: Promise<void>;
  private settleIdentified: () => void = () => undefined;
  private settle: (result: TurnResult) => void = () => undefined;
  /** What was said before the prompt was taken. */
  private readonly early: { method: string; params: Fields }[] = [];
  private toolSinceAnswer = false;
  private over = false;

  constructor(
    private readonly thread: ThreadState,
    private readonly host: TurnHost,
    clock: Pick<Clock, 'monotonicMs'>,
    opening: TurnOpening,
    private readonly maxTurns: number | undefined,
  ) {
    this.report = new TurnReport(host, clock, opening);
    this.items = new ThreadItems(this.report);
    this.usage = new TokenUsage(thread.tokenTotals);
    this.result = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.identified = new Promise((resolve) => {
      this.settleIdentified = resolve;
    });
  }

  /** Resolves when there is room for more. */
  async onNotification(method: string, params: Fields): Promise<void> {
    if (this.over) return;
    const { threadId, subagents } = this.thread;
    if (params.threadId === threadId) await this.tellOwn(method, params);
    else this.tellSubagent(method, params, subagents.get(String(params.threadId)));
    await this.report.flush();
  }

  /** Never waits for the answer: Codex may go on with other work meanwhile. */
  async onRequest(request: RpcRequest): Promise<void> {
    const approval = approvalOf(request, this.items.open);
    if (approval === undefined) return this.answerPlainly(request);
    if (this.over || this.host.signal.aborted) return request.answer(approval.denied);
    const { ask, allowed, denied } = approval;
    this.items.startAsked(ask, this.thread.subagents.get(String(request.params.threadId)));
    // Whoever is asked can see in the log what the question is about.
    await this.report.flush();
    void this.host.permit(ask).then(async ({ decision, message }) => {
      // The interrupt answers for all that wait.
      if (this.host.signal.aborted) return;
      if (decision !== 'deny') return request.answer(allowed);
      if (message !== undefined && message !== '') await this.explain(request.params, ask.toolName, message);
      request.answer(denied);
    });
  }

  /** Stops this turn and those of its subagents; its end is told by Codex. True when it answered. */
  async interrupt(): Promise<boolean> {
    await this.identified;
    if (this.over) return true;
    const asked = [...this.turnIds].map(([threadId, turnId]) =>
      this.thread.server.link.request('turn/interrupt', { threadId, turnId }),
    );
    await Promise.all(asked);
    return true;
  }

  /** Resolves when the model gets the text, or never will. */
  async steer(prompt: string): Promise<SteerOutcome> {
    await this.identified;
    const { threadId } = this.thread;
    return this.inject(threadId, this.turnIds.get(threadId), prompt, false).outcome;
  }

  /** What it fails with when Codex cannot end it any more. */
  async fail(error: RunError): Promise<void> {
    await this.finish({ outcome: 'failed', error });
  }

  private async tellOwn(method: string, params: Fields): Promise<void> {
    const turn = fieldsOf(params.turn);
    const turnId = textOf(params.turnId) ?? textOf(turn.id);
    if (method === 'turn/started') return this.identify(turnId);
    const own = this.turnIds.get(this.thread.threadId);
    // What an earlier turn left in the background may still be heard of.
    if (turnId !== undefined && own !== undefined && turnId !== own) return;
    if (method === 'turn/completed') return this.finish(this.resultOf(turn));
    if (this.report.hasBegun) return this.tell(method, params, undefined);
    const isPrompt = method === 'item/completed' && fieldsOf(params.item).type === 'userMessage';
    if (isPrompt) this.begin();
    else this.early.push({ method, params });
  }

  /** Not before: the reply to the start names a turn that cannot be interrupted yet. */
  private identify(turnId: string | undefined): void {
    if (turnId === undefined || this.turnIds.has(this.thread.threadId)) return;
    this.turnIds.set(this.thread.threadId, turnId);
    this.settleIdentified();
  }

  /** Codex has written the prompt down; what it said before, such as warnings, is no sign of that. */
  private begin(): void {
    this.report.begin();
    for (const { method, params } of this.early.splice(0)) this.tell(method, params, undefined);
  }

  private tellSubagent(method: string, params: Fields, parentToolUseId: string | undefined): void {
    const threadId = String(params.threadId);
    if (parentToolUseId === undefined) return;
    if (method === 'turn/started') this.turnIds.set(threadId, String(fieldsOf(params.turn).id));
    else if (method === 'turn/completed') {
      this.turnIds.delete(threadId);
      this.report.endMessages(parentToolUseId);
    } else this.tell(method, params, parentToolUseId);
  }

  private tell(method: string, params: Fields, parent: string | undefined): void {
    const item = fieldsOf(params.item);
    switch (method) {
      case 'item/started':
        this.startItem(item, parent);
        break;
      case 'item/completed':
        if (item.type !== 'userMessage') this.items.end(item, parent);
        break;
      case 'thread/tokenUsage/updated':
        this.count(params, parent === undefined);
        break;
      case 'error':
        // The last one is told by the end of the turn.
        if (params.willRetry === true) this.report.notice('warn', wordsOfRetry(fieldsOf(params.error)));
        break;
      case 'warning':
      case 'guardianWarning':
      case 'deprecationNotice':
        this.warn(params);
        break;
      case 'mcpServer/startupStatus/updated':
        this.warnOfServer(params);
        break;
      default:
        if (!this.items.tellDelta(method, params, parent)) this.report.native(method, params);
    }
  }

  private startItem(item: Fields, parent: string | undefined): void {
    if (parent === undefined) this.enforceBound(item);
    if (item.type !== 'userMessage') {
      this.startOther(item, parent);
      return;
    }
    const steer = this.steers.get(String(item.clientId));
    if (steer === undefined) return;
    this.steers.delete(String(item.clientId));
    if (!steer.quiet) this.report.steered(steer.prompt);
    steer.settle('injected');
  }

  private startOther(item: Fields, parent: string | undefined): void {
    const before = this.report.toolCallCount;
    this.items.start(item, parent);
    if (parent === undefined && this.report.toolCallCount > before) this.toolSinceAnswer = true;
  }

  /** Sums come after the tools of an answer have ended: an answer with tools wants another one. */
  private count(params: Fields, isOwn: boolean): void {
    const isAnswer = this.usage.add(String(params.threadId), params, isOwn);
    if (!isAnswer || !isOwn) return;
    const goesOn = this.toolSinceAnswer;
    this.toolSinceAnswer = false;
    if (goesOn && this.isAtBound()) this.stopAtBound();
  }

  /** Something new after the last answer that was allowed, such as the answer to a steer. */
  private enforceBound({ type }: Fields): void {
    if (type !== 'userMessage' && this.isAtBound()) this.stopAtBound();
  }

  private isAtBound(): boolean {
    return this.maxTurns !== undefined && this.usage.turns >= this.maxTurns;
  }

  private stopAtBound(): void {
    if (this.boundReached) return;
    this.boundReached = true;
    void this.interrupt();
  }

  private warn({ message, summary, details }: Fields): void {
    const parts = [textOf(message) ?? textOf(summary), textOf(details)];
    this.warnOnce(parts.filter((part) => part !== undefined).join(' '));
  }

  private warnOfServer({ name, status, error }: Fields): void {
    if (status !== 'failed') return;
    this.warnOnce(
      `The MCP server "${String(name)}" could not be started: ${textOf(error) ?? 'no reason given'}.`,
    );
  }

  private warnOnce(words: string): void {
    if (this.thread.warned.has(words)) return;
    this.thread.warned.add(words);
    this.report.notice('warn', words);
  }

  private answerPlainly(request: RpcRequest): Promise<void> {
    const answer = plainAnswerTo(request.method);
    if (answer === undefined) request.refuse();
    else request.answer(answer);
    if (!this.over) this.report.native(request.method, request.params);
    return this.report.flush();
  }

  /** The answer to a question has no place for a reason, so the model is told beside it, before it goes on. */
  private async explain({ threadId, turnId }: Fields, toolName: string, message: string): Promise<void> {
    const words = `The use of ${toolName} was denied: ${message}`;
    await this.inject(String(threadId), textOf(turnId), words, true).sent;
  }

  private inject(
    threadId: string,
    expectedTurnId: string | undefined,
    prompt: string,
    quiet: boolean,
  ): { sent: Promise<void>; outcome: Promise<SteerOutcome> } {
    if (this.over || expectedTurnId === undefined)
      return { sent: Promise.resolve(), outcome: Promise.resolve('missed') };
    const clientUserMessageId = randomUUID();
    const input = [{ type: 'text', text: prompt, text_elements: [] }];
    const outcome = new Promise<SteerOutcome>((settle) => {
      this.steers.set(clientUserMessageId, { prompt, quiet, settle });
    });
    const sent = this.thread.server.link
      .request('turn/steer', { threadId, expectedTurnId, clientUserMessageId, input })
      .then((reply) => {
        if (!('result' in reply)) this.steers.get(clientUserMessageId)?.settle('missed');
      });
    return { sent, outcome };
  }

  private resultOf({ status, error }: Fields): TurnResult {
    if (status === 'completed') return { outcome: 'completed', finalOutput: '' };
    if (this.host.signal.aborted) return { outcome: 'interrupted' };
    if (this.boundReached) {
      const message = `Codex was stopped after ${this.maxTurns} model turns, the bound of this run.`;
      return { outcome: 'failed', error: { code: 'max_turns_reached', message } };
    }
    if (status === 'failed')
      return { outcome: 'failed', error: failureOf(fieldsOf(error), this.thread.server.rateLimits) };
    const message = 'Codex stopped the turn by itself.';
    return { outcome: 'failed', error: { code: 'agent_failed', message } };
  }

  private async finish(result: TurnResult): Promise<void> {
    if (this.over) return;
    this.over = true;
    this.settleIdentified();
    for (const { settle } of this.steers.values()) settle('missed');
    this.report.endMessages();
    // A turn that Codex has ended had taken the prompt, even when it had nothing to say.
    const checkpoint = this.turnIds.get(this.thread.threadId);
    if (checkpoint !== undefined) this.begin();
    await this.report.end(result.outcome !== 'completed');
    if (result.outcome === 'completed') result.finalOutput = this.report.finalOutput;
    const usage = this.usage.report(this.report.toolCallCount);
    this.settle({ ...result, usage, ...(checkpoint === undefined ? {} : { checkpoint }) });
  }
}

function wordsOfRetry({ message, additionalDetails }: Fields): string {
  const details = textOf(additionalDetails);
  return `${textOf(message) ?? 'The model failed; Codex tries again'}${details === undefined ? '' : `: ${details}`}`;
}
