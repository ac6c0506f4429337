import { Link, useNavigate } from '@tanstack/react-router';
import type { Session } from 'quarterdeck/client';
import { useState } from 'react';
import { type AskedDialog, SessionDialog } from '../../../app/session-menu/session-dialog';
import { SessionMenu } from '../../../app/session-menu/session-menu';
import { harnessNames } from '../../../parts/harness-names';
import { StatusBadge } from '../../../parts/status-badge';
import { TimeAgo } from '../../../parts/time-ago';

/** What the session is, and what can be done with it as a whole. */
export function SessionHeader({ session }: { session: Session }) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState<AskedDialog>();
  return (
    <header className="flex items-start justify-between gap-2 border-b border-line bg-panel py-2.5 pr-1 pl-3 sm:pr-4 sm:pl-6">
      <div className="min-w-0">
        <div className="flex items-center gap-3">
          <h1 className="min-w-0 truncate text-lg font-semibold" title={session.name}>
            {session.name}
          </h1>
          <StatusBadge status={session.status} />
        </div>
        <Origin session={session} />
      </div>
      <SessionMenu session={session} onAsk={setAsked} />
      <SessionDialog
        asked={asked}
        onClose={() => setAsked(undefined)}
        onDeleted={() => void navigate({ to: '/sessions' })}
      />
    </header>
  );
}

function Origin({ session }: { session: Session }) {
  const { projectId, aspTargetName, harness, model, lastActivityAt, forkedFrom } = session;
  const parts = [aspTargetName, harnessNames[harness], model].filter((part) => part !== undefined);
  return (
    <p className="mt-0.5 flex flex-wrap items-center gap-x-1.5 text-xs text-muted">
      <Link
        to="/projects/$projectId"
        params={{ projectId }}
        className="rounded-sm wrap-anywhere hover:text-ink hover:underline"
      >
        {projectId}
      </Link>
      {parts.map((part) => (
        <span key={part} className="wrap-anywhere">
          · {part}
        </span>
      ))}
      <span>
        · <TimeAgo at={lastActivityAt} />
      </span>
      {forkedFrom !== undefined && (
        <Link
          to="/sessions/$sessionId"
          params={{ sessionId: forkedFrom.sessionId }}
          className="text-accent underline"
        >
          forked from another
        </Link>
      )}
    </p>
  );
}
