/** Texts on their way into a turn: Pi queues them, and tells by a message of the user when its model gets to see one. */
import type { SteerOutcome } from '../../core/index.js';
import type { PiLink } from './pi-link.js';

interface Steer {
  prompt: string;
  resolve(outcome: SteerOutcome): void;
}

export class Steers {
  private waiting: Steer[] = [];

  constructor(private readonly link: PiLink) {}

  get areWaiting(): boolean {
    return this.waiting.length > 0;
  }

  send(prompt: string): Promise<SteerOutcome> {
    return new Promise((resolve) => {
      const steer = { prompt, resolve };
      this.waiting.push(steer);
      void this.link.request('steer', { message: prompt }).then((reply) => {
        if (!('data' in reply)) this.drop(steer);
      });
    });
  }

  /** The text of ours that this message is. Pi expands what begins with a slash, so that such a one reads differently. */
  take(text: string): string | undefined {
    const found =
      this.waiting.find(({ prompt }) => prompt === text) ??
      this.waiting.find(({ prompt }) => prompt.startsWith('/'));
    if (found === undefined) return undefined;
    this.waiting = this.waiting.filter((one) => one !== found);
    found.resolve('injected');
    return found.prompt;
  }

  /** At the end of the turn. True: Pi may still hold one, and would put it into the next turn. */
  missAll(): boolean {
    const left = this.waiting;
    this.waiting = [];
    for (const { resolve } of left) resolve('missed');
    return left.length > 0;
  }

  private drop(steer: Steer): void {
    this.waiting = this.waiting.filter((one) => one !== steer);
    steer.resolve('missed');
  }
}
