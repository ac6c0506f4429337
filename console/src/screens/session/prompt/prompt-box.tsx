import type { Session } from 'quarterdeck/client';

/** Where the next prompt is written, and how it is delivered is chosen. */
export function PromptBox({ session }: { session: Session }) {
  return <p>{session.queue.delivery}</p>;
}
