/** How fast slow texts come: a piece in a while, or, when held, none until released. */
export class Pace {
  private held = false;
  private released: (() => void)[] = [];

  constructor(private readonly pieceMs: number) {}

  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
    for (const resume of this.released.splice(0)) resume();
  }

  /** Resolves when the next piece is due, at once when the signal is aborted. */
  async untilNext(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const goOn = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', goOn);
        resolve();
      };
      signal.addEventListener('abort', goOn);
      const timer = this.held ? undefined : setTimeout(goOn, this.pieceMs);
      if (this.held) this.released.push(goOn);
    });
  }
}
