import { useSearch } from '@tanstack/react-router';
import { useSession } from '../../data/session';
import { ErrorNotice, Loading } from '../../parts/notices';
import { useTitle } from '../../parts/page';
import { EventsTab } from './events/events-tab';
import { SessionHeader } from './header/session-header';
import { PromptBox } from './prompt/prompt-box';
import { QueuePanel } from './queue/queue-panel';
import { TranscriptTab } from './transcript/transcript-tab';

/** One session: what it is, what happened, what waits, and what is said next. */
export function SessionScreen({ sessionId }: { sessionId: string }) {
  const { data: session, error, refetch } = useSession(sessionId);
  const { tab, seq } = useSearch({ from: '/sessions/$sessionId' });
  useTitle(session?.name ?? 'Session');
  if (session === undefined) {
    return (
      <div className="p-4 sm:p-6">
        {error === null ? (
          <Loading what="the session" />
        ) : (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        )}
      </div>
    );
  }
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
