import { classes } from '../../../parts/classes';

interface TypeFilterProps {
  /** All, where none are named. */
  chosen: readonly string[] | undefined;
  onChange: (types: readonly string[] | undefined) => void;
}

const groups: { words: string; types: readonly string[] }[] = [
  {
    words: 'Runs',
    types: [
      ...[
        'run_queued',
        'run_edited',
        'run_moved',
        'run_steering',
        'run_injecting',
        'run_requeued',
        'run_started',
      ],
      ...['run_completed', 'run_failed', 'run_cancelled', 'cancel_requested'],
      ...['run_parked', 'run_resumed', 'auto_resume_set'],
    ],
  },
  { words: 'Messages', types: ['message_start', 'message_end'] },
  { words: 'Deltas', types: ['message_update', 'tool_execution_update'] },
  { words: 'Tools', types: ['tool_execution_start', 'tool_execution_end'] },
  { words: 'Permissions', types: ['permission_request', 'permission_decision'] },
  { words: 'Session', types: ['queue_paused', 'queue_resumed', 'session_forked', 'session_updated'] },
  {
    words: 'Agent',
    types: [
      ...['agent_start', 'agent_end', 'turn_start', 'turn_end', 'continuation_key_observed'],
      ...['harness_process_started', 'harness_process_exited', 'native_event'],
    ],
  },
  { words: 'Notices', types: ['notice'] },
];

/** Which types of events are shown. */
export function TypeFilter({ chosen, onChange }: TypeFilterProps) {
  const isOn = (types: readonly string[]) =>
    chosen !== undefined && types.every((type) => chosen.includes(type));
  const toggle = (types: readonly string[]) => {
    const others = (chosen ?? []).filter((type) => !types.includes(type));
    const next = isOn(types) ? others : [...others, ...types];
    onChange(next.length === 0 ? undefined : next);
  };
  return (
    <fieldset className="flex flex-wrap gap-1.5 border-b border-line bg-panel px-3 py-2 sm:px-4">
      <legend className="sr-only">Types of events</legend>
      <Chip words="All" on={chosen === undefined} onClick={() => onChange(undefined)} />
      {groups.map(({ words, types }) => (
        <Chip key={words} words={words} on={isOn(types)} onClick={() => toggle(types)} />
      ))}
    </fieldset>
  );
}

function Chip({ words, on, onClick }: { words: string; on: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onClick}
      className={classes(
        'rounded-full border px-2.5 py-0.5 text-xs font-medium',
        on
          ? 'border-accent bg-accent-soft text-accent'
          : 'border-line text-muted hover:border-line-strong hover:text-ink',
      )}
    >
      {words}
    </button>
  );
}
