import { Link } from '@tanstack/react-router';
import { Archive, ArchiveRestore, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import type { Session } from 'quarterdeck/client';
import { rowMark } from '../../app/use-row-keys';
import { useUpdateSession } from '../../data/session';
import { Menu, MenuItem } from '../../parts/menu';
import { StatusBadge } from '../../parts/status-badge';
import { TimeAgo } from '../../parts/time-ago';
import { useToasts } from '../../parts/toasts';

interface SessionRowProps {
  session: Session;
  onRename: () => void;
  onDelete: () => void;
}

export function SessionRow({ session, onRename, onDelete }: SessionRowProps) {
  const { sessionId, name, projectId, aspTargetName, status, queue, lastActivityAt } = session;
  return (
    <li className="group relative flex items-center gap-3 px-4 py-2.5 first:rounded-t-lg last:rounded-b-lg hover:bg-sunken">
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <div className="flex min-w-0 items-center gap-2">
          <Link
            {...rowMark}
            to="/sessions/$sessionId"
            params={{ sessionId }}
            // The whole row leads there; what else can be done stands above it.
            className="min-w-0 truncate font-medium group-hover:text-accent after:absolute after:inset-0"
          >
            {name}
          </Link>
          <StatusBadge status={status} />
        </div>
        <p className="flex min-w-0 flex-wrap gap-x-2 text-xs text-muted">
          <span className="truncate">
            {projectId} · {aspTargetName}
          </span>
          {queue.length > 0 && <span>{`${queue.length} in the queue${queue.paused ? ', paused' : ''}`}</span>}
          <span className="sm:hidden">
            <TimeAgo at={lastActivityAt} />
          </span>
        </p>
      </div>
      <span className="hidden shrink-0 text-xs text-muted sm:block">
        <TimeAgo at={lastActivityAt} />
      </span>
      <div className="relative">
        <RowMenu session={session} onRename={onRename} onDelete={onDelete} />
      </div>
    </li>
  );
}

function RowMenu({ session, onRename, onDelete }: SessionRowProps) {
  const toasts = useToasts();
  const update = useUpdateSession(session.sessionId);
  const archived = session.status === 'archived';
  const put = () =>
    update.mutate(
      { archived: !archived },
      {
        onSuccess: () =>
          toasts.done(archived ? `“${session.name}” is back.` : `“${session.name}” is archived.`),
        onError: toasts.failed,
      },
    );
  return (
    <Menu label={`Actions for ${session.name}`} icon={<Ellipsis size={18} aria-hidden />}>
      <MenuItem icon={<Pencil size={16} aria-hidden />} onSelect={onRename}>
        Rename …
      </MenuItem>
      <MenuItem
        icon={archived ? <ArchiveRestore size={16} aria-hidden /> : <Archive size={16} aria-hidden />}
        onSelect={put}
      >
        {archived ? 'Take out of the archive' : 'Archive'}
      </MenuItem>
      <MenuItem look="danger" icon={<Trash2 size={16} aria-hidden />} onSelect={onDelete}>
        Delete …
      </MenuItem>
    </Menu>
  );
}
