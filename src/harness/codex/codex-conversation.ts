/** One conversation with Codex: a thread of a server that may serve others as well. */
import type { RunError } from '../../contract/index.js';
import {
  type Conversation,
  type ConversationEnd,
  type ConversationProcess,
  notedPrompt,
  type PromptImage,
  type SteerOutcome,
  type TurnHost,
  type TurnRequest,
  type TurnResult,
} from '../../core/index.js';
import {
  endProcesses,
  endsWithin,
  type Fields,
  fieldsOf,
  type LinkParts,
  listOf,
  type RpcRequest,
  TurnGate,
} from '../process/index.js';
import { answerNo } from './approvals.js';
import { Backlog } from './backlog.js';
import type { ThreadListener } from './codex-server.js';
import type { ServerLease } from './codex-servers.js';
import { CodexTurn, isNew, type ThreadState } from './codex-turn.js';
import { type Commands, expandCommand } from './commands.js';
import { noteTotal } from './token-usage.js';
import { warningOf } from './warnings.js';

export interface ConversationStart {
  threadId: string;
  continuation: string;
  /** In the environment of every shell of this conversation. */
  mark: string;
  /** What a reader should know; told with the first turn. */
  notices: readonly string[];
}

/** Of a notification without a text of its own. */
const smallChars = 200;
const noticesMax = 20;

export class CodexConversation implements Conversation, ThreadListener {
  readonly process: ConversationProcess;
  readonly ended: Promise<ConversationEnd>;
  private readonly thread: ThreadState;
  private readonly gate = new TurnGate();
  private readonly backlog: Backlog;
  private current: CodexTurn | undefined;
  private notices: readonly string[];
  private over: RunError | undefined;
  private closing: Promise<void> | undefined;
  private settleEnded: (end: ConversationEnd) => void = () => undefined;

  constructor(
    private readonly lease: ServerLease,
    private readonly start: ConversationStart,
    private readonly commands: Commands,
    private readonly parts: LinkParts,
  ) {
    const { server } = lease;
    this.process = {
      harnessProcessId: server.link.process.harnessProcessId,
      provider: 'openai',
      frontend: 'codex',
      interactionMode: 'headless',
      ioMode: 'stdio',
    };
    this.notices = start.notices;
    this.thread = {
      server,
      threadId: start.threadId,
      subagents: new Map(),
      tokenTotals: new Map(),
      warned: new Set(),
    };
    this.backlog = new Backlog((error) => {
      const message = `The turn could not be reported: ${error instanceof Error ? error.message : String(error)}`;
      return this.current?.fail({ code: 'internal', message });
    });
    this.ended = new Promise((resolve) => {
      this.settleEnded = resolve;
    });
    server.listen(start.threadId, this);
    void server.link.ended.then(({ error, exitCode }) =>
      this.finish(error, { processExited: true, ...(exitCode === undefined ? {} : { exitCode }) }),
    );
  }

  turn(request: TurnRequest, host: TurnHost): Promise<TurnResult> {
    return this.gate.take(() => this.takeTurn(request, host));
  }

  onNotification(method: string, params: Fields): void | Promise<void> {
    this.adoptSubagents(fieldsOf(params.item));
    return this.backlog.push(charsOf(params), () => {
      if (this.current === undefined) this.noteBetweenTurns(method, params);
      else return this.current.onNotification(method, params);
    });
  }

  onRequest(request: RpcRequest): void | Promise<void> {
    return this.backlog.push(smallChars, () => this.current?.onRequest(request) ?? answerNo(request));
  }

  steer(prompt: string): Promise<SteerOutcome> {
    return this.current?.steer(prompt) ?? Promise.resolve('missed');
  }

  /** Codex lets the shells of an interrupted turn run on, and knows only those that it waits for no longer. */
  async clearProcesses(): Promise<void> {
    const { terminateGraceMs: graceMs, killMs } = this.parts;
    await this.ofEachThread('thread/backgroundTerminals/clean');
    await endProcesses({ marks: [this.start.mark] }, { graceMs, killMs });
    const left = (await this.ofEachThread('thread/backgroundTerminals/list')).flatMap(({ data }) =>
      listOf(data),
    );
    if (left.length > 0) throw new Error(`Codex still runs ${left.length} commands in the background.`);
  }

  /**
   * The other conversations of the process go on, unless it does not react: then it is ended, and they fail with
   * `agent_died`, as they would have done by waiting for it.
   */
  async terminate(): Promise<void> {
    const error = { code: 'agent_died' as const, message: 'The agent was ended by force.' };
    const { clock, terminateGraceMs, killMs } = this.parts;
    const stopping = this.stop(error);
    if (!(await endsWithin(clock, stopping, terminateGraceMs))) await this.lease.server.link.kill(error);
    await endProcesses({ marks: [this.start.mark] }, { graceMs: 0, killMs });
    await this.leave(error);
  }

  close(): Promise<void> {
    this.closing ??= this.closePolitely();
    return this.closing;
  }

  /** Servers of tools start, and fail to, before the first turn; a restored thread tells its sum of tokens. */
  private noteBetweenTurns(method: string, params: Fields): void {
    const { warned, tokenTotals } = this.thread;
    if (method === 'thread/tokenUsage/updated') noteTotal(tokenTotals, params);
    const warning = warningOf(method, params);
    if (warning !== undefined && this.notices.length < noticesMax && isNew(warned, warning))
      this.notices = [...this.notices, warning];
  }

  /** Before the next line is read, which may be the first that a subagent says. */
  private adoptSubagents({ type, tool, id, receiverThreadIds }: Fields): void {
    if (type !== 'collabAgentToolCall' || (tool !== 'spawnAgent' && tool !== 'resumeAgent')) return;
    const { server, subagents } = this.thread;
    for (const threadId of listOf(receiverThreadIds).map(String)) {
      if (!subagents.has(threadId)) subagents.set(threadId, String(id));
      server.listen(threadId, this);
    }
  }

  private async takeTurn(request: TurnRequest, host: TurnHost): Promise<TurnResult> {
    if (this.over !== undefined) return { outcome: 'failed', error: this.over };
    if (host.signal.aborted) return { outcome: 'interrupted' };
    const { prompt, images = [], maxTurns } = request;
    const { continuation, threadId } = this.start;
    const text = notedPrompt({ ...request, prompt: await expandCommand(prompt, this.commands) });
    const opening = { prompt: notedPrompt(request), images, continuation, notices: this.notices };
    this.notices = [];
    const turn = new CodexTurn(this.thread, host, this.parts.clock, opening, maxTurns);
    this.current = turn;
    const interrupt = () => void turn.interrupt();
    host.signal.addEventListener('abort', interrupt, { once: true });
    void this.begin(turn, { threadId, input: inputOf(text, images) });
    const result = await turn.result;
    host.signal.removeEventListener('abort', interrupt);
    this.current = undefined;
    if (turn.boundReached) await this.clearProcesses();
    return { ...result, continuation };
  }

  private async begin(turn: CodexTurn, params: Fields): Promise<void> {
    const reply = await this.lease.server.link.request('turn/start', params);
    if (!('refusal' in reply)) return;
    const { code, message } = reply.refusal;
    await turn.fail({ code: 'agent_failed', message: `Codex refused the prompt: ${message} (${code}).` });
  }

  /** Resolves when Codex has stopped what it does for this conversation; never when it does not react. */
  private async stop(reason: RunError): Promise<void> {
    await this.current?.interrupt(reason);
    await this.ofEachThread('thread/backgroundTerminals/clean');
  }

  private async closePolitely(): Promise<void> {
    const { clock, terminateGraceMs: graceMs, killMs, log } = this.parts;
    const error = { code: 'agent_died' as const, message: 'The conversation was closed.' };
    const leaving = async () => {
      await this.stop(error);
      await this.ofEachThread('thread/unsubscribe');
    };
    await endsWithin(clock, leaving(), graceMs);
    await endProcesses({ marks: [this.start.mark] }, { graceMs, killMs }).catch((error: unknown) =>
      log?.warn('processes of a conversation are left', { harness: 'codex', error }),
    );
    await this.leave(error);
  }

  private async leave(error: RunError): Promise<void> {
    await this.lease.release();
    await this.finish(error, { processExited: false });
  }

  private async finish(error: RunError, end: ConversationEnd): Promise<void> {
    this.over ??= error;
    this.lease.server.forget(this);
    await this.backlog.drained();
    await this.current?.fail(error);
    void this.lease.release();
    this.settleEnded(end);
  }

  private async ofEachThread(method: string): Promise<Fields[]> {
    const threadIds = [this.start.threadId, ...this.thread.subagents.keys()];
    const replies = await Promise.all(
      threadIds.map((threadId) => this.lease.server.link.request(method, { threadId })),
    );
    return replies.flatMap((reply) => ('result' in reply ? [reply.result] : []));
  }
}

function inputOf(text: string, images: readonly PromptImage[]): Fields[] {
  return [
    { type: 'text', text, text_elements: [] },
    ...images.map(({ mimeType, data }) => ({ type: 'image', url: `data:${mimeType};base64,${data}` })),
  ];
}

/** About what it takes to keep; items may be large, pieces of texts are many. */
function charsOf({ delta, item }: Fields): number {
  if (typeof delta === 'string') return smallChars + delta.length;
  return item === undefined ? smallChars : JSON.stringify(item).length;
}
