import { useLiveState } from '../data/live';
import { classes } from '../parts/classes';

const words = {
  connecting: { text: 'Connecting …', look: 'text-muted' },
  live: { text: 'Live', look: 'text-good' },
  offline: { text: 'Offline', look: 'text-bad' },
};

/** Whether what is shown is what is. */
export function ConnectionBadge() {
  const { state, retryAtMs } = useLiveState();
  const { text, look } = words[state];
  return (
    <p role="status" className={classes('flex items-center gap-2 text-xs font-medium', look)}>
      <span aria-hidden className="size-2 rounded-full bg-current" />
      {text}
      {state === 'offline' && retryAtMs !== undefined && <span className="text-muted">trying again</span>}
    </p>
  );
}
