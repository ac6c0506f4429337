/** Removes what need not be kept any longer, a portion at a time, so that other writes come between. */
import type { ServerStatus } from '../contract/index.js';
import type { Conversations } from './conversations.js';
import type { Log } from './log.js';
import type { CoreOptions } from './options.js';
import type { Clock } from './ports/clock.js';
import type { Store } from './ports/store.js';

/** Of each kind in one round: what is left waits for the next one, so that old logs never take the server for long. */
const portionsMax = 50;
const archivedMax = 20;

export class Retention {
  private busy = false;

  constructor(
    private readonly store: Store,
    private readonly conversations: Conversations,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly options: CoreOptions,
  ) {}

  /** What it goes by. */
  get settings(): ServerStatus['retention'] {
    const { deltasKeptMs, logsKeptMs, logEventsMax, archivedKeptMs, answersKeptMs } = this.options;
    return { deltasKeptMs, logsKeptMs, logEventsMax, archivedKeptMs, answersKeptMs };
  }

  /** One round; a second one does not begin while it lasts. Never rejects. */
  async sweep(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await this.round();
    } catch (error) {
      this.log.warn('what is too old could not be removed', { error });
    } finally {
      this.busy = false;
    }
  }

  private async round(): Promise<void> {
    const { store, options } = this;
    const { deltasKeptMs, logsKeptMs, logEventsMax, archivedKeptMs } = options;
    if (archivedKeptMs > 0) await this.deleteArchived();
    const before = (keptMs: number) => (keptMs === 0 ? 0 : this.clock.now() - keptMs);
    await portions(() => store.purge(before(options.answersKeptMs)));
    await portions(() => store.trimLogs({ endedBefore: before(logsKeptMs), eventsMax: logEventsMax }));
    if (deltasKeptMs > 0) await portions(() => store.compactLogs(before(deltasKeptMs)));
  }

  private async deleteArchived(): Promise<void> {
    const before = this.clock.now() - this.options.archivedKeptMs;
    for (let deleted = 0; deleted < archivedMax; deleted += 1) {
      const removed = await this.store.deleteArchived(before);
      if (removed === undefined) return;
      await this.conversations.forget([removed]);
      this.log.info('an archived session was deleted', { sessionId: removed.sessionId });
    }
  }
}

async function portions(remove: () => Promise<boolean>): Promise<void> {
  for (let portion = 0; portion < portionsMax; portion += 1) if (!(await remove())) return;
}
