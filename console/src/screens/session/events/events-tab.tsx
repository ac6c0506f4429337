import type { Session } from 'quarterdeck/client';
import { useState } from 'react';
import { useLogWindow } from '../../../data/log/use-log-window';
import { useSessionRefresh } from '../../../data/log/use-session-refresh';
import { EmptyState, ErrorNotice, Loading } from '../../../parts/notices';
import { ActiveRun } from '../active/active-run';
import { LogBar } from '../log-bar/log-bar';
import { EventList } from './event-list';
import { EventRows } from './event-rows';
import { TypeFilter } from './type-filter';

const createList = () => new EventList();

/** The log as it is: each event with its number, its type and its JSON. */
export function EventsTab({ session, seq }: { session: Session; seq: number | undefined }) {
  const [types, setTypes] = useState<readonly string[]>();
  const { log, view } = useLogWindow(session.sessionId, createList, { seq, types });
  useSessionRefresh(session.sessionId, log);
  const { events } = view.fold;
  return (
    <>
      <LogBar session={session} tab="events" view={view} />
      <TypeFilter chosen={types} onChange={setTypes} />
      {view.state === 'failed' && (
        <div className="px-4 pt-3">
          <ErrorNotice error={view.error} onRetry={() => void log.open(seq)} />
        </div>
      )}
      {events.length === 0 ? (
        <div className="min-h-0 flex-1 overflow-y-auto px-4 py-6">
          {view.state === 'reading' ? (
            <Loading what="the events" />
          ) : (
            <EmptyState title={types === undefined ? 'No events yet' : 'No events of these types'} />
          )}
        </div>
      ) : (
        <EventRows key={view.generation} events={events} view={view} log={log} seq={seq} session={session} />
      )}
      <ActiveRun session={session} />
    </>
  );
}
