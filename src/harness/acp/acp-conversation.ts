/** One conversation with an agent that speaks ACP, in a process of its own. */
import type {
  Conversation,
  ConversationEnd,
  ConversationProcess,
  TurnHost,
  TurnRequest,
  TurnResult,
} from '../../core/index.js';
import type { AcpLink, LinkListener, LinkParts } from './acp-link.js';
import { AcpTurn } from './acp-turn.js';
import type { Fields } from './fields.js';
import { cancelledOutcome } from './permission-outcome.js';
import { ToolProcesses } from './tool-processes.js';

export interface ConversationStart {
  /** The agent's own id of it. */
  agentSessionId: string;
  continuation: string;
  /** What the agent calls itself. */
  agentName: string;
  /** For a fresh conversation: put before the first prompt. */
  preface: string;
  fresh: boolean;
  /** What a reader should know; told with the first turn. */
  notices: readonly string[];
}

export class AcpConversation implements Conversation, LinkListener {
  readonly process: ConversationProcess;
  readonly ended: Promise<ConversationEnd>;
  private readonly tools: ToolProcesses;
  private busy = false;
  private current: AcpTurn | undefined;
  private preface: string;
  private notices: readonly string[];
  private cost: number | undefined;

  constructor(
    private readonly link: AcpLink,
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

  async turn(request: TurnRequest, host: TurnHost): Promise<TurnResult> {
    if (this.busy) {
      const message = 'The conversation has a turn under way.';
      return { outcome: 'failed', error: { code: 'harness_failed', message } };
    }
    this.busy = true;
    try {
      return await this.takeTurn(request, host);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      const message = `The turn could not be reported: ${words}`;
      return { outcome: 'failed', error: { code: 'internal', message } };
    } finally {
      this.busy = false;
      this.current = undefined;
    }
  }

  onUpdate(update: Fields): void | Promise<void> {
    return this.current?.onUpdate(update);
  }

  onPermission(request: Fields, answer: (outcome: Fields) => void): void | Promise<void> {
    if (this.current === undefined) return answer(cancelledOutcome);
    return this.current.onPermission(request, answer);
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

  private async takeTurn({ prompt, maxTurns }: TurnRequest, host: TurnHost): Promise<TurnResult> {
    await this.tools.spareRunning();
    if (host.signal.aborted) return { outcome: 'interrupted' };
    const { link } = this;
    const { agentSessionId: sessionId, continuation } = this.start;
    const turn = new AcpTurn(host, this.parts.clock, this.cost, continuation);
    this.current = turn;
    turn.begin(prompt, this.noticesOf(maxTurns));
    const texts = this.preface === '' ? [prompt] : [this.preface, prompt];
    this.preface = '';
    const replying = link.request('session/prompt', {
      sessionId,
      prompt: texts.map((text) => ({ type: 'text', text })),
    });
    const interrupt = () => link.notify('session/cancel', { sessionId });
    host.signal.addEventListener('abort', interrupt, { once: true });
    const result = await turn.end(await replying);
    host.signal.removeEventListener('abort', interrupt);
    this.cost = turn.cost;
    return { ...result, continuation };
  }

  private noticesOf(maxTurns: number | undefined): readonly string[] {
    const { notices } = this;
    this.notices = [];
    if (maxTurns === undefined) return notices;
    return [...notices, 'maxTurns has no effect: the Agent Client Protocol has no bound of model turns.'];
  }
}
