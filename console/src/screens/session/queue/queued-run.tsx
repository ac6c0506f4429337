import {
  ArrowDown,
  ArrowUp,
  ChevronsUp,
  Ellipsis,
  GripVertical,
  type LucideIcon,
  Pencil,
  X,
} from 'lucide-react';
import type { RunSummary } from 'quarterdeck/client';
import type { KeyboardEvent } from 'react';
import { IconButton } from '../../../parts/button';
import { classes } from '../../../parts/classes';
import { Menu, MenuItem } from '../../../parts/menu';

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
        'flex items-center gap-x-2 rounded-md border bg-canvas pl-1',
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

interface Action {
  words: string;
  icon: LucideIcon;
  disabled?: boolean;
  danger?: boolean;
  act: () => void;
}

function actionsOf({ index, count, isBusy, onMove, onEdit, onRunNow, onCancel }: QueuedRunProps): Action[] {
  return [
    { words: 'Move up', icon: ArrowUp, disabled: index === 0, act: () => onMove(index - 1) },
    { words: 'Move down', icon: ArrowDown, disabled: index === count - 1, act: () => onMove(index + 1) },
    { words: 'Edit', icon: Pencil, act: onEdit },
    {
      words: isBusy ? 'Run now, in place of the active run' : 'Run next',
      icon: ChevronsUp,
      act: onRunNow,
    },
    { words: 'Cancel', icon: X, danger: true, act: onCancel },
  ];
}

/** Buttons, or a menu where they would leave no room for the prompt. */
function Actions(props: QueuedRunProps) {
  const actions = actionsOf(props);
  const name = `“${props.run.inputPreview.slice(0, 40)}”`;
  return (
    <>
      <div className="ml-auto hidden shrink-0 sm:flex">
        {actions.map(({ words, icon: Icon, disabled, act }) => (
          <IconButton key={words} label={`${words} ${name}`} disabled={disabled} onClick={act}>
            <Icon size={15} aria-hidden />
          </IconButton>
        ))}
      </div>
      <div className="ml-auto shrink-0 sm:hidden">
        <Menu label={`Actions for ${name}`} icon={<Ellipsis size={18} aria-hidden />}>
          {actions.map(({ words, icon: Icon, disabled = false, danger = false, act }) => (
            <MenuItem
              key={words}
              icon={<Icon size={16} aria-hidden />}
              look={danger ? 'danger' : 'plain'}
              disabled={disabled}
              onSelect={act}
            >
              {words}
            </MenuItem>
          ))}
        </Menu>
      </div>
    </>
  );
}
