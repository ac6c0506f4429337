import { Link, useSearch } from '@tanstack/react-router';
import { ApiError, type Session } from 'quarterdeck/client';
import { useSession } from '../../data/session';
import { EmptyState, ErrorNotice, Loading } from '../../parts/notices';
import { Page, useTitle } from '../../parts/page';
import { EventsTab } from './events/events-tab';
import { SessionHeader } from './header/session-header';
import { PromptBox } from './prompt/prompt-box';
import { QueuePanel } from './queue/queue-panel';
import { TranscriptTab } from './transcript/transcript-tab';

/** One session: what it is, what happened, what waits, and what is said next. */
export function SessionScreen({ sessionId }: { sessionId: string }) {
  const { data: session, error, refetch } = useSession(sessionId);
  const gone = error instanceof ApiError && error.code === 'session_not_found';
  if (session !== undefined && !gone) return <KnownSession session={session} />;
  if (error === null) {
    return (
      <div className="p-4 sm:p-6">
        <Loading what="the session" />
      </div>
    );
  }
  return (
    <Page title="Session">
      {gone ? <Gone /> : <ErrorNotice error={error} onRetry={() => void refetch()} />}
    </Page>
  );
}

function Gone() {
  return (
    <EmptyState title="There is no such session">
      <p>
        It was deleted, or the address is mistyped.{' '}
        <Link to="/sessions" className="text-accent underline">
          Go to the sessions
        </Link>
        .
      </p>
    </EmptyState>
  );
}

function KnownSession({ session }: { session: Session }) {
  const { tab, seq } = useSearch({ from: '/sessions/$sessionId' });
  useTitle(session.name);
  return (
    <div className="flex h-full flex-col">
      <SessionHeader session={session} />
      {tab === 'events' ? (
        <EventsTab session={session} seq={seq} />
      ) : (
        <TranscriptTab session={session} seq={seq} />
      )}
      <div className="border-t border-line bg-panel">
        <QueuePanel session={session} />
        <PromptBox session={session} />
      </div>
    </div>
  );
}
