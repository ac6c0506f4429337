/**
 * Carries the frames of one turn to its host, in order, and gives room back to the agent as the log takes them.
 * Its queue is bounded by the window of the protocol.
 */
import type { TurnHost, TurnResult } from '../../core/index.js';
import { type Frame, type ToAgent, type ToolQuestion, windowChars } from './agent/protocol.js';

/** Room is given back in portions, so that a short turn costs no message. */
const roomPortionChars = windowChars / 4;

export class FramePump {
  /** Never rejects. */
  readonly result: Promise<TurnResult>;
  /** The agent has begun the turn, and with that written it down. */
  begun = false;
  private settle: (result: TurnResult) => void = () => undefined;
  private readonly queue: { frame: Frame; chars: number }[] = [];
  private pumping = false;
  private takenChars = 0;
  /** Stands behind all frames that are queued. */
  private end: TurnResult | undefined;

  constructor(
    private readonly channel: number,
    private readonly continuation: string,
    private readonly host: TurnHost,
    private readonly send: (message: ToAgent) => void,
  ) {
    this.result = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  push(frame: Frame, chars: number): void {
    // The agent writes a prompt down before it says anything.
    if (!this.begun) this.host.acknowledge(this.continuation);
    this.begun = true;
    this.queue.push({ frame, chars });
    this.wake();
  }

  /** The turn ends with `result` once the frames that came before are delivered. */
  endWith(result: TurnResult): void {
    this.end ??= result;
    this.wake();
  }

  private wake(): void {
    if (this.pumping) return;
    this.pumping = true;
    this.pump().catch((error: unknown) => {
      const words = error instanceof Error ? error.message : String(error);
      this.settle({
        outcome: 'failed',
        error: { code: 'internal', message: `The turn could not be reported: ${words}` },
      });
    });
  }

  private async pump(): Promise<void> {
    try {
      for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
        const { frame, chars } = next;
        if (frame.events.length > 0) await this.host.emit(frame.events);
        this.giveRoom(chars);
        if (frame.ask !== undefined) void this.ask(frame.ask);
        if (frame.result !== undefined) this.settle({ ...frame.result, continuation: this.continuation });
      }
      if (this.end !== undefined) this.settle(this.end);
    } finally {
      // In the same step as the last look at the queue, or a frame that comes right now would wake nobody.
      this.pumping = false;
    }
  }

  private giveRoom(chars: number): void {
    this.takenChars += chars;
    if (this.takenChars < roomPortionChars) return;
    this.send({ t: 'room', channel: this.channel, chars: this.takenChars });
    this.takenChars = 0;
  }

  private async ask(question: ToolQuestion): Promise<void> {
    const { decision, message } = await this.host.permit(question);
    const { toolUseId } = question;
    this.send({
      t: 'answer',
      channel: this.channel,
      toolUseId,
      decision,
      ...(message === undefined ? {} : { message }),
    });
  }
}
