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
  /** What it ended with, once it has. */
  result?: TurnResult;
}

/** A conversation that the core waits for. */
export interface GuestOpening {
  request: OpenRequest;
  letGo(): void;
  refuse(error: unknown): void;
}

export interface GuestText {
  prompt: string;
  answer(outcome: SteerOutcome): void;
  /** What it was answered, once it was. */
  outcome?: SteerOutcome;
}

/** How an agent may be difficult. */
export interface GuestWays {
  /** Each conversation waits for the test. */
  opensSlowly?: boolean;
  /** It goes on when it is interrupted. */
  isDeafTo?: (prompt: string) => boolean;
  /** Something that its tools started lives on, whatever is done about it. */
  leavesProcesses?: boolean;
  /** A conversation that is closed never says so. */
  neverCloses?: boolean;
}

export class GuestHarness implements Harness {
  readonly name = 'builtin';
  readonly opened: GuestConversation[] = [];
  readonly turns: GuestTurn[] = [];
  readonly texts: GuestText[] = [];
  /** Of an agent that is slow to open, those under way. */
  openings: GuestOpening[] = [];

  constructor(
    readonly capabilities: Harness['capabilities'],
    private readonly ways: GuestWays = {},
  ) {}

  checkOptions(): void {
    // It understands all of them.
  }

  async open(request: OpenRequest, signal: AbortSignal): Promise<Conversation> {
    if (this.ways.opensSlowly === true) await this.openingOf(request, signal);
    const conversation = new GuestConversation(this, request, this.opened.length + 1);
    this.opened.push(conversation);
    return conversation;
  }

  isDeafTo(prompt: string): boolean {
    return this.ways.isDeafTo?.(prompt) === true;
  }

  endProcesses(): void {
    if (this.ways.leavesProcesses === true) throw new Error('process 4711 survived being killed');
  }

  closed(): Promise<void> {
    return this.ways.neverCloses === true ? new Promise(() => undefined) : Promise.resolve();
  }

  async forget(): Promise<void> {}

  async inspect(): Promise<[]> {
    return [];
  }

  async close(): Promise<void> {
    for (const conversation of this.opened) await conversation.close();
  }

  private openingOf(request: OpenRequest, signal: AbortSignal): Promise<void> {
    return new Promise<void>((letGo, refuse) => {
      this.openings.push({ request, letGo, refuse });
      signal.addEventListener('abort', () => refuse(signal.reason));
    }).finally(() => {
      this.openings = this.openings.filter((opening) => opening.request !== request);
    });
  }

  /** The turn of this prompt, once it is there; `time` where it comes more than once, from 1. */
  turn(prompt: string, time = 1): Promise<GuestTurn> {
    return until(`the turn of "${prompt}" began`, async () =>
      this.turns.filter(({ request }) => request.prompt === prompt).at(time - 1),
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
  private underWay: GuestTurn | undefined;

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
        end: (result) => {
          turn.result ??= result;
          resolve(result);
        },
      };
      const obeys = !this.harness.isDeafTo(request.prompt);
      if (obeys) host.signal.addEventListener('abort', () => turn.end({ outcome: 'interrupted' }));
      this.underWay = turn;
      this.harness.turns.push(turn);
    });
  }

  steer(prompt: string): Promise<SteerOutcome> {
    return new Promise((resolve) => {
      const text: GuestText = {
        prompt,
        answer: (outcome) => {
          text.outcome ??= outcome;
          resolve(outcome);
        },
      };
      this.harness.texts.push(text);
    });
  }

  async clearProcesses(): Promise<void> {
    this.harness.endProcesses();
  }

  async terminate(): Promise<void> {
    this.underWay?.end({ outcome: 'interrupted' });
    this.end({ processExited: false });
    this.harness.endProcesses();
  }

  /** Its process ends in the middle of whatever it did. */
  die(): void {
    this.underWay?.end({ outcome: 'failed', error: { code: 'agent_died', message: 'It died.' } });
    this.end({ processExited: true, exitCode: 1 });
  }

  async close(): Promise<void> {
    await this.harness.closed();
    this.end({ processExited: false });
  }
}
