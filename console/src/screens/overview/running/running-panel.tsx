import { useRuns } from '../../../data/runs';
import { ErrorNotice } from '../../../parts/notices';
import { Group, Rest, Rows } from '../group';
import { RunningRow } from './running-row';

/** Each asks for what it is at, again and again. */
const shownMax = 12;

/** What an agent works at: what waits for a person stands above it. */
export function RunningPanel() {
  const lists = [
    useRuns({ status: 'running', limit: shownMax }),
    useRuns({ status: 'injecting', limit: shownMax }),
  ];
  const runs = lists.flatMap(({ data }) => data?.runs ?? []);
  const total = lists.reduce((sum, { data }) => sum + (data?.total ?? 0), 0);
  const error = lists.find((list) => list.error !== null)?.error;
  // What began last is what is looked for; a run that goes from one list to another is in one of them.
  const shown = runs.sort((one, other) => other.createdAt - one.createdAt).slice(0, shownMax);
  return (
    <Group title="Running" count={total} look="busy">
      {error != null && (
        <div className="px-4 pb-3">
          <ErrorNotice error={error} />
        </div>
      )}
      {lists.every(({ data }) => data !== undefined) && total === 0 && (
        <p className="px-4 pb-4 text-sm text-muted">Nothing runs at the moment.</p>
      )}
      {shown.length > 0 && (
        <Rows label="Running">
          {shown.map((run) => (
            <RunningRow key={run.runId} run={run} />
          ))}
        </Rows>
      )}
      <Rest count={total - shown.length} />
    </Group>
  );
}
