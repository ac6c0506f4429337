import { Link, useNavigate } from '@tanstack/react-router';
import type { Session } from 'quarterdeck/client';
import { useShortcut } from '../../../app/shortcuts';
import type { LogFold, LogView } from '../../../data/log/log-window';
import { classes } from '../../../parts/classes';
import { LogState } from './log-state';

interface LogBarProps {
  session: Session;
  tab: 'transcript' | 'events';
  view: LogView<LogFold>;
}

/** Which form of the log is shown, and whether it is what happens now. */
export function LogBar({ session, tab, view }: LogBarProps) {
  const navigate = useNavigate();
  const other = tab === 'events' ? {} : { tab: 'events' as const };
  useShortcut('e', tab === 'events' ? 'Show the transcript' : 'Show the events', () => {
    const params = { sessionId: session.sessionId };
    void navigate({ to: '/sessions/$sessionId', params, search: other, replace: true });
  });
  return (
    <div className="flex items-center justify-between gap-3 border-b border-line bg-panel px-2 sm:px-4">
      <nav aria-label="Forms of the log" className="flex">
        <Tab sessionId={session.sessionId} current={tab === 'transcript'}>
          Transcript
        </Tab>
        <Tab sessionId={session.sessionId} current={tab === 'events'} tab="events">
          Events
        </Tab>
      </nav>
      <LogState view={view} />
    </div>
  );
}

interface TabProps {
  sessionId: string;
  current: boolean;
  tab?: 'events';
  children: string;
}

function Tab({ sessionId, current, tab, children }: TabProps) {
  return (
    <Link
      to="/sessions/$sessionId"
      params={{ sessionId }}
      search={tab === undefined ? {} : { tab }}
      replace
      aria-current={current ? 'page' : undefined}
      className={classes(
        '-mb-px border-b-2 px-3 py-2 text-sm font-medium',
        current ? 'border-accent text-ink' : 'border-transparent text-muted hover:text-ink',
      )}
    >
      {children}
    </Link>
  );
}
