import type { RunSummary } from 'quarterdeck/client';
import { useRuns } from '../../data/runs';
import { Tag, type TagLook } from '../../parts/tag';
import { Group, Rest, Rows } from './group';
import { rowLook, SessionName } from './session-name';

const readMax = 100;
const shownMax = 6;

const reasons: Record<NonNullable<RunSummary['waitingFor']>, { words: string; look: TagLook }> = {
  turn: { words: 'behind another run', look: 'plain' },
  slot: { words: 'for a free slot', look: 'plain' },
  paused: { words: 'queue is paused', look: 'attention' },
  budget: { words: 'for a higher budget', look: 'attention' },
  usage_limit: { words: 'for the usage limit to end', look: 'attention' },
};

/** Absent while nothing is queued. */
export function QueuedPanel() {
  const { data } = useRuns({ status: 'queued', limit: readMax });
  if (data === undefined || data.total === 0) return null;
  // The list has the newest first; what waits longest will run next.
  const shown = data.runs.toReversed().slice(0, shownMax);
  return (
    <Group title="Queued" count={data.total}>
      <Rows label="Queued">
        {shown.map(({ runId, sessionId, inputPreview, waitingFor }) => (
          <li key={runId} className={rowLook}>
            <div className="flex min-w-0 items-center gap-2">
              <SessionName sessionId={sessionId} />
              {waitingFor !== undefined && (
                <span className="ml-auto shrink-0">
                  <Tag look={reasons[waitingFor].look}>{reasons[waitingFor].words}</Tag>
                </span>
              )}
            </div>
            <p className="truncate text-sm text-muted">{inputPreview}</p>
          </li>
        ))}
      </Rows>
      <Rest count={data.total - shown.length} />
    </Group>
  );
}
