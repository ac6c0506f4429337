import type { Session } from 'quarterdeck/client';

/** The runs that wait, in the order in which they will run. */
export function QueuePanel({ session }: { session: Session }) {
  return session.queue.length === 0 ? null : <p>{session.queue.length} queued</p>;
}
