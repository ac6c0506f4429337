import { useLiveState } from '../data/live';
import { classes } from '../parts/classes';
import { RetryCountdown } from './retry-countdown';

const words = {
  connecting: { text: 'Connecting …', look: 'text-muted', moving: true },
  catching_up: { text: 'Catching up …', look: 'text-attention', moving: true },
  live: { text: 'Live', look: 'text-good', moving: false },
  offline: { text: 'Offline', look: 'text-bad', moving: false },
};

/** Whether what is shown is what is. */
export function ConnectionBadge() {
  const live = useLiveState();
  const { text, look, moving } = words[live.state];
  return (
    <div className={classes('flex items-center gap-2 text-xs font-medium', look)}>
      <span aria-hidden className={classes('size-2 rounded-full bg-current', moving && 'animate-pulse')} />
      <p role="status">{text}</p>
      {live.state === 'offline' && (
        <span aria-hidden className="text-muted">
          <RetryCountdown atMs={live.retryAtMs} />
        </span>
      )}
    </div>
  );
}
