import { useServerStatus } from '../../data/server';
import { classes } from '../../parts/classes';
import { harnessNames } from '../../parts/harness-names';
import { Group } from './group';

/** How much of the room for active runs is taken, in all and by each agent that has any. */
export function SlotsPanel() {
  const { data: status } = useServerStatus();
  if (status === undefined) return null;
  const { activeRuns, activeRunsMax, slots } = status;
  const busy = slots.filter((slot) => slot.activeRuns > 0);
  return (
    <Group title="Slots">
      <div className="flex flex-col gap-3 px-4 pb-4">
        <p className="flex items-baseline gap-1.5">
          <span className="text-2xl font-semibold tabular-nums">{activeRuns}</span>
          <span className="text-sm text-muted">of {activeRunsMax} in use</span>
        </p>
        <Meter value={activeRuns} max={activeRunsMax} />
        {busy.length > 0 && (
          <ul className="flex flex-col gap-1.5 text-sm">
            {busy.map((slot) => (
              <li key={slot.harness} className="flex items-baseline gap-2">
                <span>{harnessNames[slot.harness]}</span>
                <span
                  className={classes(
                    'ml-auto text-xs tabular-nums',
                    slot.activeRuns >= slot.activeRunsMax ? 'font-semibold text-attention' : 'text-muted',
                  )}
                >
                  {slot.activeRuns} of {slot.activeRunsMax}
                </span>
              </li>
            ))}
          </ul>
        )}
        {activeRuns >= activeRunsMax && (
          <p className="text-xs text-attention">All are taken: what is queued waits for one to be free.</p>
        )}
      </div>
    </Group>
  );
}

/** For the eye: the words above it say the same. */
function Meter({ value, max }: { value: number; max: number }) {
  return (
    <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-sunken">
      <div
        className={classes('h-full rounded-full', value >= max ? 'bg-attention' : 'bg-busy')}
        style={{ width: `${Math.min(100, (value / max) * 100)}%` }}
      />
    </div>
  );
}
