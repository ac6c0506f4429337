/**
 * The way of one turn's events to the adapter: gathered into frames, in order, within the window of the protocol.
 *
 * `emit` never waits. Whoever produces much asks `isFull` and waits for `room`; what must not wait (the end of a
 * tool or a message) goes beyond the window by a little.
 */
import type { AgentEvent } from '../../../contract/index.js';
import type { Output } from './output.js';
import { type ToolQuestion, type TurnOutcome, windowChars } from './protocol.js';

/** A frame is sent when it has so many characters, or when the event loop goes round. */
const frameChars = 64 * 1024;

export class TurnStream {
  private gathered: string[] = [];
  private gatheredChars = 0;
  private charsOnTheWay = 0;
  private scheduled = false;
  private onRoom: (() => void) | undefined;

  constructor(
    private readonly output: Output,
    private readonly channel: number,
    private readonly turn: number,
  ) {}

  emit(event: AgentEvent): void {
    this.emitJson(JSON.stringify(event));
  }

  /** `json` is one event. */
  emitJson(json: string): void {
    this.gathered.push(json);
    this.gatheredChars += json.length + 1;
    if (this.gatheredChars >= frameChars) this.flush();
    else if (!this.scheduled) this.schedule();
  }

  get isFull(): boolean {
    return this.charsOnTheWay + this.gatheredChars >= windowChars;
  }

  /** Resolves at the next sign of room; the caller looks at `isFull` again. */
  room(): Promise<void> {
    return new Promise((resolve) => {
      this.onRoom = resolve;
    });
  }

  giveRoom(chars: number): void {
    this.charsOnTheWay -= chars;
    const waiting = this.onRoom;
    this.onRoom = undefined;
    waiting?.();
  }

  sendQuestion(ask: ToolQuestion): void {
    this.sendFrame(`,"ask":${JSON.stringify(ask)}`);
  }

  sendSteered(steering: number, injected: boolean): void {
    this.flush();
    this.output.send({ t: 'steered', channel: this.channel, steering, injected });
  }

  /** The last frame of the turn. */
  sendResult(result: TurnOutcome): void {
    this.sendFrame(`,"result":${JSON.stringify(result)}`);
  }

  flush(): void {
    if (this.gathered.length > 0) this.sendFrame('');
  }

  private schedule(): void {
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  private sendFrame(more: string): void {
    const { channel, turn } = this;
    const line = `{"t":"frame","channel":${channel},"turn":${turn},"events":[${this.gathered.join()}]${more}}`;
    this.gathered = [];
    this.gatheredChars = 0;
    this.charsOnTheWay += line.length;
    this.output.sendLine(line);
  }
}
