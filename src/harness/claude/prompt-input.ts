/** The prompts of a conversation as the SDK wants them: one stream that goes on as long as the program. */
import type { UserMessage } from './sdk.js';

export class PromptInput implements AsyncIterable<UserMessage> {
  private readonly waiting: { message: UserMessage; written: () => void }[] = [];
  private arrived: () => void = () => undefined;

  /** Resolves when the SDK has written it, so that what is asked of the program then comes behind it. */
  send(message: UserMessage): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ message, written: resolve });
      this.arrived();
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<UserMessage, void> {
    for (;;) {
      const next = this.waiting.shift();
      if (next === undefined) {
        await new Promise<void>((resolve) => {
          this.arrived = resolve;
        });
        continue;
      }
      yield next.message;
      // The SDK asks for the next one when it has written this one.
      next.written();
    }
  }
}
