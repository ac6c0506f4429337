import type { Session } from 'quarterdeck/client';
import { useState } from 'react';
import { useShortcut } from '../../../app/shortcuts';
import { type QueueOnCancel, useInterrupt } from '../../../data/session';
import { Button } from '../../../parts/button';
import { Dialog, firstFocus } from '../../../parts/dialog';
import { Elapsed } from '../../../parts/elapsed';
import { Kbd } from '../../../parts/kbd';
import { useToasts } from '../../../parts/toasts';
import type { RunFacts } from '../transcript/model/items';

interface ActiveRunProps {
  session: Session;
  /** The run that goes on, where the log is at hand: it is ahead of the session. */
  openRun?: RunFacts | undefined;
}

/** What happens at the moment, and how to stop it. */
export function ActiveRun({ session, openRun }: ActiveRunProps) {
  const waits = session.status === 'awaiting_permission';
  if (openRun === undefined && !waits && session.status !== 'running') return null;
  return <Active session={session} waits={waits} since={openRun?.claimedAt} />;
}

interface ActiveProps {
  session: Session;
  waits: boolean;
  since: number | undefined;
}

function Active({ session, waits, since }: ActiveProps) {
  const [asking, setAsking] = useState(false);
  const toasts = useToasts();
  const interrupt = useInterrupt(session.sessionId);
  const cancel = (queue: QueueOnCancel) => {
    setAsking(false);
    interrupt.mutate(queue, { onError: toasts.failed });
  };
  const start = () => (session.queue.length > 0 ? setAsking(true) : cancel('keep'));
  useShortcut('x', 'Cancel the run', start);
  const text = waits ? 'Waits for your answer' : 'The agent works';
  return (
    <div className="border-t border-line bg-panel">
      <div className="mx-auto flex max-w-4xl items-center gap-3 px-3 py-1.5 text-sm sm:px-6">
        <span
          aria-hidden
          className={`size-2 animate-pulse rounded-full ${waits ? 'bg-attention' : 'bg-busy'}`}
        />
        <p className="min-w-0 flex-1 truncate">
          {interrupt.isPending ? 'Stopping …' : text}
          {since !== undefined && (
            <span className="text-muted">
              {' · '}
              <Elapsed since={since} />
            </span>
          )}
        </p>
        <Button look="danger" onClick={start} disabled={interrupt.isPending}>
          Cancel
          <span aria-hidden className="hidden sm:inline">
            <Kbd keys="x" />
          </span>
        </Button>
      </div>
      {asking && (
        <CancelDialog count={session.queue.length} onClose={() => setAsking(false)} onCancel={cancel} />
      )}
    </div>
  );
}

interface CancelDialogProps {
  count: number;
  onClose: () => void;
  onCancel: (queue: QueueOnCancel) => void;
}

function CancelDialog({ count, onClose, onCancel }: CancelDialogProps) {
  return (
    <Dialog
      title="Cancel the run"
      onClose={onClose}
      footer={
        <>
          <Button look="danger" onClick={() => onCancel('clear')}>
            Cancel all
          </Button>
          <Button onClick={() => onCancel('pause')}>Cancel, pause the queue</Button>
          <Button {...firstFocus} look="primary" onClick={() => onCancel('keep')}>
            Cancel this run
          </Button>
        </>
      }
    >
      <p className="text-sm">
        {count === 1 ? 'Another run waits' : `${count} more runs wait`} in the queue. What was said so far
        stays, and the next run goes on from there.
      </p>
    </Dialog>
  );
}
