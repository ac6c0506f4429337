import type { RunSummary } from 'quarterdeck/client';
import { useState } from 'react';
import { type QueueEdit, useEditQueue } from '../../../data/session-queue';
import { ConfirmDialog } from '../../../parts/confirm-dialog';
import { useToasts } from '../../../parts/toasts';
import { EditPromptDialog } from './edit-prompt-dialog';
import { QueuedRun } from './queued-run';

interface QueueListProps {
  sessionId: string;
  runs: readonly RunSummary[];
  /** A run is active. */
  isBusy: boolean;
}

/** Runs can be dragged, and moved by their buttons or by Alt and an arrow. */
export function QueueList({ sessionId, runs, isBusy }: QueueListProps) {
  const { mutate } = useEditQueue(sessionId);
  const toasts = useToasts();
  const [said, setSaid] = useState('');
  const [dragged, setDragged] = useState<string>();
  const [over, setOver] = useState<string>();
  const [editing, setEditing] = useState<string>();
  const [interrupting, setInterrupting] = useState<string>();
  const act = (edit: QueueEdit, words?: string) =>
    mutate(edit, { onSuccess: () => words !== undefined && setSaid(words), onError: toasts.failed });
  const runNow = (runId: string) => act({ act: 'run_now', runId, interrupt: isBusy });
  const moveTo = (runId: string, index: number) => {
    const from = runs.findIndex((run) => run.runId === runId);
    const neighbour = runs[index]?.runId;
    if (from === -1 || neighbour === undefined || index === from) return;
    const place = index < from ? { before: neighbour } : { after: neighbour };
    act({ act: 'move', runId, place }, `Moved to place ${index + 1} of ${runs.length}`);
  };
  return (
    <>
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
      <ol className="flex max-h-44 flex-col sm:max-h-56 gap-1 overflow-y-auto py-1">
        {runs.map((run, index) => (
          <QueuedRun
            key={run.runId}
            run={run}
            index={index}
            count={runs.length}
            isBusy={isBusy}
            isDragged={dragged === run.runId}
            isOver={over === run.runId}
            onMove={(to) => moveTo(run.runId, to)}
            onEdit={() => setEditing(run.runId)}
            onRunNow={() => (isBusy ? setInterrupting(run.runId) : runNow(run.runId))}
            onCancel={() => act({ act: 'cancel', runId: run.runId }, 'Cancelled')}
            onDragStart={() => setDragged(run.runId)}
            onDragOver={() => setOver(run.runId)}
            onDragEnd={() => {
              setDragged(undefined);
              setOver(undefined);
            }}
            onDrop={() => dragged !== undefined && moveTo(dragged, index)}
          />
        ))}
      </ol>
      {interrupting !== undefined && (
        <ConfirmDialog
          title="Run it now?"
          action="Cancel the active run"
          onConfirm={() => runNow(interrupting)}
          onClose={() => setInterrupting(undefined)}
        >
          <p>The active run is cancelled, and this one takes its place. What was said so far stays.</p>
        </ConfirmDialog>
      )}
      {editing !== undefined && (
        <EditPromptDialog sessionId={sessionId} runId={editing} onClose={() => setEditing(undefined)} />
      )}
    </>
  );
}
