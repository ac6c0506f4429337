import { ChevronRight, ListX, Pause, Play } from 'lucide-react';
import type { Queue, Session } from 'quarterdeck/client';
import { useState } from 'react';
import { useEditQueue, useQueue } from '../../../data/session-queue';
import { countWords } from '../../../parts/amounts';
import { Button } from '../../../parts/button';
import { classes } from '../../../parts/classes';
import { ConfirmDialog } from '../../../parts/confirm-dialog';
import { ErrorNotice } from '../../../parts/notices';
import { useToasts } from '../../../parts/toasts';
import { QueueList } from './queue-list';

/** The runs that wait, in the order in which they will run. */
export function QueuePanel({ session }: { session: Session }) {
  const { paused, length } = session.queue;
  return length === 0 && !paused ? null : <Panel session={session} />;
}

/** In a lower window it begins folded: what was said would have no room beside it. */
const roomyPx = 640;

function Panel({ session }: { session: Session }) {
  const [open, setOpen] = useState(() => innerHeight >= roomyPx);
  const { data: queue, error, refetch } = useQueue(session);
  const { paused, length } = session.queue;
  return (
    <section aria-label="Queue" className="border-b border-line">
      <div className="mx-auto max-w-4xl px-3 py-1.5 sm:px-6">
        <div className="flex flex-wrap items-center gap-2">
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="flex items-center gap-1 rounded-sm py-1 text-sm font-medium"
          >
            <ChevronRight
              size={14}
              aria-hidden
              className={classes('transition-transform', open && 'rotate-90')}
            />
            {length === 0 ? 'Queue' : `Queue · ${countWords(length)} waiting`}
          </button>
          {paused && <PausedBadge session={session} />}
          <QueueActions session={session} />
        </div>
        {open && error !== null && <ErrorNotice error={error} onRetry={() => void refetch()} />}
        {open && length > 0 && queue !== undefined && <Runs queue={queue} />}
      </div>
    </section>
  );
}

function Runs({ queue }: { queue: Queue }) {
  return (
    <>
      <QueueList sessionId={queue.sessionId} runs={queue.runs} isBusy={queue.activeRunId !== undefined} />
      {queue.total > queue.runs.length && (
        <p className="py-1 text-xs text-muted">
          And {countWords(queue.total - queue.runs.length)} more behind them.
        </p>
      )}
    </>
  );
}

function PausedBadge({ session: { queue } }: { session: Session }) {
  const why =
    queue.failedRunId === undefined ? queue.pausedReason : 'a run failed: retry it, or resume to skip it';
  return (
    <span className="rounded-full bg-attention-soft px-2 py-0.5 text-xs font-medium text-attention">
      paused{why !== undefined && `: ${why}`}
    </span>
  );
}

function QueueActions({ session: { sessionId, queue } }: { session: Session }) {
  const { mutate, isPending } = useEditQueue(sessionId);
  const toasts = useToasts();
  const [clearing, setClearing] = useState(false);
  const act = (edit: 'pause' | 'resume' | 'clear') => mutate({ act: edit }, { onError: toasts.failed });
  return (
    <div className="ml-auto flex gap-1">
      {queue.paused ? (
        <Button icon={<Play size={14} aria-hidden />} disabled={isPending} onClick={() => act('resume')}>
          Resume
        </Button>
      ) : (
        <Button
          look="quiet"
          icon={<Pause size={14} aria-hidden />}
          disabled={isPending}
          onClick={() => act('pause')}
        >
          Pause
        </Button>
      )}
      {queue.length > 0 && (
        <Button
          look="quiet"
          icon={<ListX size={14} aria-hidden />}
          disabled={isPending}
          onClick={() => setClearing(true)}
        >
          Clear
        </Button>
      )}
      {clearing && (
        <ConfirmDialog
          title="Clear the queue?"
          action={queue.length === 1 ? 'Cancel the run' : `Cancel ${countWords(queue.length)} runs`}
          onConfirm={() => act('clear')}
          onClose={() => setClearing(false)}
        >
          <p>What waits is cancelled. Its prompts stay in the transcript, and can be retried one by one.</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
