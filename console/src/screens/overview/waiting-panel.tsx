import { Link } from '@tanstack/react-router';
import { CirclePause, ShieldQuestion } from 'lucide-react';
import { useSession } from '../../data/session';
import { useWaiting, type Waiting } from '../../data/waiting';
import { TimeAgo } from '../../parts/time-ago';
import { summaryOf } from '../../parts/tool-input';
import { Group, Rest, Rows } from './group';
import { rowLook } from './session-name';

const shownMax = 5;

/** Absent while nothing waits: then there is nothing to do. */
export function WaitingPanel() {
  const { data = [] } = useWaiting();
  const waiting = data.filter(({ needsPerson }) => needsPerson);
  if (waiting.length === 0) return null;
  return (
    <Group
      title="Waiting for you"
      count={waiting.length}
      look="attention"
      more={
        <Link to="/inbox" className="font-medium text-accent hover:underline">
          Answer in the inbox
        </Link>
      }
    >
      <Rows label="Waiting for you">
        {waiting.slice(0, shownMax).map((one) => (
          <WaitingRow key={one.id} waiting={one} />
        ))}
      </Rows>
      <Rest count={waiting.length - shownMax} />
    </Group>
  );
}

function WaitingRow({ waiting }: { waiting: Waiting }) {
  const { data: session } = useSession(waiting.sessionId);
  const Icon = waiting.kind === 'permission' ? ShieldQuestion : CirclePause;
  return (
    <li className={rowLook}>
      <div className="flex min-w-0 items-center gap-2">
        <Icon size={16} aria-hidden className="shrink-0 text-attention" />
        <Link
          to="/inbox"
          className="min-w-0 truncate font-medium group-hover:text-accent after:absolute after:inset-0"
        >
          {session?.name ?? waiting.sessionId}
        </Link>
        <span className="ml-auto shrink-0 text-xs text-muted">
          <TimeAgo at={waiting.sinceMs} />
        </span>
      </div>
      <p className="flex min-w-0 gap-2 pl-6 text-sm text-muted">
        {waiting.kind === 'parked' ? (
          <span className="truncate">{waiting.run.parked.message}</span>
        ) : (
          <>
            <span className="shrink-0">asks for {waiting.permission.toolName}</span>
            <code className="min-w-0 truncate font-mono text-xs leading-5 text-ink">
              {summaryOf(waiting.permission.toolInput)}
            </code>
          </>
        )}
      </p>
    </li>
  );
}
