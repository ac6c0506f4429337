import { Link } from '@tanstack/react-router';
import type { Session } from 'quarterdeck/client';
import { StatusBadge } from '../../../parts/status-badge';
import { TimeAgo } from '../../../parts/time-ago';
import { SessionActions } from './session-actions';

/** What the session is, and what can be done with it as a whole. */
export function SessionHeader({ session }: { session: Session }) {
  return (
    <header className="flex items-start justify-between gap-3 border-b border-line bg-panel px-3 py-2.5 sm:px-6">
      <div className="min-w-0">
        <div className="flex items-center gap-3">
          <h1 className="min-w-0 truncate text-lg font-semibold" title={session.name}>
            {session.name}
          </h1>
          <StatusBadge status={session.status} />
        </div>
        <Origin session={session} />
      </div>
      <SessionActions session={session} />
    </header>
  );
}

function Origin({ session }: { session: Session }) {
  const { projectId, aspTargetName, harness, model, lastActivityAt, forkedFrom } = session;
  const parts = [projectId, aspTargetName, harness === aspTargetName ? undefined : harness, model];
  return (
    <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-xs text-muted">
      <span className="wrap-anywhere">{parts.filter((part) => part !== undefined).join(' · ')}</span>
      <span aria-hidden>·</span>
      <TimeAgo at={lastActivityAt} />
      {forkedFrom !== undefined && (
        <Link
          to="/sessions/$sessionId"
          params={{ sessionId: forkedFrom.sessionId }}
          className="text-accent underline"
        >
          forked from
        </Link>
      )}
    </p>
  );
}
