import { Link } from '@tanstack/react-router';
import type { Session } from 'quarterdeck/client';
import type { AskedDialog } from '../../app/session-menu/session-dialog';
import { SessionMenu } from '../../app/session-menu/session-menu';
import { rowMark } from '../../app/use-row-keys';
import { StatusBadge } from '../../parts/status-badge';
import { TimeAgo } from '../../parts/time-ago';

interface SessionRowProps {
  session: Session;
  onAsk: (asked: AskedDialog) => void;
}

export function SessionRow({ session, onAsk }: SessionRowProps) {
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
        <SessionMenu session={session} onAsk={onAsk} />
      </div>
    </li>
  );
}
