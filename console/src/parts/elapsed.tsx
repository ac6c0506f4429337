import { durationWords } from './amounts';
import { useNow } from './clock';

const secondMs = 1000;

/** How long it has been since a time of the server, in milliseconds since 1970. */
export function Elapsed({ since }: { since: number }) {
  const ms = Math.max(0, useNow() - since);
  // Only seconds that are over count.
  return <span className="tabular-nums">{durationWords(Math.floor(ms / secondMs) * secondMs)}</span>;
}
