import { RotateCw } from 'lucide-react';
import type { RunSummary } from 'quarterdeck/client';
import { useRuns } from '../../data/runs';
import { useRetry } from '../../data/session';
import { Button } from '../../parts/button';
import { useRoughNow } from '../../parts/clock';
import { TimeAgo } from '../../parts/time-ago';
import { useToasts } from '../../parts/toasts';
import { Group, Rows } from './group';
import { rowLook, SessionName } from './session-name';

const readMax = 20;
const shownMax = 5;
const latelyMs = 24 * 60 * 60 * 1000;

/** Absent while nothing failed in the last day. */
export function FailedPanel() {
  const { data } = useRuns({ status: 'failed', limit: readMax });
  const now = useRoughNow();
  const lately = data?.runs.filter(({ completedAt = 0 }) => now - completedAt < latelyMs) ?? [];
  if (lately.length === 0) return null;
  return (
    <Group title="Failed in the last day" count={lately.length} look="bad">
      <Rows label="Failed in the last day">
        {lately.slice(0, shownMax).map((run) => (
          <FailedRow key={run.runId} run={run} />
        ))}
      </Rows>
    </Group>
  );
}

function FailedRow({ run: { runId, sessionId, inputPreview, error, completedAt } }: { run: RunSummary }) {
  const toasts = useToasts();
  const retry = useRetry(sessionId);
  const again = () => toasts.follow(retry.mutateAsync(runId), 'It is queued once more.');
  return (
    <li className={rowLook}>
      <div className="flex min-w-0 items-center gap-2">
        <SessionName sessionId={sessionId} />
        <span className="ml-auto shrink-0 text-xs text-muted">
          {completedAt !== undefined && <TimeAgo at={completedAt} />}
        </span>
      </div>
      <p className="truncate text-sm text-muted">{inputPreview}</p>
      <div className="flex min-w-0 items-end gap-3">
        <p className="line-clamp-2 min-w-0 flex-1 text-sm text-bad">{error?.message}</p>
        <Button
          className="relative"
          icon={<RotateCw size={14} aria-hidden />}
          disabled={retry.isPending || retry.isSuccess}
          onClick={again}
        >
          Retry
        </Button>
      </div>
    </li>
  );
}
