/** What the address of a session says beside its id. It is read with the first page, so nothing else belongs here. */
export interface SessionSearch {
  /** The event to go to. */
  seq?: number;
  /** What of the log is shown; the transcript, where nothing is said. */
  tab?: 'events';
}

export function readSessionSearch(search: Record<string, unknown>): SessionSearch {
  const seq = Number(search.seq);
  return {
    ...(Number.isSafeInteger(seq) && seq > 0 ? { seq } : {}),
    ...(search.tab === 'events' ? { tab: 'events' } : {}),
  };
}
