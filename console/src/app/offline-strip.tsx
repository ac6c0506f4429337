/** Says above every screen that what it shows is old, since when, and what is done about it. */
import { Unplug } from 'lucide-react';
import { useLiveState, useTryNow } from '../data/live';
import { Button } from '../parts/button';
import { timeWords } from '../parts/times';
import { RetryCountdown } from './retry-countdown';

export function OfflineStrip() {
  const live = useLiveState();
  const tryNow = useTryNow();
  if (live.state !== 'offline') return null;
  const { asOfMs, retryAtMs } = live;
  return (
    <section
      aria-label="Connection"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-bad bg-bad-soft px-4 py-2 text-sm text-bad sm:px-6"
    >
      <Unplug size={18} aria-hidden className="shrink-0" />
      <p className="min-w-0 flex-1">
        <strong className="font-semibold">The server does not answer.</strong>{' '}
        {asOfMs !== undefined && `What you see is as it was at ${timeWords(asOfMs)}. `}
        <RetryCountdown long atMs={retryAtMs} />
      </p>
      <Button onClick={tryNow}>Try now</Button>
    </section>
  );
}
