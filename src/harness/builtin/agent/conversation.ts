/** One conversation in the agent's program: its history, its turn under way, and how both come to an end. */
import type { History } from './history.js';
import type { Output } from './output.js';
import type { ProgramAccess } from './program-access.js';
import type { OpenMessage, ToAgent, TurnMessage } from './protocol.js';
import { runTurn } from './run-turn.js';
import { Turn } from './turn.js';
import { TurnStream } from './turn-stream.js';

export class Conversation {
  private turn: Turn | undefined;
  private turnEnded: Promise<void> = Promise.resolve();
  private dropped = false;

  constructor(
    private readonly open: OpenMessage,
    private readonly history: History,
    private readonly output: Output,
    private readonly program: ProgramAccess,
  ) {}

  get id(): string {
    return this.open.conversationId;
  }

  startTurn(request: TurnMessage): void {
    const stream = new TurnStream(this.output, request.channel, request.turn);
    if (this.dropped || this.turn !== undefined) {
      const problem = this.dropped ? 'was opened again elsewhere' : 'has a turn under way';
      const error = { code: 'harness_failed', message: `The conversation ${problem}.` };
      stream.sendResult({ outcome: 'failed', error, usage: {} });
      return;
    }
    const turn = new Turn(request, this.history, stream, this.open);
    this.turn = turn;
    this.turnEnded = runTurn(turn, this.open.script, this.program).finally(() => {
      this.turn = undefined;
    });
  }

  interrupt(turnNumber: number): void {
    if (this.turn?.request.turn === turnNumber) this.turn.interrupt();
  }

  steer({ channel, turn, steering, prompt }: Extract<ToAgent, { t: 'steer' }>): void {
    if (this.turn?.request.turn === turn) this.turn.steer({ number: steering, prompt });
    else this.output.send({ t: 'steered', channel, steering, injected: false });
  }

  answer({ toolUseId, decision, message }: Extract<ToAgent, { t: 'answer' }>): void {
    this.turn?.answer(toolUseId, { decision, ...(message === undefined ? {} : { message }) });
  }

  giveRoom(chars: number): void {
    this.turn?.stream.giveRoom(chars);
  }

  /** Resolves when nothing of it runs any more. */
  async drop(): Promise<void> {
    this.dropped = true;
    this.turn?.force();
    await this.turnEnded;
  }
}
