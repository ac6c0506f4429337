/** Texts on their way into the turn of one run. */
import { withDeadline } from './deadline.js';
import type { Log } from './log.js';
import type { Clock } from './ports/clock.js';
import type { Conversation, SteerOutcome } from './ports/harness.js';

/** `unknown`: the agent may have the text, or not. */
export type SteerReport = SteerOutcome | 'unknown';

export class TurnSteers {
  private conversation: Conversation | undefined;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly timeoutMs: number,
  ) {}

  /** The turn of this conversation can take texts, until `close`. */
  open(conversation: Conversation): void {
    this.conversation = conversation;
  }

  /** What comes later has missed the turn. */
  close(): void {
    this.conversation = undefined;
  }

  /** Tells the agent, and then what is to be written about it. Rejects as `settle` does. */
  steer<T>(prompt: string, settle: (report: SteerReport) => Promise<T>): Promise<T> {
    const settled = this.tell(prompt).then(settle);
    const ended = settled.catch(() => undefined).finally(() => this.underWay.delete(ended));
    this.underWay.add(ended);
    return settled;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private async tell(prompt: string): Promise<SteerReport> {
    if (this.conversation === undefined) return 'missed';
    const ms = this.timeoutMs;
    const steering = this.conversation.steer(prompt);
    try {
      return await withDeadline(this.clock, steering, ms, 'agent_unresponsive', `No answer within ${ms} ms.`);
    } catch (error) {
      this.log.warn('an agent did not say whether it took a text into its turn', { error });
      return 'unknown';
    }
  }
}
