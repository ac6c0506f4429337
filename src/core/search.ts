/** Finding prompts and messages again. The index follows the logs in the background, so writing never waits for it. */
import { AppError, type SearchHit } from '../contract/index.js';
import type { Log } from './log.js';
import type { Clock } from './ports/clock.js';
import type { SearchStore } from './ports/store.js';
import { parseSearch, snippetOf } from './search-text.js';

export interface SearchRequest {
  q: string;
  projectId?: string;
  sessionId?: string;
  limit: number;
  cursor?: string;
}

/** How far the index may be behind the logs. */
const indexEveryMs = 1000;
/** At once; what is left waits for the next time, so that old logs never take the server for long. */
const portionsMax = 20;

export class Search {
  private stopped = false;
  private cancel: () => void = () => undefined;

  constructor(
    private readonly store: SearchStore,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Newest first; `cursor` goes on behind a full page. Throws `validation_failed` when there is no word in `q`. */
  async find({ q, ...query }: SearchRequest): Promise<{ hits: SearchHit[]; cursor: string | undefined }> {
    const terms = parseSearch(q);
    if (terms.length === 0) {
      throw new AppError('validation_failed', 'The search has no word: give it letters or numbers.', {
        details: [{ path: 'query.q', message: 'must have a word' }],
      });
    }
    const found = await this.store.findText({ ...query, terms });
    const hits = found.map(({ cursor: _cursor, text, ...hit }) => ({ ...hit, ...snippetOf(text, terms) }));
    return { hits, cursor: found.length < query.limit ? undefined : found.at(-1)?.cursor };
  }

  /** Begins to index what is appended. */
  start(): void {
    this.cancel = this.clock.after(indexEveryMs, () => {
      this.index()
        .catch((error: unknown) =>
          this.log.warn('the search index could not be brought up to date', { error }),
        )
        .finally(() => {
          if (!this.stopped) this.start();
        });
    });
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
  }

  private async index(): Promise<void> {
    for (let portion = 0; portion < portionsMax && !this.stopped; portion += 1)
      if (!(await this.store.indexLogs())) return;
  }
}
