import type { Run, Session } from 'quarterdeck/client';
import { classes } from './classes';

type Status = Run['status'] | Session['status'];

const looks: Record<Status, { words: string; look: string; moving?: boolean }> = {
  idle: { words: 'idle', look: 'bg-sunken text-muted' },
  queued: { words: 'queued', look: 'bg-sunken text-ink' },
  steering: { words: 'steering', look: 'bg-busy-soft text-busy', moving: true },
  injecting: { words: 'starting', look: 'bg-busy-soft text-busy', moving: true },
  running: { words: 'running', look: 'bg-busy-soft text-busy', moving: true },
  awaiting_permission: { words: 'needs permission', look: 'bg-attention-soft text-attention' },
  parked: { words: 'parked', look: 'bg-attention-soft text-attention' },
  completed: { words: 'completed', look: 'bg-good-soft text-good' },
  failed: { words: 'failed', look: 'bg-bad-soft text-bad' },
  cancelled: { words: 'cancelled', look: 'bg-sunken text-muted' },
  archived: { words: 'archived', look: 'bg-sunken text-muted' },
};

export function StatusBadge({ status }: { status: Status }) {
  const { words, look, moving = false } = looks[status];
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap',
        look,
      )}
    >
      <span aria-hidden className={classes('size-1.5 rounded-full bg-current', moving && 'animate-pulse')} />
      {words}
    </span>
  );
}
