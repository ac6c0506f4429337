/** An agent inside the test: each conversation, turn and steered text waits for what the test says. */
import type {
  Conversation,
  ConversationEnd,
  Harness,
  OpenRequest,
  SteerOutcome,
  TurnHost,
  TurnRequest,
  TurnResult,
} from '../../src/core/index.js';
import { until } from './processes.js';

export interface GuestTurn {
  request: TurnRequest;
  host: TurnHost;
  conversation: GuestConversation;
  /** The first sign of life, with what restores the conversation. */
  begin(continuation?: string): void;
  end(result: TurnResult): void;
}

export interface GuestText {
  prompt: string;
  answer(outcome: SteerOutcome): void;
}

export class GuestHarness implements Harness {
  readonly name = 'builtin';
  readonly opened: GuestConversation[] = [];
  readonly turns: GuestTurn[] = [];
  readonly texts: GuestText[] = [];

  constructor(readonly capabilities: Harness['capabilities']) {}

  async open(request: OpenRequest): Promise<Conversation> {
    const conversation = new GuestConversation(this, request, this.opened.length + 1);
    this.opened.push(conversation);
    return conversation;
  }

  async forget(): Promise<void> {}

  async inspect(): Promise<[]> {
    return [];
  }

  async close(): Promise<void> {
    for (const conversation of this.opened) await conversation.close();
  }

  /** The turn of this prompt, once it is there. */
  turn(prompt: string): Promise<GuestTurn> {
    return until(`the turn of "${prompt}" began`, async () =>
      this.turns.find(({ request }) => request.prompt === prompt),
    );
  }

  text(prompt: string): Promise<GuestText> {
    return until(`the text "${prompt}" came`, async () => this.texts.find((text) => text.prompt === prompt));
  }
}

export class GuestConversation implements Conversation {
  readonly process: Conversation['process'];
  readonly ended: Promise<ConversationEnd>;
  private end: (end: ConversationEnd) => void = () => undefined;

  constructor(
    private readonly harness: GuestHarness,
    readonly request: OpenRequest,
    number: number,
  ) {
    this.process = {
      harnessProcessId: `guest ${number}`,
      provider: 'quarterdeck',
      frontend: 'guest',
      interactionMode: 'headless',
      ioMode: 'none',
    };
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  turn(request: TurnRequest, host: TurnHost): Promise<TurnResult> {
    return new Promise((resolve) => {
      const turn: GuestTurn = {
        request,
        host,
        conversation: this,
        begin: (continuation = `of ${this.process.harnessProcessId}`) => host.acknowledge(continuation),
        end: resolve,
      };
      host.signal.addEventListener('abort', () => resolve({ outcome: 'interrupted' }));
      this.harness.turns.push(turn);
    });
  }

  steer(prompt: string): Promise<SteerOutcome> {
    return new Promise((answer) => this.harness.texts.push({ prompt, answer }));
  }

  async clearProcesses(): Promise<void> {}

  async terminate(): Promise<void> {
    await this.close();
  }

  async close(): Promise<void> {
    this.end({ processExited: false });
  }
}
