import type { Session } from 'quarterdeck/client';

/** What was said and done, as it happens. */
export function Transcript({ session }: { session: Session }) {
  return <p>{session.headSeq} events</p>;
}
