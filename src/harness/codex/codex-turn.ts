/** One turn of Codex: what its notifications say, what it asks, and what it comes to. */
import type { RunError } from '../../contract/index.js';
import type { Clock, SteerOutcome, TurnHost, TurnResult } from '../../core/index.js';
import { type Fields, fieldsOf, type RpcRequest, textOf } from '../process/index.js';
import { type TurnOpening, TurnReport } from '../report/index.js';
import { answerNo, approvalOf } from './approvals.js';
import type { CodexServer } from './codex-server.js';
import { Injections } from './injections.js';
import { ThreadItems } from './thread-items.js';
import { noteTotal, TokenUsage } from './token-usage.js';
import { failureOf } from './turn-failure.js';
import { warningOf } from './warnings.js';

/** What of a conversation outlasts its turns. */
export interface ThreadState {
  server: CodexServer;
  threadId: string;
  /** Threads of subagents, with the call that began each. */
  subagents: Map<string, string>;
  /** The latest sum of tokens of each thread. */
  tokenTotals: Map<string, number>;
  /** Warnings that were told. */
  warned: Set<string>;
}

export class CodexTurn {
  readonly result: Promise<TurnResult>;
  /** More answers of the model were wanted than allowed. */
  boundReached = false;
  private readonly report: TurnReport;
  private readonly items: ThreadItems;
  private readonly usage: TokenUsage;
  private readonly injections: Injections;
  /** Of this thread and its subagents, by thread. */
  private readonly turnIds = new Map<string, string>();
  /** Resolves when the turn has an id, or never will. */
  private readonly identified: Promise<void>;
  private settleIdentified: () => void = () => undefined;
  private settle: (result: TurnResult) => void = () => undefined;
  /** What was said before the prompt was taken. */
  private readonly early: { method: string; params: Fields }[] = [];
  /** Why it was stopped from here. */
  private reason: RunError | undefined;
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
    this.injections = new Injections(thread.server.link);
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
    if (this.over || this.host.signal.aborted) return answerNo(request);
    if (approval === undefined) return this.answerPlainly(request);
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

  /**
   * Stops this turn and those of its subagents. Resolves when Codex has taken note, or the turn is over.
   * @param reason What the turn fails with, unless its host interrupts it.
   */
  async interrupt(reason?: RunError): Promise<void> {
    this.reason ??= reason;
    await this.identified;
    if (this.over) return;
    const { link } = this.thread.server;
    const asked = [...this.turnIds].map(([threadId, turnId]) =>
      link.request('turn/interrupt', { threadId, turnId }),
    );
    await Promise.all(asked);
  }

  /** Resolves when the model gets the text, or never will. */
  async steer(prompt: string): Promise<SteerOutcome> {
    await this.identified;
    const { threadId } = this.thread;
    const turnId = this.turnIds.get(threadId);
    return turnId === undefined ? 'missed' : this.injections.put({ threadId, turnId }, prompt).outcome;
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
    // What an earlier turn left in the background is still heard of, and its sum of tokens when it is restored.
    if (turnId !== undefined && turnId !== own) {
      if (method === 'thread/tokenUsage/updated') noteTotal(this.thread.tokenTotals, params);
      return;
    }
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
      default:
        if (!this.items.tellDelta(method, params, parent)) this.tellOther(method, params);
    }
  }

  private tellOther(method: string, params: Fields): void {
    const warning = warningOf(method, params);
    if (warning === undefined) this.report.native(method, params);
    else if (isNew(this.thread.warned, warning)) this.report.notice('warn', warning);
  }

  private startItem(item: Fields, parent: string | undefined): void {
    if (parent === undefined) this.enforceBound(item);
    if (item.type !== 'userMessage') {
      this.startOther(item, parent);
      return;
    }
    const prompt = this.injections.taken(item.clientId);
    if (prompt !== undefined) this.report.steered(prompt);
  }

  private startOther(item: Fields, parent: string | undefined): void {
    this.items.start(item, parent);
    if (parent === undefined && this.report.isToolOpen(String(item.id))) this.toolSinceAnswer = true;
  }

  /** Sums come after the tools of an answer have ended: an answer with tools wants another one. */
  private count(params: Fields, isOwn: boolean): void {
    const isAnswer = this.usage.add(params, isOwn);
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
    const message = `Codex was stopped after ${this.maxTurns} model turns, the bound of this run.`;
    void this.interrupt({ code: 'max_turns_reached', message });
  }

  private answerPlainly(request: RpcRequest): Promise<void> {
    answerNo(request);
    this.report.native(request.method, request.params);
    return this.report.flush();
  }

  /** The answer to a question has no place for a reason, so the model is told beside it, before it goes on. */
  private async explain({ threadId, turnId }: Fields, toolName: string, message: string): Promise<void> {
    const words = `The use of ${toolName} was denied: ${message}`;
    const place = { threadId: String(threadId), turnId: String(turnId) };
    await this.injections.put(place, words, true).sent;
  }

  private resultOf({ status, error }: Fields): TurnResult {
    if (status === 'completed') return { outcome: 'completed', finalOutput: '' };
    if (this.host.signal.aborted) return { outcome: 'interrupted' };
    if (this.reason !== undefined) return { outcome: 'failed', error: this.reason };
    if (status === 'failed')
      return { outcome: 'failed', error: failureOf(fieldsOf(error), this.thread.server) };
    const message = 'Codex stopped the turn by itself.';
    return { outcome: 'failed', error: { code: 'agent_failed', message } };
  }

  private async finish(result: TurnResult): Promise<void> {
    if (this.over) return;
    this.over = true;
    this.settleIdentified();
    this.injections.end();
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

/** Codex repeats some of its warnings in each turn. */
export function isNew(warned: Set<string>, warning: string): boolean {
  const before = warned.size;
  return warned.add(warning).size > before;
}

function wordsOfRetry({ message, additionalDetails }: Fields): string {
  const details = textOf(additionalDetails);
  return `${textOf(message) ?? 'The model failed; Codex tries again'}${details === undefined ? '' : `: ${details}`}`;
}
