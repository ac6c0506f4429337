import { useNow } from '../parts/clock';

/** When the server is asked next, counted down. */
export function RetryCountdown({ atMs }: { atMs: number }) {
  const seconds = Math.floor((atMs - useNow()) / 1000);
  return (
    <span className="inline-block tabular-nums first-letter:uppercase">
      {seconds > 0 ? `trying again in ${seconds} s` : 'trying again …'}
    </span>
  );
}
