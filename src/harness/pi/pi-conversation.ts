/** One conversation with Pi, in a process of its own. */
import type { SteerOutcome, TurnHost, TurnRequest, TurnResult } from '../../core/index.js';
import { type Fields, type LinkParts, ProcessConversation } from '../process/index.js';
import type { PiLink, PiListener } from './pi-link.js';
import { PiTurn } from './pi-turn.js';
import type { SessionFiles } from './session-files.js';

export interface ConversationStart {
  continuation: string;
  /** Whose model it is. */
  provider: string;
  /** What a user types to start Pi. */
  command: string;
  /** What a reader should know; told with the first turn. */
  notices: readonly string[];
}

/** Of what extensions say while no turn is under way. */
const noticesMax = 20;

export class PiConversation extends ProcessConversation<PiLink> implements PiListener {
  private current: PiTurn | undefined;
  private notices: string[];

  constructor(
    link: PiLink,
    private readonly start: ConversationStart,
    private readonly files: SessionFiles,
    parts: LinkParts,
  ) {
    super(link, parts, { provider: start.provider, frontend: 'pi' });
    this.notices = [...start.notices];
    link.listener = this;
  }

  onEvent(event: Fields): void | Promise<void> {
    const { current } = this;
    if (event.type !== 'extension_ui_request') return current?.onEvent(event);
    const { id, method, message } = event;
    const answer = (fields: Fields) => this.link.answer(id, fields);
    if (current !== undefined) return current.onDialog(event, answer);
    if (method === 'notify' && this.notices.length < noticesMax) this.notices.push(String(message));
    // Whom it is for is not there; what expects no answer ignores this one.
    answer({ cancelled: true });
  }

  steer(prompt: string): Promise<SteerOutcome> {
    return this.current?.steer(prompt) ?? Promise.resolve('missed');
  }

  protected async takeTurn(request: TurnRequest, host: TurnHost): Promise<TurnResult> {
    const { continuation, command } = this.start;
    const turn = new PiTurn(this.link, host, this.parts.clock, {
      request,
      continuation,
      command,
      notices: this.notices.splice(0),
    });
    this.current = turn;
    const { result, mayHoldSteers } = await turn.run().finally(() => {
      this.current = undefined;
    });
    if (mayHoldSteers) await this.forgetQueue();
    const checkpoint = await this.files.lastEntryOf(continuation);
    return { ...result, continuation, ...(checkpoint === undefined ? {} : { checkpoint }) };
  }

  /** RPC mode cannot empty the queue of steers; reading the conversation anew from its file does. */
  private async forgetQueue(): Promise<void> {
    const sessionPath = this.files.pathOf(this.start.continuation);
    const reply = await this.link.request('switch_session', { sessionPath });
    if ('data' in reply && reply.data.cancelled !== true) return;
    // A new process knows no queue either, and the conversation can be restored in it.
    await this.link
      .kill({ code: 'agent_died', message: 'Pi could not forget what it was told too late, and was ended.' })
      .catch((error: unknown) => this.parts.log?.warn('processes of an agent are left', { error }));
  }
}
