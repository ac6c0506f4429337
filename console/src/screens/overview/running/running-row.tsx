import type { RunSummary } from 'quarterdeck/client';
import { useLatestEvent } from '../../../data/runs';
import { Elapsed } from '../../../parts/elapsed';
import { StatusBadge } from '../../../parts/status-badge';
import { rowLook, SessionName } from '../session-name';
import { activityOf } from './activity';

/** A session at work: what it was asked, what its agent is at, and for how long. */
export function RunningRow({ run }: { run: RunSummary }) {
  const { sessionId, runId, status, inputPreview, createdAt, startedAt } = run;
  const { data: event } = useLatestEvent(runId);
  const activity = status === 'injecting' ? { words: 'Starts' } : activityOf(event ?? undefined);
  return (
    <li className={rowLook}>
      <div className="flex min-w-0 items-center gap-2">
        <SessionName sessionId={sessionId} />
        <StatusBadge status={status} />
        <span className="ml-auto shrink-0 text-xs text-muted">
          <Elapsed since={startedAt ?? createdAt} />
        </span>
      </div>
      <p className="truncate text-sm text-muted">{inputPreview}</p>
      <p className="flex min-w-0 gap-2 text-sm">
        <span className="shrink-0 text-busy">{activity.words}</span>
        {activity.detail !== undefined && activity.detail !== '' && (
          <span className="min-w-0 truncate font-mono text-xs leading-5 text-ink">{activity.detail}</span>
        )}
      </p>
    </li>
  );
}
