/** One conversation with an agent that speaks ACP, in a process of its own. */
import {
  notedPrompt,
  type SteerOutcome,
  type TurnHost,
  type TurnRequest,
  type TurnResult,
} from '../../core/index.js';
import {
  type Fields,
  fieldsOf,
  type LinkParts,
  ProcessConversation,
  type RpcLink,
  type RpcListener,
  type RpcRequest,
} from '../process/index.js';
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

export class AcpConversation extends ProcessConversation<RpcLink> implements RpcListener {
  private current: AcpTurn | undefined;
  private preface: string;
  private notices: readonly string[];
  private cost: number | undefined;

  constructor(
    link: RpcLink,
    private readonly start: ConversationStart,
    parts: LinkParts,
  ) {
    super(link, parts, { provider: start.agentName, frontend: 'acp' });
    this.preface = start.preface;
    this.notices = start.notices;
    if (start.fresh) this.cost = 0;
    link.listener = this;
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

  protected async takeTurn(request: TurnRequest, host: TurnHost): Promise<TurnResult> {
    const { link } = this;
    const { agentSessionId: sessionId, continuation } = this.start;
    const opening = {
      prompt: notedPrompt(request),
      images: request.images,
      continuation,
      notices: this.noticesOf(request),
    };
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

  private blocksOf({ images = [], ...request }: TurnRequest): Fields[] {
    const prompt = notedPrompt(request);
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
