/**
 * When a run of Pi is really over. `agent_end` is not it: a retry or a compaction may follow, and each may begin another
 * loop by itself. What they announce comes right behind `agent_end`, so a question asked then is answered after it.
 */
import type { Clock } from '../../core/index.js';
import type { Fields } from '../process/index.js';
import type { PiLink } from './pi-link.js';

/** Between two looks at a Pi that has said the end and is not yet ready for the next prompt. */
const lookMs = 20;

export class RunProgress {
  /** Resolves when Pi rests and will begin nothing by itself; not when its process dies. */
  readonly settled: Promise<undefined>;
  private settle: (nothing: undefined) => void = () => undefined;
  private looking = false;
  private running = false;
  private retrying = false;
  private compacting = false;
  /** A loop was announced and has not begun. */
  private restarting = false;

  constructor(
    private readonly link: PiLink,
    private readonly clock: Pick<Clock, 'after'>,
  ) {
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  /** @param steersPending Pi begins a loop for them after a compaction. */
  onEvent({ type, success, willRetry }: Fields, steersPending: boolean): void {
    switch (type) {
      case 'agent_start':
        this.running = true;
        this.retrying = false;
        this.restarting = false;
        return;
      case 'agent_end':
        this.running = false;
        break;
      case 'auto_retry_start':
        this.retrying = true;
        return;
      case 'auto_retry_end':
        this.retrying = false;
        if (success === true) return;
        break;
      case 'compaction_start':
        this.compacting = true;
        return;
      case 'compaction_end':
        this.compacting = false;
        this.restarting = willRetry === true || steersPending;
        break;
      default:
        return;
    }
    void this.look();
  }

  /** Once the prompt is taken: what an extension handled begins no loop at all. */
  async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    while (this.rests) {
      const reply = await this.link.request('get_state');
      if ('end' in reply) return;
      const { isStreaming, isCompacting } = 'data' in reply ? reply.data : {};
      if (this.rests && isStreaming !== true && isCompacting !== true) return this.settle(undefined);
      await new Promise<void>((resolve) => {
        this.clock.after(lookMs, resolve);
      });
    }
    this.looking = false;
  }

  private get rests(): boolean {
    return !this.running && !this.retrying && !this.compacting && !this.restarting;
  }
}
