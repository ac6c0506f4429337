/** Texts put into turns that are under way, until the model has got them or never will. */
import { randomUUID } from 'node:crypto';
import type { SteerOutcome } from '../../core/index.js';
import type { RpcLink } from '../process/index.js';

/** Where a text goes. Codex refuses it when that turn is not the one under way. */
export interface TurnPlace {
  threadId: string;
  turnId: string;
}

interface Injection {
  prompt: string;
  /** A word of ours that the log does not repeat. */
  quiet: boolean;
  settle(outcome: SteerOutcome): void;
}

export class Injections {
  private readonly waiting = new Map<string, Injection>();
  private over = false;

  constructor(private readonly link: Pick<RpcLink, 'request'>) {}

  /** `outcome` is known when the model gets the text; `sent` when Codex has it. */
  put(
    { threadId, turnId: expectedTurnId }: TurnPlace,
    prompt: string,
    quiet = false,
  ): { sent: Promise<void>; outcome: Promise<SteerOutcome> } {
    if (this.over) return { sent: Promise.resolve(), outcome: Promise.resolve('missed') };
    const clientUserMessageId = randomUUID();
    const input = [{ type: 'text', text: prompt, text_elements: [] }];
    const outcome = new Promise<SteerOutcome>((settle) => {
      this.waiting.set(clientUserMessageId, { prompt, quiet, settle });
    });
    const sent = this.link
      .request('turn/steer', { threadId, expectedTurnId, clientUserMessageId, input })
      .then((reply) => {
        if (!('result' in reply)) this.waiting.get(clientUserMessageId)?.settle('missed');
      });
    return { sent, outcome };
  }

  /** Codex puts the text before the model. What the log should say of it, if anything. */
  taken(clientUserMessageId: unknown): string | undefined {
    const id = String(clientUserMessageId);
    const injection = this.waiting.get(id);
    this.waiting.delete(id);
    injection?.settle('injected');
    return injection?.quiet === true ? undefined : injection?.prompt;
  }

  /** The turn is over. */
  end(): void {
    this.over = true;
    for (const { settle } of this.waiting.values()) settle('missed');
    this.waiting.clear();
  }
}
