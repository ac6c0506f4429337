import type { LogFold, LogView } from '../../../data/log/log-window';
import { classes } from '../../../parts/classes';

const words: Record<LogView<LogFold>['state'], { text: string; look: string; moving?: boolean }> = {
  reading: { text: 'Reading …', look: 'text-muted', moving: true },
  connecting: { text: 'Connecting …', look: 'text-muted', moving: true },
  catching_up: { text: 'Catching up …', look: 'text-attention', moving: true },
  live: { text: 'Live', look: 'text-good' },
  offline: { text: 'Offline, trying again', look: 'text-bad' },
  failed: { text: 'Not connected', look: 'text-bad' },
};

/** Whether what is shown is what is. A view of the past is not live, whatever the connection is. */
export function LogState({ view: { state, newer } }: { view: LogView<LogFold> }) {
  const past = newer !== 'none' && state === 'live';
  const { text, look, moving = false } = past ? { text: 'Earlier events', look: 'text-muted' } : words[state];
  return (
    <p
      role="status"
      className={classes(
        'items-center gap-2 py-2 text-xs font-medium whitespace-nowrap',
        // On a phone the badge of the page is right above it, and says the same.
        state === 'live' && !past ? 'hidden sm:flex' : 'flex',
        look,
      )}
    >
      <span aria-hidden className={classes('size-2 rounded-full bg-current', moving && 'animate-pulse')} />
      <span className="sr-only">The log: </span>
      {text}
    </p>
  );
}
