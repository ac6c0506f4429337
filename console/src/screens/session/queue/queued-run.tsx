import { ArrowDown, ArrowUp, ChevronsUp, GripVertical, Pencil, X } from 'lucide-react';
import type { RunSummary } from 'quarterdeck/client';
import type { KeyboardEvent } from 'react';
import { IconButton } from '../../../parts/button';
import { classes } from '../../../parts/classes';

interface QueuedRunProps {
  run: RunSummary;
  index: number;
  count: number;
  isBusy: boolean;
  isDragged: boolean;
  isOver: boolean;
  onMove: (index: number) => void;
  onEdit: () => void;
  onRunNow: () => void;
  onCancel: () => void;
  onDragStart: () => void;
  onDragOver: () => void;
  onDragEnd: () => void;
  onDrop: () => void;
}

const waits: Record<NonNullable<RunSummary['waitingFor']>, string> = {
  turn: 'for the runs before it',
  slot: 'for a free place on the server',
  paused: 'for the queue to be resumed',
  budget: 'for a higher budget',
  usage_limit: 'for the usage limit to end',
};

export function QueuedRun(props: QueuedRunProps) {
  const { run, index, isDragged, isOver, onMove, onDragStart, onDragOver, onDragEnd, onDrop } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    onMove(index + (event.key === 'ArrowUp' ? -1 : 1));
  };
  return (
    <li
      draggable
      onKeyDown={onKeyDown}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move';
        onDragStart();
      }}
      onDragOver={(event) => {
        event.preventDefault();
        onDragOver();
      }}
      onDragEnd={onDragEnd}
      onDrop={(event) => {
        event.preventDefault();
        onDrop();
        onDragEnd();
      }}
      className={classes(
        'flex flex-wrap items-center gap-x-2 rounded-md border bg-canvas pl-1 sm:flex-nowrap',
        isOver && !isDragged ? 'border-accent' : 'border-line',
        isDragged && 'opacity-50',
      )}
    >
      <GripVertical size={16} aria-hidden className="shrink-0 cursor-grab text-muted" />
      <span className="w-5 shrink-0 text-right text-xs text-muted tabular-nums">{index + 1}</span>
      <p className="min-w-0 flex-1 truncate text-sm" title={run.inputPreview}>
        {run.inputPreview}
      </p>
      {run.waitingFor !== undefined && (
        <span className="hidden shrink-0 text-xs text-muted md:inline">waits {waits[run.waitingFor]}</span>
      )}
      <Actions {...props} />
    </li>
  );
}

function Actions({ run, index, count, isBusy, onMove, onEdit, onRunNow, onCancel }: QueuedRunProps) {
  const name = `“${run.inputPreview.slice(0, 40)}”`;
  return (
    <div className="ml-auto flex shrink-0">
      <IconButton label={`Move up ${name}`} disabled={index === 0} onClick={() => onMove(index - 1)}>
        <ArrowUp size={15} aria-hidden />
      </IconButton>
      <IconButton
        label={`Move down ${name}`}
        disabled={index === count - 1}
        onClick={() => onMove(index + 1)}
      >
        <ArrowDown size={15} aria-hidden />
      </IconButton>
      <IconButton label={`Edit ${name}`} onClick={onEdit}>
        <Pencil size={15} aria-hidden />
      </IconButton>
      <IconButton
        label={isBusy ? `Run now, in place of the active run: ${name}` : `Run next: ${name}`}
        onClick={onRunNow}
      >
        <ChevronsUp size={15} aria-hidden />
      </IconButton>
      <IconButton label={`Cancel ${name}`} onClick={onCancel}>
        <X size={15} aria-hidden />
      </IconButton>
    </div>
  );
}
