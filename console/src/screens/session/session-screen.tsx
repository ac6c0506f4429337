import { useSession } from '../../data/session';
import { ErrorNotice, Loading } from '../../parts/notices';
import { useTitle } from '../../parts/page';
import { SessionHeader } from './header/session-header';
import { PromptBox } from './prompt/prompt-box';
import { QueuePanel } from './queue/queue-panel';
import { Transcript } from './transcript/transcript';

/** One session: what it is, what happened, what waits, and what is said next. */
export function SessionScreen({ sessionId }: { sessionId: string }) {
  const { data: session, error, refetch } = useSession(sessionId);
  useTitle(session?.name ?? 'Session');
  if (error !== null) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (session === undefined) return <Loading what="the session" />;
  return (
    <div className="flex h-full flex-col">
      <SessionHeader session={session} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Transcript session={session} />
      </div>
      <QueuePanel session={session} />
      <PromptBox session={session} />
    </div>
  );
}
