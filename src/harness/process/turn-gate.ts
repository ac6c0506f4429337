import type { TurnResult } from '../../core/index.js';

/** Lets one turn of a conversation through at a time, and makes a result of whatever it throws. */
export class TurnGate {
  private busy = false;

  async take(work: () => Promise<TurnResult>): Promise<TurnResult> {
    if (this.busy) {
      const message = 'The conversation has a turn under way.';
      return { outcome: 'failed', error: { code: 'harness_failed', message } };
    }
    this.busy = true;
    try {
      return await work();
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      const message = `The turn could not be reported: ${words}`;
      return { outcome: 'failed', error: { code: 'internal', message } };
    } finally {
      this.busy = false;
    }
  }
}
