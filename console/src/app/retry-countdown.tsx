import { useDeviceNow } from '../parts/clock';

/** When the server is asked next, counted down. */
export function RetryCountdown({ atMs, long = false }: { atMs: number; long?: boolean }) {
  const seconds = Math.max(0, Math.floor((atMs - useDeviceNow()) / 1000));
  if (!long) return <span className="tabular-nums">{`${seconds} s`}</span>;
  return (
    <span className="tabular-nums">{seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again …'}</span>
  );
}
