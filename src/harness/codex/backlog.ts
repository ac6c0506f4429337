/**
 * What the server said of one conversation and what its log has not taken yet. One process serves many conversations:
 * it is held back only when one of them is far behind, so that a log that is slow for a moment disturbs no other.
 */

/** Of what waits, in characters. */
const waitingCharsMax = 1024 * 1024;

export class Backlog {
  private waitingChars = 0;
  private tail: Promise<void> = Promise.resolve();

  /** @param onError Told what a piece of work threw; the next one goes on. */
  constructor(private readonly onError: (error: unknown) => void) {}

  /** Works one after another, in order. A promise is room for more; nothing: there is room. */
  push(chars: number, work: () => void | Promise<void>): void | Promise<void> {
    this.waitingChars += chars;
    this.tail = this.tail
      .then(work)
      .catch(this.onError)
      .finally(() => {
        this.waitingChars -= chars;
      });
    if (this.waitingChars > waitingCharsMax) return this.tail;
  }

  /** Resolves when everything that came so far is done. */
  drained(): Promise<void> {
    return this.tail;
  }
}
