/** One conversation with an agent that speaks ACP, in a process of its own. */
import type {
  Conversation,
  ConversationEnd,
  ConversationProcess,
  SteerOutcome,
  TurnHost,
  TurnRequest,
  TurnResult,
} from '../../core/index.js';
import {
  type Fields,
  fieldsOf,
  type LinkParts,
  type RpcLink,
  type RpcListener,
  type RpcRequest,
  ToolProcesses,
} from '../process/index.js';
import { TurnGate } from '../report/index.js';
import { AcpTurn } from './acp-turn.js';
import { cancelledOutcome } from './permission-outcome.js';

export interface ConversationStart {
  /** The agent's own id of it. */
  agentSessionId: string;
  continuation: string;
  /** What the agent calls itself. */
  agentName: string;
  /** For a fresh conversation: put before the first prompt. */
  preface: string;
  fresh: boolean;
  takesImages: boolean;
  /** What a reader should know; told with the first turn. */
  notices: readonly string[];
}

export class AcpConversation implements Conversation, RpcListener {
  readonly process: ConversationProcess;
  readonly ended: Promise<ConversationEnd>;
  private readonly tools: ToolProcesses;
  private readonly gate = new TurnGate();
  private current: AcpTurn | undefined;
  private preface: string;
  private notices: readonly string[];
  private cost: number | undefined;

  constructor(
    private readonly link: RpcLink,
    private readonly start: ConversationStart,
    private readonly parts: LinkParts,
  ) {
    this.process = {
      harnessProcessId: link.process.harnessProcessId,
      provider: start.agentName,
      frontend: 'acp',
      interactionMode: 'headless',
      ioMode: 'stdio',
    };
    this.preface = start.preface;
    this.notices = start.notices;
    if (start.fresh) this.cost = 0;
    this.tools = new ToolProcesses(link.process, {
      graceMs: parts.terminateGraceMs,
      killMs: parts.killMs,
    });
    this.ended = link.ended.then(({ exitCode }) => ({
      processExited: true,
      ...(exitCode === undefined ? {} : { exitCode }),
    }));
    link.listener = this;
  }

  turn(request: TurnRequest, host: TurnHost): Promise<TurnResult> {
    return this.gate.take(() => this.takeTurn(request, host));
  }

  onNotification(method: string, params: Fields): void | Promise<void> {
    if (method === 'session/update') return this.current?.onUpdate(fieldsOf(params.update));
  }

  onRequest({ method, params, answer, refuse }: RpcRequest): void | Promise<void> {
    if (method !== 'session/request_permission') return refuse();
    if (this.current === undefined) return answer(cancelledOutcome);
    return this.current.onPermission(params, answer);
  }

  /** The protocol has no way to it. */
  steer(): Promise<SteerOutcome> {
    return Promise.resolve('missed');
  }

  clearProcesses(): Promise<void> {
    return this.tools.clear();
  }

  async terminate(): Promise<void> {
    await this.link.kill({ code: 'agent_died', message: 'The agent was ended by force.' });
  }

  close(): Promise<void> {
    return this.link.end();
  }

  private async takeTurn(request: TurnRequest, host: TurnHost): Promise<TurnResult> {
    await this.tools.spareRunning();
    if (host.signal.aborted) return { outcome: 'interrupted' };
    const { link } = this;
    const { agentSessionId: sessionId, continuation } = this.start;
    const { prompt, images } = request;
    const opening = { prompt, images, continuation, notices: this.noticesOf(request) };
    const turn = new AcpTurn(host, this.parts.clock, opening, this.cost);
    this.current = turn;
    const replying = link.request('session/prompt', { sessionId, prompt: this.blocksOf(request) });
    const interrupt = () => link.notify('session/cancel', { sessionId });
    host.signal.addEventListener('abort', interrupt, { once: true });
    const result = await turn.end(await replying).finally(() => {
      this.current = undefined;
    });
    host.signal.removeEventListener('abort', interrupt);
    this.cost = turn.cost;
    return { ...result, continuation };
  }

  private blocksOf({ prompt, images = [] }: TurnRequest): Fields[] {
    const texts = this.preface === '' ? [prompt] : [this.preface, prompt];
    this.preface = '';
    const shown = this.start.takesImages ? images : [];
    return [
      ...texts.map((text) => ({ type: 'text', text })),
      ...shown.map(({ mimeType, data }) => ({ type: 'image', mimeType, data })),
    ];
  }

  private noticesOf({ images = [], maxTurns }: TurnRequest): readonly string[] {
    const notices = [...this.notices];
    this.notices = [];
    if (images.length > 0 && !this.start.takesImages)
      notices.push('The images were left out: this agent takes none.');
    if (maxTurns !== undefined)
      notices.push('maxTurns has no effect: the Agent Client Protocol has no bound of model turns.');
    return notices;
  }
}
