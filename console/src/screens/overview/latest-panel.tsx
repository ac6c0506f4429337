import { Link } from '@tanstack/react-router';
import { useSessions } from '../../data/sessions';
import { StatusBadge } from '../../parts/status-badge';
import { TimeAgo } from '../../parts/time-ago';
import { Group, Rows } from './group';
import { rowLook, SessionName } from './session-name';

const shownMax = 6;

export function LatestPanel() {
  const { data } = useSessions({}, { limit: shownMax });
  if (data === undefined || data.sessions.length === 0) return null;
  return (
    <Group
      title="Latest sessions"
      more={
        <Link to="/sessions" className="font-medium text-accent hover:underline">
          All sessions
        </Link>
      }
    >
      <Rows label="Latest sessions">
        {data.sessions.map(({ sessionId, status, projectId, aspTargetName, lastActivityAt }) => (
          <li key={sessionId} className={rowLook}>
            <div className="flex min-w-0 items-center gap-2">
              <SessionName sessionId={sessionId} />
              <StatusBadge status={status} />
              <span className="ml-auto hidden shrink-0 text-xs text-muted sm:inline">
                {projectId} · {aspTargetName} · <TimeAgo at={lastActivityAt} />
              </span>
            </div>
          </li>
        ))}
      </Rows>
    </Group>
  );
}
